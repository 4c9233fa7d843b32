"""How vectors are compared and found: what an expert may choose. `core.vectors` does it."""

from enum import StrEnum


class Metric(StrEnum):
    """How near two vectors are.

    `HAMMING` compares sign bits only; by Charikar's random-hyperplane hashing (2002) the share of differing bits
    is angle / pi, so its score is an estimate of the cosine.
    """

    COSINE = "cosine"
    INNER_PRODUCT = "inner_product"
    L2 = "l2"
    PEARSON = "pearson"
    HAMMING = "hamming"


class IndexKind(StrEnum):
    """How the nearest vectors are found. `AUTO`: all are compared until that is slow, then by a graph."""

    AUTO = "auto"
    EXACT = "exact"
    HNSW = "hnsw"
    BINARY = "binary"
