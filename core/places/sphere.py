"""Distances on the earth, and how far a town reaches."""

import math

EARTH_KM = 6371.0
KM_A_DEGREE = math.pi * EARTH_KM / 180

_PEOPLE_A_SQUARE_KM = 3000.0
_SMALLEST_TOWN_KM = 0.7


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the great-circle distance of two positions in degrees (haversine)."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_north = math.sin((other_north - north) / 2)
    half_east = math.sin(math.radians(other_longitude - longitude) / 2)
    chord = half_north * half_north + math.cos(north) * math.cos(other_north) * half_east * half_east
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def town_radius_km(population: int) -> float:
    """Return the radius of a town whose people live as densely as in a usual city."""
    return max(_SMALLEST_TOWN_KM, math.sqrt(population / (math.pi * _PEOPLE_A_SQUARE_KM)))
