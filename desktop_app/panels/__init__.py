"""The parts of the window around the grid. Each shows what it is given and says what the user wants by signals."""
