"""The vectors of one model on disk and in memory, kept equal to the catalog, which is the truth.

What the file lacks is added from the catalog at opening, what is stale is removed, and a file that cannot be used
is made again. Says nothing about photos: keys are embedding ids.
"""

import logging
import re
import sys
import threading
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, bindparam, select

from core.catalog.schema import Embedding
from core.values.comparing import IndexKind, Metric
from core.vectors import matrix_file
from core.vectors.binary import BinaryIndex
from core.vectors.exact import ExactIndex
from core.vectors.graph_keeper import EXACT_UP_TO, GraphKeeper
from core.vectors.matrix import DEAD, VectorMatrix
from core.vectors.matrix_file import UnusableFileError
from core.vectors.protocol import Keys, VectorIndex

log = logging.getLogger(__name__)

_READ_ROWS = 500
_COMPARED_BYTES = 16
_VERIFIED_AT_ONCE_BYTES = 64 << 20
"""A larger file is compared with its checksums in the background."""
_GRAPH_ABOVE = {IndexKind.AUTO: EXACT_UP_TO, IndexKind.HNSW: 0}


class StoredModel(Protocol):
    """A row of the catalog's table `models`."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...


class VectorStore:
    """All vectors of one model. Searching is safe while another thread adds.

    Attributes:
        path: of the file in the vectors folder.
        matrix: the vectors.
        exact: compares all of them.
        graph: of a large library, or where one is asked for.
        metric, kind: as chosen.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Engine,
        model: StoredModel,
        metric: Metric = Metric.COSINE,
        *,
        kind: IndexKind = IndexKind.AUTO,
        read_only: bool = False,
    ) -> None:
        """Open the file in `folder`, or start anew, and make it equal to the catalog. Reads no more than is missing.

        `metric`, `kind`: as in `use`.
        `read_only`: change memory alone, because another process is writing the library.
        """
        self._read_only = read_only
        self.model_id = int(model.id)
        self.dimension = int(model.dimension)
        self.path = folder / f"{_file_name(model.name)}.vectors"
        self._name, self._fingerprint = str(model.name), str(model.fingerprint)
        self._catalog = catalog
        self._saving = threading.Lock()
        self._marking = threading.Lock()
        self._changing = threading.Lock()
        self._changed = self._marker.exists()
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
        self._verifying = threading.Lock()
        self._unverified: matrix_file.Content | None = None
        self.matrix = self._open()
        self._set(metric, kind)
        at_once = self.matrix.nbytes <= _VERIFIED_AT_ONCE_BYTES
        if at_once:
            self._verify()
        self._reconcile()
        self._begin()
        self._verifier = threading.Thread(target=self._verify, name="verify-vectors", daemon=True)
        if not at_once:
            self._verifier.start()

    @property
    def index(self) -> VectorIndex:
        """What answers searches now."""
        return self._binary or self.graph.index or self.exact

    def use(self, metric: Metric, kind: IndexKind) -> None:
        """Compare with another metric, or search another kind of index, from now on.

        A graph is built in the background; all vectors are compared until it is there.
        """
        with self._changing:
            if (metric, kind) == (self.metric, self.kind):
                return
            self.graph.close()
            self._set(metric, kind)
            self._begin()

    def memory(self) -> int:
        """Return the bytes of the vectors and of what the index keeps beside them, in memory or mapped."""
        beside = 0 if self._binary is None else self._binary.memory()
        graph = self.graph.index
        return self.matrix.nbytes + beside + (0 if graph is None else graph.graph.memory())

    def __len__(self) -> int:
        return len(self.matrix)

    def add(self, ids: Keys, vectors: npt.NDArray[np.floating]) -> None:
        """Add the vectors (n, d) of embeddings just committed."""
        self._mark_changed()
        with self._changing:
            self.matrix.add(ids, vectors)
            if self._binary is not None:
                self._binary.mark_newer(ids)
            self.graph.added(ids)

    def remove(self, ids: Keys) -> None:
        """Remove embeddings; unknown ones are ignored."""
        self._mark_changed()
        self.matrix.remove(ids)

    def follow(self, added: Keys, removed: Keys) -> None:
        """Do what was committed: read `added` embeddings from the catalog, remove others. May be told twice of any.

        What is gone from the catalog again, or is here already, is left out.
        """
        if len(removed):
            self.remove(removed)
        numbers, _ = self.matrix.lookup(added)
        missing = added[numbers == DEAD]
        if not len(missing):
            return
        with self._catalog.connect() as connection:
            for start in range(0, len(missing), _READ_ROWS):
                self.add(*self._catalog_vectors(connection, missing[start : start + _READ_ROWS]))

    def save(self) -> None:
        """Write the file if anything changed. A full disk is logged, not raised: the catalog holds the vectors."""
        with self._saving:
            if not self._changed or self._read_only:
                return
            self._verify()  # else damage would be written down as what is right
            self.graph.check()
            self._changed = False
            snapshot = self.matrix.snapshot()
            try:
                keys = matrix_file.write(self.path, snapshot, model=self._name, fingerprint=self._fingerprint)
                content = self._read()
            except (OSError, UnusableFileError) as error:
                self._changed = True
                log.warning("The vectors could not be saved and will be made again: %s", error)
                return
            self.matrix.rebase(keys, content.vectors, since=len(snapshot.keys))
            with self._marking:
                if not self._changed:
                    self._marker.unlink(missing_ok=True)

    def file_bytes(self) -> int:
        """Return the size of what is on disk."""
        files = (self.path, self.path.with_suffix(".usearch"))
        return sum(path.stat().st_size for path in files if path.exists())

    def close(self) -> None:
        """Save, and stop what is being built, and the threads that compare."""
        self.graph.close()
        self.save()
        if self._verifier.is_alive():
            self._verifier.join()
        self.matrix.close()

    def retire(self) -> None:
        """Leave the files alone from now on, and stop what is being built. What is in memory goes on answering."""
        self._read_only = True
        self.graph.close()

    def discard(self) -> None:
        """Remove the files: the model is not used any more. What is in memory goes on answering; nothing is saved."""
        self.retire()
        try:
            self.graph.outdated()
            self.path.unlink(missing_ok=True)
            self._marker.unlink(missing_ok=True)
        except OSError as error:
            log.info("Vectors of a model that is not used any more could not be removed: %s", error)

    def _set(self, metric: Metric, kind: IndexKind) -> None:
        self.metric, self.kind = metric, kind
        self.exact = ExactIndex(self.matrix, metric)
        self._binary = BinaryIndex(self.matrix, metric) if kind is IndexKind.BINARY else None
        self.graph = GraphKeeper(
            self.path.with_suffix(".usearch"),
            self._fingerprint,
            self.matrix,
            metric,
            up_to=_GRAPH_ABOVE.get(kind, sys.maxsize),
        )

    def _begin(self) -> None:
        """Use the graph there is, or begin to build one. One that is not kept up with is not kept."""
        if self.kind in _GRAPH_ABOVE:
            self.graph.open()
        elif not self._read_only:
            self.graph.outdated()
        if not self._read_only:
            self.graph.check()

    @property
    def _marker(self) -> Path:
        """Stands beside the file while memory differs from it, so that a killed process is noticed."""
        return self.path.with_suffix(".changed")

    def _mark_changed(self) -> None:
        with self._marking:
            if self._changed or self._read_only:
                return
            self._changed = True
            try:
                self._marker.touch()
            except OSError as error:
                log.warning("The folder of vectors cannot be written: %s", error)

    def _read(self) -> matrix_file.Content:
        return matrix_file.read(self.path, model=self._name, fingerprint=self._fingerprint, dimension=self.dimension)

    def _open(self) -> VectorMatrix:
        try:
            content = self._read()
        except FileNotFoundError:
            return VectorMatrix(self.dimension)
        except (UnusableFileError, OSError) as error:
            log.info("The vectors are made again from the catalog: %s", error)
            self._mark_changed()
            return VectorMatrix(self.dimension)
        self._unverified = content
        return VectorMatrix(self.dimension, content.keys, content.vectors)

    def _verify(self) -> None:
        """Compare the file's vectors with their checksums, once, and take those that are damaged from the catalog."""
        with self._verifying:
            content, self._unverified = self._unverified, None
            if content is None:
                return
            bad = content.damaged()
            if not len(bad):
                return
            log.warning("%d vectors in %s are damaged and are taken from the catalog again", len(bad), self.path.name)
            if not self._read_only:
                self.graph.outdated()
            self.remove(bad)
            with self._catalog.connect() as connection:
                for start in range(0, len(bad), _READ_ROWS):
                    self.add(*self._catalog_vectors(connection, bad[start : start + _READ_ROWS]))

    def _reconcile(self) -> None:
        """Make the matrix hold exactly the catalog's embeddings of this model.

        After a kill, rows are also compared by their first bytes: SQLite may have given a removed row's id to another.
        """
        with self._catalog.connect() as connection:
            wanted = self._catalog_ids(connection)
            held = self.matrix.keys()
            stale = np.setdiff1d(held, wanted)
            if self._changed and len(held):
                different = self._different(connection)
                if len(different) and not self._read_only:
                    self.graph.outdated()
                stale = np.union1d(stale, different)
            if len(stale):
                self.remove(stale)
            missing = np.setdiff1d(wanted, self.matrix.keys())
            if len(stale) or len(missing):
                log.info("%s: %d vectors were stale, %d missing", self.path.name, len(stale), len(missing))
            for start in range(0, len(missing), _READ_ROWS):
                ids, vectors = self._catalog_vectors(connection, missing[start : start + _READ_ROWS])
                self.add(ids, vectors)

    def _catalog_ids(self, connection: Connection) -> Keys:
        rows = connection.exec_driver_sql("SELECT id FROM embeddings WHERE model_id = ?", (self.model_id,))
        return np.fromiter((row[0] for row in rows), np.int64)

    def _different(self, connection: Connection) -> Keys:
        length = min(_COMPARED_BYTES, 2 * self.dimension)
        answer = connection.exec_driver_sql(
            f"SELECT id, substr(vector, 1, {length}) FROM embeddings WHERE model_id = ?", (self.model_id,)
        )
        rows = [row for row in answer if len(row[1]) == length]
        if not rows:
            return np.zeros(0, np.int64)
        ids = np.array([row[0] for row in rows], np.int64)
        heads = np.frombuffer(b"".join(row[1] for row in rows), "<u2").reshape(len(rows), -1)
        numbers, snapshot = self.matrix.lookup(ids)
        ids, heads, numbers = ids[numbers != DEAD], heads[numbers != DEAD], numbers[numbers != DEAD]
        held = snapshot.rows(numbers)[:, : length // 2].view(np.uint16)
        different: Keys = ids[(held != heads).any(axis=1)]
        return different

    def _catalog_vectors(self, connection: Connection, ids: Keys) -> tuple[Keys, npt.NDArray[np.float16]]:
        found, vectors = [], []
        for key, vector in connection.execute(_VECTORS, {"ids": ids.tolist()}):
            if len(vector) == 2 * self.dimension:
                numbers = np.frombuffer(vector, "<f2")
                if not np.isfinite(numbers).all():
                    log.warning("embedding %d is no finite vector, and is left out", key)
                    continue
                found.append(key)
                vectors.append(numbers)
            else:
                log.warning("embedding %d has %d bytes, not %d, and is left out", key, len(vector), 2 * self.dimension)
        stacked = np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float16)
        return np.array(found, np.int64), stacked.astype(np.float16)


_VECTORS = select(Embedding.id, Embedding.vector).where(Embedding.id.in_(bindparam("ids", expanding=True)))


def _file_name(model: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", model)
