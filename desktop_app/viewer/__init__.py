"""One photo over the whole window."""
