"""Names the places of photos for the indexer. The list of places is opened with the first position, if ever."""

import logging

from core.catalog.readings import Place
from core.places.gazetteer import Gazetteer
from core.values.errors import EideticError
from core.values.photo import GeoPoint

log = logging.getLogger(__name__)


class PlaceNamer:
    """Callable as the indexer's `place_of`. A list that cannot be had costs the names, not the photos."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._problem: str | None = None

    def __call__(self, position: GeoPoint) -> Place | None:
        """Return the place of a position; None at sea, or where places cannot be told now."""
        try:
            place = self._gazetteer.place_of(position.latitude, position.longitude)
        except EideticError as error:
            if self._problem != str(error):
                self._problem = str(error)
                log.warning("Photos are indexed without names of places: %s", error)
            return None
        return None if place is None else Place(place.town, place.region, place.country)
