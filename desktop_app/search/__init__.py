"""What is asked: the box, the chips, examples, and the controller that makes questions of them."""
