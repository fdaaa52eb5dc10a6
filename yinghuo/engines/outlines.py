"""Area outlines: from the compact form in which ECharts ships its maps to plain GeoJSON.

In that form a ring is one string, two characters a point. Each character stands for a signed whole number (character
code minus 64, zig-zag: 0, -1, 1, -2, 2 ...), the step from the point before; `encodeOffsets` holds where the ring
starts; all numbers are in units of 1/1024 degree, or 1/UTF8Scale where the file says so.
Source: `decode` and `decodePolygon` in ECharts 4.9.0, lib/coord/geo/parseGeoJson.js.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Point = list[float]
Ring = list[Point]

STEPS_PER_DEGREE = 1024
LOWEST_CODE = 64
HIGHEST_CODE = 0xFFFF
POINTS_IN_SMALLEST_RING = 4


def decode_outlines(encoded: Mapping[str, Any]) -> dict[str, Any]:
    """Plain GeoJSON FeatureCollection (RFC 7946) of an encoded ECharts map; the argument is left as it is.

    encoded: the map as read from its JSON file; Polygon and MultiPolygon; rings after the first are holes
    returns: longitude and latitude in degrees, every ring closed; `id` and `properties` of each feature kept
    ValueError: not an encoded map, another geometry type, a string that no encoder writes, fewer offsets than rings

    >>> triangle = {"type": "Polygon", "coordinates": ["@@D@@D"], "encodeOffsets": [[250, 88]]}
    >>> town = {"type": "Feature", "id": "220100", "properties": {"name": "长春市"}, "geometry": triangle}
    >>> plain = decode_outlines({"UTF8Encoding": True, "UTF8Scale": 2, "features": [town]})
    >>> plain["features"][0]["geometry"]["coordinates"]
    [[[125.0, 44.0], [126.0, 44.0], [126.0, 45.0], [125.0, 44.0]]]
    """
    if encoded.get("UTF8Encoding") is not True:
        raise ValueError("not an encoded map: UTF8Encoding is not true")
    per_degree = encoded.get("UTF8Scale", STEPS_PER_DEGREE)
    features = [_feature(feature, per_degree) for feature in encoded["features"]]
    return {"type": "FeatureCollection", "features": features}


def significant_code(division: str) -> str:
    """Area code without the pairs of zeros that fill a GB/T 2260 code up to six digits, as feature ids carry them.

    >>> significant_code("220100"), significant_code("220000"), significant_code("220110")
    ('2201', '22', '220110')
    """
    while len(division) > 2 and division.endswith("00"):
        division = division[:-2]
    return division


def bounds(collection: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """West, south, east and north edge of all outlines, degrees; ValueError when there is none."""
    points = [
        point
        for feature in collection["features"]
        for polygon in _polygons(feature["geometry"])
        for ring in polygon
        for point in ring
    ]
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _feature(feature: Mapping[str, Any], per_degree: float) -> dict[str, Any]:
    plain = {
        "type": "Feature",
        "properties": dict(feature["properties"]),
        "geometry": _geometry(feature["geometry"], per_degree),
    }
    return plain | ({"id": feature["id"]} if "id" in feature else {})


def _geometry(geometry: Mapping[str, Any], per_degree: float) -> dict[str, Any]:
    kind, rings, starts = geometry["type"], geometry["coordinates"], geometry["encodeOffsets"]
    coordinates: list[Any]
    if kind == "Polygon":
        coordinates = _polygon(rings, starts, per_degree)
    elif kind == "MultiPolygon":
        coordinates = [_polygon(part, start, per_degree) for part, start in zip(rings, starts, strict=True)]
    else:
        raise ValueError(f"not an outline: geometry type {kind!r}")
    return {"type": kind, "coordinates": coordinates}


def _polygon(rings: Sequence[str], starts: Sequence[Sequence[int]], per_degree: float) -> list[Ring]:
    return [_ring(ring, start, per_degree) for ring, start in zip(rings, starts, strict=True)]


def _ring(text: str, start: Sequence[int], per_degree: float) -> Ring:
    if len(text) % 2:
        raise ValueError("a ring has a longitude step without its latitude step")
    x, y = start
    points: Ring = []
    for x_step, y_step in zip(text[::2], text[1::2], strict=True):
        x, y = x + _step(x_step), y + _step(y_step)
        points.append([x / per_degree, y / per_degree])
    return _closed(points)


def _step(character: str) -> int:
    code = ord(character)
    if not LOWEST_CODE <= code <= HIGHEST_CODE:
        raise ValueError(f"no step is written as {character!r}")
    folded = code - LOWEST_CODE
    return folded >> 1 ^ -(folded & 1)


def _closed(points: Ring) -> Ring:
    ring = points if points[:1] == points[-1:] else [*points, points[0]]
    if len(ring) < POINTS_IN_SMALLEST_RING:
        raise ValueError(f"a ring of {len(points)} points encloses nothing")
    return ring


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Sequence[Ring]]:
    coordinates: Sequence[Any] = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else coordinates
