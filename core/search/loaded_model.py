"""A model together with its row in the catalog and its vectors: what the engine and enrichment hand around."""

from dataclasses import dataclass

from core.catalog.models import ModelRow
from core.embedding.protocol import Encoder
from core.vectors.store import VectorStore


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready for use, with its row in the catalog and its vectors."""

    encoder: Encoder
    row: ModelRow
    vectors: VectorStore
