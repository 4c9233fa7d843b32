"""How the built-in model is made; see README.md beside this file."""
