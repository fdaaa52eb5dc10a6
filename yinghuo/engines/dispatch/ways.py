"""How far it is and how long it takes: on roads between points on earth, or on a plane."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from yinghuo.engines.carriage import EARTH_KM

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

TENTHS = 10  # routes are reckoned in whole tenths of a kilometre and of a minute


class Ways(Protocol):
    """Distances and durations between points."""

    def tenths(self, lat: Sequence[float], lon: Sequence[float]) -> tuple[Whole, Whole]:
        """Distance in tenths of a kilometre and duration in tenths of a minute, both of shape (points, points)."""
        ...


def km_between(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Lengths of great circles (haversine formula), kilometres.

    lat, lon: degrees, shape (a,) and (b,); returns shape (a, b)

    >>> km_between(np.array([43.88]), np.array([125.32]), np.array([43.84]), np.array([126.55])).round(1)
    array([[98.7]])
    """
    lat_a, lat_b = np.radians(lat_a)[:, None], np.radians(lat_b)[None, :]
    lon = np.radians(lon_b)[None, :] - np.radians(lon_a)[:, None]
    chord = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin(lon / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))


@dataclass(frozen=True)
class Roads:
    """Roads as the crow flies, times a detour, at a mean speed: no map is needed, and none is pretended.

    detour: length of the road by that of the straight line
    """

    speed_kmh: float = 40.0
    detour: float = 1.4

    def __post_init__(self) -> None:
        if not (self.speed_kmh > 0 and self.detour >= 1):
            raise ValueError(f"no road has speed {self.speed_kmh} km/h and detour {self.detour}")

    def km(self, lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
        """Kilometres of road, shape (a, b)."""
        return km_between(lat_a, lon_a, lat_b, lon_b) * self.detour

    def minutes(self, km: Floats) -> Floats:
        """Minutes that a way takes."""
        return km / self.speed_kmh * 60

    def tenths(self, lat: Sequence[float], lon: Sequence[float]) -> tuple[Whole, Whole]:
        """Distances and durations, rounded up."""
        lats, lons = np.asarray(lat, float), np.asarray(lon, float)
        km = self.km(lats, lons, lats, lons)
        minutes = self.minutes(km)
        return np.ceil(np.round(km * TENTHS, 6)).astype(int), np.ceil(np.round(minutes * TENTHS, 6)).astype(int)


@dataclass(frozen=True)
class Plane:
    """A plane on which a unit of length takes a unit of time, both cut to one decimal, as the DIMACS challenge has it.

    >>> Plane().tenths([0, 1], [0, 1])[0].tolist()
    [[0, 14], [14, 0]]
    """

    def tenths(self, lat: Sequence[float], lon: Sequence[float]) -> tuple[Whole, Whole]:
        """Straight lines; `lat` and `lon` are plain coordinates."""
        y, x = np.asarray(lat, float), np.asarray(lon, float)
        length = np.floor(np.hypot(y[:, None] - y, x[:, None] - x) * TENTHS + 1e-9).astype(int)
        return length, length
