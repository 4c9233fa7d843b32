"""What there is to say to the user, as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the user can do about a message. `id` comes back in the signal."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message that stays until it is over or closed. A new one with the same `key` takes the place of the old."""

    key: str
    text: str
    weight: Weight = Weight.INFO
    offers: tuple[Offer, ...] = ()
