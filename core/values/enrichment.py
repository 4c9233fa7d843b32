"""What is found out about photos after they can be found: by kinds."""

from enum import StrEnum


class EnrichmentKind(StrEnum):
    """What is found out. The names stand in the catalog."""

    LABELS = "labels"
    TEXT = "text"
