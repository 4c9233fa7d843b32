"""Gives a large matrix its graph: opens the one on disk, or builds one in the background while exact search answers."""

import logging
import threading
from pathlib import Path

import numpy as np

from core.values.comparing import Metric
from core.vectors.graph import Graph
from core.vectors.hnsw import HnswIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.matrix_file import UnusableFileError
from core.vectors.protocol import Keys

log = logging.getLogger(__name__)

EXACT_UP_TO = 250_000
"""Up to so many vectors all are compared: about 15 ms of one core; see docs/decisions."""
_NEWER_SHARE = 0.1


class GraphKeeper:
    """One graph and its file. `check` starts what has to be done; nothing waits for it.

    Attributes:
        index: over the graph; None while there is none, and exact search has to do.
    """

    def __init__(
        self, path: Path, fingerprint: str, matrix: VectorMatrix, metric: Metric, *, up_to: int = EXACT_UP_TO
    ) -> None:
        self.index: HnswIndex | None = None
        self._path, self._fingerprint = path, fingerprint
        self._matrix, self._metric = matrix, metric
        self._up_to = up_to
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._changed: list[Keys] = []

    def open(self) -> None:
        """Use the graph on disk, if one is needed and it can be used."""
        if len(self._matrix) <= self._up_to:
            return
        try:
            graph = Graph.open(self._path, self._fingerprint, self._matrix.dimension)
        except FileNotFoundError:
            return
        except (UnusableFileError, OSError, RuntimeError) as error:
            log.info("The graph is built again: %s", error)
            return
        self.index = HnswIndex(self._matrix, graph, self._metric)

    def check(self) -> None:
        """Begin to build a graph when there are many vectors that none knows."""
        with self._lock:
            newer = len(self._matrix) if self.index is None else self.index.newer
            wanted = len(self._matrix) > self._up_to and newer > _NEWER_SHARE * len(self._matrix)
            if wanted and self._thread is None and not self._stop.is_set():
                self._changed = []
                self._thread = threading.Thread(target=self._build, name="vector graph")
                self._thread.start()

    def added(self, keys: Keys) -> None:
        """Be told of keys that were added to the matrix."""
        with self._lock:
            if self._thread is not None:
                self._changed.append(keys)
            if self.index is None:
                return
            self.index.mark_newer(keys)
            if np.isin(keys, self.index.graph.keys).any():
                Graph.remove(self._path)  # it remembers another vector for a key; the next start builds a new one

    def outdated(self) -> None:
        """Forget the graph on disk: it remembers other vectors for some keys."""
        Graph.remove(self._path)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until a graph that is being built is in use."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)

    def close(self) -> None:
        """Stop building."""
        self._stop.set()
        self.wait()

    def _build(self) -> None:
        try:
            graph = Graph.build(self._matrix, self._stop)
            if graph is None:
                return
            graph.save(self._path, self._fingerprint)
            graph = Graph.open(self._path, self._fingerprint, self._matrix.dimension)
            index = HnswIndex(self._matrix, graph, self._metric)
            with self._lock:
                for keys in self._changed:
                    index.mark_newer(keys)
                self.index = index
        except (OSError, UnusableFileError, RuntimeError) as error:
            log.warning("No graph of the vectors could be kept; searches compare all of them: %s", error)
        finally:
            with self._lock:
                self._thread = None
