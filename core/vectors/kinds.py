"""The kinds of vector index that an expert can choose between, made over one matrix."""

import threading
from enum import StrEnum

from core.vectors.binary import BinaryIndex
from core.vectors.exact import ExactIndex
from core.vectors.graph import Graph
from core.vectors.hnsw import HnswIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.metric import Metric
from core.vectors.protocol import VectorIndex


class IndexKind(StrEnum):
    """How the nearest vectors are found."""

    EXACT = "exact"
    HNSW = "hnsw"
    BINARY = "binary"


def make(kind: IndexKind, matrix: VectorMatrix, metric: Metric = Metric.COSINE) -> VectorIndex:
    """Build an index in memory. A graph takes minutes for a million vectors."""
    match kind:
        case IndexKind.EXACT:
            return ExactIndex(matrix, metric)
        case IndexKind.BINARY:
            return BinaryIndex(matrix, metric)
        case IndexKind.HNSW:
            graph = Graph.build(matrix, threading.Event())
            assert graph is not None
            return HnswIndex(matrix, graph, metric)


def index_bytes(index: VectorIndex) -> int:
    """Return the bytes of an index: its vectors, and what it keeps beside them. 0 for a kind that is not known."""
    match index:
        case ExactIndex():
            return index.matrix.nbytes
        case BinaryIndex():
            return index.matrix.nbytes + index.memory()
        case HnswIndex():
            return index.matrix.nbytes + index.graph.memory()
        case _:
            return 0
