"""What is found out about photos while the engine is idle, and written to the catalog: labels, text in pictures."""
