"""Outlines: what an encoder of our own writes is read back, and what no encoder writes is refused."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.outlines import bounds, decode_outlines, significant_code

Grid = list[tuple[int, int]]

grid_points = st.tuples(st.integers(120_000, 135_000), st.integers(41_000, 48_000))
rings = st.lists(grid_points, min_size=3, max_size=12, unique=True).map(lambda points: [*points, points[0]])
polygons = st.lists(rings, min_size=1, max_size=3)


def fold(step: int) -> str:
    return chr(64 + (2 * step if step >= 0 else -2 * step - 1))


def encode_ring(ring: Grid) -> tuple[str, list[int]]:
    """The first point is the offset, so its own step is zero."""
    before = ring[0]
    text = ""
    for point in ring:
        text += fold(point[0] - before[0]) + fold(point[1] - before[1])
        before = point
    return text, list(ring[0])


def encode_polygon(polygon: list[Grid]) -> tuple[list[str], list[list[int]]]:
    texts, starts = zip(*(encode_ring(ring) for ring in polygon), strict=True)
    return list(texts), list(starts)


def encoded_map(kind: str, coordinates: Any, starts: Any, **more: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates, "encodeOffsets": starts}
    feature = {"type": "Feature", "id": "222400", "properties": {"name": "延边朝鲜族自治州"}, "geometry": geometry}
    return {"type": "FeatureCollection", "UTF8Encoding": True, "features": [feature], **more}


def degrees(ring: Grid, per_degree: int = 1024) -> list[list[float]]:
    return [[x / per_degree, y / per_degree] for x, y in ring]


def coordinates_of(plain: dict[str, Any]) -> Any:
    return plain["features"][0]["geometry"]["coordinates"]


@given(polygons)
def test_a_polygon_with_holes_comes_back_point_for_point(polygon: list[Grid]) -> None:
    plain = decode_outlines(encoded_map("Polygon", *encode_polygon(polygon)))
    assert coordinates_of(plain) == [degrees(ring) for ring in polygon]


@given(st.lists(polygons, min_size=1, max_size=3))
def test_a_multipolygon_keeps_its_parts_apart(parts: list[list[Grid]]) -> None:
    texts, starts = zip(*(encode_polygon(part) for part in parts), strict=True)
    plain = decode_outlines(encoded_map("MultiPolygon", list(texts), list(starts)))
    assert coordinates_of(plain) == [[degrees(ring) for ring in part] for part in parts]


@given(polygons)
def test_the_edges_hold_every_point(polygon: list[Grid]) -> None:
    west, south, east, north = bounds(decode_outlines(encoded_map("Polygon", *encode_polygon(polygon))))
    points = [point for ring in polygon for point in degrees(ring)]
    assert all(west <= x <= east and south <= y <= north for x, y in points)
    assert west in {x for x, _ in points}
    assert north in {y for _, y in points}


SQUARE: Grid = [(128_000, 45_056), (129_024, 45_056), (129_024, 46_080), (128_000, 46_080), (128_000, 45_056)]


def test_a_known_ring_of_the_published_map_decodes_to_its_degrees() -> None:
    """The second part of 长春市 in the ECharts 4.9.0 map of Jilin: "@@BAIFBBFE" from (129749, 45600)."""
    plain = decode_outlines(encoded_map("MultiPolygon", [["@@BAIFBBFE"]], [[[129_749, 45_600]]]))
    # @ is 0, B is +1, A is -1, I is -5, F is +3, E is -3
    steps = [(0, 0), (1, -1), (-5, 3), (1, 1), (3, -3)]
    x, y, expected = 129_749, 45_600, []
    for across, up in steps:
        x, y = x + across, y + up
        expected.append([x / 1024, y / 1024])
    assert coordinates_of(plain) == [[expected]]


def test_an_open_ring_is_closed() -> None:
    plain = decode_outlines(encoded_map("Polygon", *encode_polygon([SQUARE[:-1]])))
    assert coordinates_of(plain) == [degrees(SQUARE)]


def test_a_map_may_set_its_own_scale() -> None:
    plain = decode_outlines(encoded_map("Polygon", *encode_polygon([SQUARE]), UTF8Scale=2048))
    assert coordinates_of(plain) == [degrees(SQUARE, 2048)]


def test_id_and_properties_stay_and_the_encoding_leaves_no_trace() -> None:
    encoded = encoded_map("Polygon", *encode_polygon([SQUARE]))
    before = copy.deepcopy(encoded)
    plain = decode_outlines(encoded)
    assert encoded == before
    assert plain["features"][0]["id"] == "222400"
    assert plain["features"][0]["properties"] == {"name": "延边朝鲜族自治州"}
    assert "UTF8" not in json.dumps(plain)
    assert "encodeOffsets" not in json.dumps(plain)


def test_feature_ids_become_area_codes() -> None:
    assert [significant_code(each) for each in ("222400", "220000", "220581")] == ["2224", "22", "220581"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"UTF8Encoding": False}, "not an encoded map"),
        ({"features": encoded_map("LineString", ["@@"], [[0, 0]])["features"]}, "LineString"),
        ({"features": encoded_map("Polygon", ["@@A"], [[0, 0]])["features"]}, "without its latitude"),
        ({"features": encoded_map("Polygon", ["@@ !"], [[0, 0]])["features"]}, "no step"),
        ({"features": encoded_map("Polygon", ["@@AA"], [[0, 0]])["features"]}, "encloses nothing"),
        ({"features": encoded_map("Polygon", ["@@B@@B", "@@B@@B"], [[0, 0]])["features"]}, "shorter"),
    ],
)
def test_what_no_encoder_writes_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode_outlines(encoded_map("Polygon", *encode_polygon([SQUARE])) | change)


def test_a_map_without_outlines_has_no_edges() -> None:
    with pytest.raises(ValueError, match="unpack"):
        bounds({"features": []})
