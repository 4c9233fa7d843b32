"""What is known about the selected photos, and what the user says of them."""
