"""Areas: the region loads once, a code says level and parent, a subtree is a prefix, cells are numbered."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.core.areas import queries
from yinghuo.core.areas.actions import MAP, add_cell, load_region
from yinghuo.core.areas.models import Area, Level
from yinghuo.core.areas.rules import CODE_DIGITS, ancestor_codes, parent_code
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
WHO = {"by": "system:test", "at": NOON}
STREET = "220102001"
CELL = {"name_zh": "一号网格", "name_en": "Cell 1"}
has_map = pytest.mark.skipif(not (settings.ROOT / MAP).exists(), reason="the map comes with `make setup`")


@pytest.fixture
def region(db: None) -> int:
    """The whole province, loaded."""
    return load_region(**WHO)


@pytest.fixture
def street(db: None) -> Area:
    """A street and the areas around it."""
    for code in [*ancestor_codes(STREET), STREET]:
        area(code)
    return Area.objects.get(code=STREET)


def area(code: str, **fields: object) -> Area:
    level = next(level for level, digits in CODE_DIGITS.items() if digits == len(code))
    usual = {"level": level, "parent_id": parent_code(code), "name_zh": code, "name_en": code, "short_zh": code}
    return Area.objects.create(code=code, **(usual | fields))


def test_the_region_loads_whole(region: int) -> None:
    levels = Counter(Area.objects.values_list("level", flat=True))
    assert levels == {"province": 1, "prefecture": 9, "county": 69, "street": 1059}
    assert region == 1138


def test_the_region_loaded_twice_is_loaded_once(region: int) -> None:
    assert load_region(**WHO) == 0
    assert Entry.objects.filter(kind="region.loaded").count() == 1


def test_loading_puts_right_what_differs_from_the_tables_and_leaves_cells_alone(region: int) -> None:
    cell = add_cell(STREET, **CELL, **WHO)
    Area.objects.filter(code="220104").update(name_en="Chowyang")
    assert load_region(**WHO) == 1
    assert Area.objects.get(code="220104").name_en == "Chaoyang District"
    assert Area.objects.filter(code=cell.code).exists()


def test_eleven_areas_are_reported_and_the_province_has_its_people(region: int) -> None:
    assert len(queries.reported("22")) == 11
    assert [area.code for area in queries.reported("2205")] == ["2205", "220581"]
    province = Area.objects.get(code="22")
    assert (province.population, province.population_year) == (24_073_453, 2020)


@has_map
def test_nine_prefectures_have_an_outline_around_their_label(region: int) -> None:
    features = queries.outlines("22")["features"]
    assert [one["id"] for one in features] == [*(f"220{n}" for n in range(1, 9)), "2224"]
    for feature in features:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        lons, lats = zip(*(point for polygon in polygons for point in polygon[0]), strict=True)
        assert min(lons) < feature["properties"]["lon"] < max(lons)
        assert min(lats) < feature["properties"]["lat"] < max(lats)


@has_map
def test_outlines_of_one_prefecture_are_its_own(region: int) -> None:
    assert [one["id"] for one in queries.outlines("2202")["features"]] == ["2202"]


def test_an_area_is_named_in_the_readers_language(region: int) -> None:
    with override("en"):
        assert queries.name_of("220104") == "Chaoyang District"
        assert queries.names(["22", "2202", "99"]) == {"22": "Jilin Province", "2202": "Jilin City"}
    with override("zh-hans"):
        assert queries.name_of("220104") == str(Area.objects.get(code="220104")) == "朝阳区"
        assert queries.name_of("99") == "99"
        assert Area.objects.get(code="2224").short == "延边州"


def test_the_way_up_and_the_way_down(region: int) -> None:
    assert [area.code for area in queries.ancestors(STREET)] == ["22", "2201", "220102"]
    assert [area.code for area in queries.children("")] == ["22"]
    assert {area.level for area in queries.children("2201")} == {"county"}
    assert len(queries.children("2201")) == 15


def test_a_subtree_is_a_prefix_and_the_empty_code_is_no_area(street: Area) -> None:
    area("220103")
    within = {
        code: set(queries.within(Area.objects.all(), code, "code").values_list("code", flat=True))
        for code in ("22", "220102", "220103", "2202", "")
    }
    assert within["22"] == {"22", "2201", "220102", "220103", STREET}
    assert within["220102"] == {"220102", STREET}
    assert within["220103"] == {"220103"}
    assert within["2202"] == within[""] == set()


def test_a_code_that_only_holds_another_is_not_within_it(street: Area) -> None:
    area("2222")
    area("222201")
    assert not queries.within(Area.objects.filter(code="222201"), "2201", "code").exists()


def test_cells_are_numbered_and_the_same_name_is_the_same_cell(street: Area) -> None:
    first = add_cell(STREET, **CELL, **WHO)
    second = add_cell(STREET, name_zh="二号网格", name_en="Cell 2", **WHO)
    again = add_cell(STREET, **CELL, **WHO)
    assert (first.code, second.code, again.code) == ("220102001001", "220102001002", "220102001001")
    assert (first.level, first.parent_id) == (Level.CELL, STREET)
    assert list(Entry.objects.values_list("kind", "subject").order_by("id")) == [
        ("cell.added", "area:220102001001"),
        ("cell.added", "area:220102001002"),
    ]


@pytest.mark.parametrize(
    ("code", "names", "refusal"),
    [
        ("220102999", CELL, "area.unknown"),
        ("220102", CELL, "area.unknown"),
        (STREET, {"name_zh": " ", "name_en": "Cell"}, "name.missing"),
        (STREET, {"name_zh": "网格", "name_en": ""}, "name.missing"),
    ],
)
def test_a_cell_needs_a_street_and_two_names(street: Area, code: str, names: dict, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        add_cell(code, **names, **WHO)
    assert not Entry.objects.exists()


def test_a_street_has_at_most_999_cells(street: Area) -> None:
    area(f"{STREET}999")
    with pytest.raises(Refused, match=r"area.cells_full .*most=999"):
        add_cell(STREET, **CELL, **WHO)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "220103001", "level": "street", "parent_id": "220102"},
        {"code": "220103", "level": "street", "parent_id": "2201"},
        {"code": "220103", "level": "county", "parent_id": "22"},
        {"code": "220103", "level": "county", "parent_id": None},
        {"code": "2A0103", "level": "county", "parent_id": "2201"},
        {"code": "220103", "level": "district", "parent_id": "2201"},
        {"code": "220103", "name_en": ""},
        {"code": "220103", "population": 5},
        {"code": "220103", "population": 5, "population_year": 2020},
        {"code": "220103", "lat": 43.9},
        {"code": "220103", "lat": 143.9, "lon": 125.3},
    ],
)
def test_postgresql_refuses_an_area_that_contradicts_itself(street: Area, fields: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        area(**fields)


def test_postgresql_refuses_a_child_without_its_parent(street: Area) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        area("220199001")
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_two_cells_added_at_once_get_two_numbers() -> None:
    for code in [*ancestor_codes(STREET), STREET]:
        area(code)

    def add(n: int) -> str:
        code = add_cell(STREET, name_zh=f"{n}号", name_en=f"Cell {n}", **WHO).code
        connection.close()
        return code

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(add, range(8)))
    assert sorted(codes) == [f"{STREET}{n:03}" for n in range(1, 9)]


@given(st.sampled_from(sorted(CODE_DIGITS.values())), st.integers(0, 10**12 - 1))
def test_every_ancestor_of_a_code_is_a_shorter_beginning_of_it(digits: int, number: int) -> None:
    code = f"{number:012}"[:digits]
    around = ancestor_codes(code)
    assert [len(one) for one in around] == [d for d in (2, 4, 6, 9) if d < digits]
    assert all(code.startswith(one) for one in around)
