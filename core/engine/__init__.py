"""The engine: the only writer of a library. Runs in a process of its own for the window, in-process for the CLI."""
