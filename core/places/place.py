"""What a place is. Values only."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """How large a thing a place is."""

    TOWN = "town"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Place:
    """A town, region or country.

    Attributes:
        town, region: None for what is larger, or where the extract does not say.
        country: in English words.
        latitude, longitude: of its middle, degrees.
        radius_km: of a circle that holds about all of it.
        population: of the towns in it; 0 when unknown.
    """

    kind: PlaceKind
    town: str | None
    region: str | None
    country: str
    latitude: float
    longitude: float
    radius_km: float
    population: int

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.town or self.region or self.country

    @property
    def full_name(self) -> str:
        """Return its name and what it lies in: "Lisbon, Portugal"."""
        parts = [part for part in (self.town, self.region, self.country) if part]
        return ", ".join(part for number, part in enumerate(parts) if part not in parts[:number])
