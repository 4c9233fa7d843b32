"""The few facts of photos that a timeline is laid out from, as arrays: a hundred thousand rows would be too slow."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Aspects = npt.NDArray[np.float32]
Flags = npt.NDArray[np.uint8]

NO_DATE = 2**31 - 2
"""Stands for the day of a photo that was read and has no date: after all days there are."""
NOT_READ = 2**31 - 1
"""Stands for the day of a photo that waits to be read, and is known by its name alone so far."""
IS_VIDEO = 1
IS_RAW = 2


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Facts of n photos.

    Attributes:
        ids: shape (n,).
        days: days since 1970 that they were taken on, where they were taken; `NO_DATE`, `NOT_READ`; shape (n,).
        aspects: width by height, upright; shape (n,).
        flags: `IS_VIDEO`, `IS_RAW`; shape (n,).
    """

    ids: Ids
    days: Days
    aspects: Aspects
    flags: Flags

    @classmethod
    def empty(cls) -> Self:
        """Return the facts of no photo."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint8))

    @classmethod
    def unknown(cls, ids: Ids) -> Self:
        """Return facts of photos of which nothing is known but that they are."""
        count = len(ids)
        days, flags = np.full(count, NOT_READ, np.int32), np.zeros(count, np.uint8)
        return cls(ids, days, np.ones(count, np.float32), flags)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, places: npt.NDArray[np.intp] | slice) -> "PhotoFacts":
        """Return the facts of the photos at some places."""
        return PhotoFacts(self.ids[places], self.days[places], self.aspects[places], self.flags[places])

    def of(self, ids: Ids) -> "PhotoFacts":
        """Return the facts of the photos asked for, in their order; unknown ones are left out. Needs `ids` sorted."""
        if not len(self.ids):
            return PhotoFacts.empty()
        places = np.searchsorted(self.ids, ids)
        places[places == len(self.ids)] = 0
        return self.take(places[self.ids[places] == ids])
