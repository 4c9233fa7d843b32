"""Vector indexes: nearest neighbours, exact and approximate, metrics; and a usearch file kept equal to the catalog."""

# WORKAROUND: where usearch is loaded before it, the process dies of a segmentation fault once the built-in model has
# looked at pictures (usearch 2, onnxruntime 1.31, Linux).
import onnxruntime  # noqa: F401
