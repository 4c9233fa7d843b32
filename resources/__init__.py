"""Icons, style sheets, the model registry and the built-in model; read with `importlib.resources`. No code."""
