"""Contacts out of visits: known answers for every odd visit there is, and the DuckDB twin over worlds of all sorts."""

import doctest

import duckdb
import ibis
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.tracing_twins import by_duckdb
from yinghuo.engines import tracing
from yinghuo.engines.tracing import expression, generations, meeting, places

HOUR, DAY = 3600, 86_400
CASE = {"person": [1], "onset": [4 * DAY]}
Row = tuple[int, int, int, int | None]  # person, place, start, end


def columns(*rows: Row) -> dict[str, list[int | None]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(("person", "place", "start", "end"))}


def minutes_of(*rows: Row, minutes: int = 15, **more: object) -> dict[tuple[int, int], int]:
    """(case, person) -> minutes, of case 1."""
    found = tracing.contacts(columns(*rows), more.pop("cases", CASE), minutes=minutes, look_back_days=4, **more)
    return {(row["case"], row["person"]): row["minutes"] for row in found.to_pylist()}


def test_the_real_overlap_counts_and_not_the_length_of_the_visits() -> None:
    assert minutes_of((1, 7, 0, 2 * HOUR), (2, 7, HOUR, 4 * HOUR), (3, 7, 2 * HOUR - 60, 9 * HOUR)) == {(1, 2): 60}


def test_another_place_at_the_same_time_is_no_contact() -> None:
    assert minutes_of((1, 7, 0, HOUR), (2, 8, 0, HOUR)) == {}


@pytest.mark.parametrize("minutes", [0, 1, 15])
def test_who_leaves_when_the_other_comes_never_met(minutes: int) -> None:
    assert minutes_of((1, 7, 0, HOUR), (2, 7, HOUR, 2 * HOUR), minutes=minutes) == {}


def test_exactly_as_long_as_the_rule_asks_is_long_enough() -> None:
    assert minutes_of((1, 7, 0, HOUR), (2, 7, 0, 900), (3, 7, 0, 899)) == {(1, 2): 15}


def test_nobody_is_a_contact_of_oneself() -> None:
    assert minutes_of((1, 7, 0, HOUR), (1, 7, 600, HOUR)) == {}


def test_a_double_check_in_counts_once_on_either_side() -> None:
    rows = [(1, 7, 0, HOUR), (1, 7, 0, HOUR), (1, 7, 600, HOUR), (2, 7, 0, HOUR), (2, 7, 300, 900)]
    assert minutes_of(*rows) == {(1, 2): 60}


def test_short_meetings_of_one_day_add_up_over_places_and_visits() -> None:
    rows = [(1, 7, 0, 600), (2, 7, 0, 600), (1, 8, 3600, 4200), (2, 8, 3600, 4200)]
    assert minutes_of(*rows) == {(1, 2): 20}
    found = tracing.contacts(columns(*rows), CASE, minutes=15, look_back_days=4).to_pylist()
    assert [(row["places"], row["days"], row["first"], row["last"]) for row in found] == [(2, 1, 0, 4200)]


def test_short_meetings_of_two_days_do_not_add_up() -> None:
    assert minutes_of((1, 7, 0, 600), (2, 7, 0, 600), (1, 7, DAY, DAY + 600), (2, 7, DAY, DAY + 600)) == {}


def test_a_meeting_over_midnight_is_one_meeting_of_the_day_it_began() -> None:
    late = DAY - 600
    assert minutes_of((1, 7, late, DAY + 600), (2, 7, late, DAY + 600)) == {(1, 2): 20}


def test_a_stay_that_a_system_cuts_at_midnight_is_joined() -> None:
    late = DAY - 600
    assert minutes_of((1, 7, late, DAY), (1, 7, DAY, DAY + 600), (2, 7, late, DAY), (2, 7, DAY, DAY + 600)) == {
        (1, 2): 20
    }


def test_days_are_local_ones() -> None:
    meeting_at = [(1, 7, DAY - 8 * HOUR - 300, DAY - 8 * HOUR + 300), (2, 7, 0, DAY)]
    late = [(1, 7, DAY - HOUR, DAY - HOUR + 600), *meeting_at]
    assert minutes_of(*late, minutes=20) == {(1, 2): 20}, "one day in UTC"
    assert minutes_of(*late, minutes=20, utc_offset_s=8 * HOUR) == {}, "two days in Changchun"


@pytest.mark.parametrize(("stay_s", "minutes"), [(1800, 30), ({5: 1200, -1: 60}, 20), ({-1: 2400}, 40)])
def test_a_visit_without_an_end_lasts_as_long_as_its_kind_of_place_says(stay_s: object, minutes: int) -> None:
    visits = columns((1, 7, 0, None), (2, 7, 0, 5 * HOUR)) | {"kind": [5, 5]}
    found = tracing.contacts(visits, CASE, minutes=15, look_back_days=4, stay_s=stay_s)
    assert found["minutes"].to_pylist() == [minutes]
    assert found.schema.metadata[b"no_end"] == b"1"


def test_an_end_before_its_start_is_not_believed_unless_clocks_explain_it() -> None:
    rows = [(1, 7, 600, 0), (2, 7, 0, 5 * HOUR)]
    assert minutes_of(*rows, stay_s=1800) == {(1, 2): 30}
    assert minutes_of(*rows, stay_s=1800, skew_s=600) == {}


def test_clocks_that_differ_let_near_misses_through_when_told_so() -> None:
    rows = [(1, 7, 0, HOUR), (2, 7, HOUR + 60, 2 * HOUR)]
    assert minutes_of(*rows, minutes=1) == {}
    assert minutes_of(*rows, minutes=1, skew_s=180) == {(1, 2): 2}


def test_two_cases_that_met_are_each_other_s_contacts_and_say_so() -> None:
    cases = {"person": [1, 2], "onset": [4 * DAY, 4 * DAY]}
    found = tracing.contacts(
        columns((1, 7, 0, HOUR), (2, 7, 0, HOUR), (3, 7, 0, HOUR)), cases, minutes=15, look_back_days=4
    )
    rows = {(row["case"], row["person"]): row["is_case"] for row in found.to_pylist()}
    assert rows == {(1, 2): True, (1, 3): False, (2, 1): True, (2, 3): False}


def test_each_case_has_its_own_window() -> None:
    cases = {"person": [1, 2], "onset": [None, 6 * DAY], "sampled": [5 * DAY, 9 * DAY], "until": [None, 7 * DAY]}
    rows = [(one, one, at, at + HOUR) for one in (1, 2) for at in (DAY - 1800, 8 * DAY)]
    rows += [(9, one, at, at + HOUR) for one in (1, 2) for at in (DAY - 1800, 8 * DAY)]
    found = tracing.contacts(columns(*rows), cases, minutes=15, look_back_days=4).to_pylist()
    assert [(row["case"], row["minutes"]) for row in found] == [(1, 90)], "half an hour is before; 2 was isolated"


@pytest.mark.parametrize("rows", [[], [(2, 7, 0, HOUR)]])
def test_nothing_gives_nothing_with_all_its_columns(rows: list[Row]) -> None:
    empty = {"person": [], "onset": []}
    for cases in (CASE, empty):
        found = tracing.contacts(columns(*rows), cases, minutes=15, look_back_days=4)
        assert (found.num_rows, found.column_names[:3]) == (0, ["case", "person", "minutes"])
    assert tracing.rank_places(columns(*rows), CASE).num_rows == 0


def test_a_crowded_place_costs_no_more_than_the_visits_of_cases() -> None:
    crowd = 50_000
    visits = {
        "person": np.arange(crowd),
        "place": np.full(crowd, 7),
        "start": np.arange(crowd),
        "end": np.arange(crowd) + HOUR,
    }
    found = tracing.contacts(visits, CASE, minutes=15, look_back_days=4)
    assert found.num_rows == 2700 + 1  # from person 0 to who came 45 minutes after 1, without 1
    assert found.schema.metadata[b"capped"] == b""


def test_a_cap_is_reported_with_what_was_left_out() -> None:
    rows = [(1, 7, 0, HOUR), (1, 8, 0, HOUR), *((one, 7, 0, HOUR) for one in range(2, 30)), (90, 8, 0, HOUR)]
    found = tracing.contacts(columns(*rows), CASE, minutes=15, look_back_days=4, most_per_place=10)
    assert found.schema.metadata[b"capped"] == b"7:28:10"
    assert (found.num_rows, 90 in found["person"].to_pylist()) == (11, True)


@pytest.mark.parametrize(
    "form",
    [
        dict,
        lambda given: pa.table(given),
        lambda given: pl.DataFrame(given),
        lambda given: np.rec.fromarrays([np.array(one) for one in given.values()], names=list(given)),
        lambda given: {name: np.array(one, dtype=np.int32) for name, one in given.items()},
        lambda given: {
            "person": given["person"],
            "venue": given["place"],
            "begins_at": given["start"],
            "ends_at": given["end"],
        },
    ],
)
def test_columns_may_come_in_any_form(form: object) -> None:
    given_columns = form(columns((1, 7, 0, HOUR), (2, 7, 0, HOUR)))
    found = tracing.contacts(given_columns, pa.table(CASE), minutes=15, look_back_days=4)
    assert found["minutes"].to_pylist() == [60]


def test_times_may_be_times() -> None:
    at = np.array(["2022-05-06T00:00", "2022-05-06T00:30"], dtype="datetime64[us]")
    visits = {"person": [1, 2], "place": [7, 7], "start": at, "end": at + np.timedelta64(1, "h")}
    cases = {"person": [1], "onset": np.array(["2022-05-07"], dtype="datetime64[D]")}
    found = tracing.contacts(visits, cases, minutes=15, look_back_days=4).to_pylist()
    assert (found[0]["minutes"], found[0]["first"]) == (30, int(at[1].astype("datetime64[s]").astype(int)))


@pytest.mark.parametrize(
    ("visits", "error"),
    [
        ({"person": ["Li"], "place": [1], "start": [0], "end": [1]}, TypeError),
        ({"person": [1.5], "place": [1], "start": [0], "end": [1]}, TypeError),
        ({"person": [1], "place": [1], "end": [1]}, ValueError),
        ({"person": [1], "place": [1], "start": [None], "end": [1]}, ValueError),
        ({"person": [1, 2], "place": [1], "start": [0], "end": [1]}, ValueError),
    ],
)
def test_the_engine_takes_whole_numbers_and_nothing_else(visits: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        tracing.contacts(visits, CASE, minutes=15, look_back_days=4)


def test_sorted_once_the_same_visits_answer_the_same() -> None:
    visits = columns((1, 7, 0, HOUR), (2, 7, 0, HOUR))
    raw, ready = (
        tracing.contacts(one, CASE, minutes=15, look_back_days=4) for one in (visits, tracing.sort_visits(visits))
    )
    assert raw.equals(ready, check_metadata=True)


WORLDS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 3 * DAY), st.integers(0, 30_000)), max_size=60
)
CASES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 4 * DAY), st.integers(0, 4 * DAY)),
    max_size=4,
    unique_by=lambda one: one[0],
)


def arrays(world: list[tuple[int, ...]], cases: list[tuple[int, ...]]) -> tuple[dict, dict]:
    rows = np.array(world, dtype=np.int64).reshape(-1, 4)
    windows = np.array(cases, dtype=np.int64).reshape(-1, 3)
    visits = {"person": rows[:, 0], "place": rows[:, 1], "start": rows[:, 2], "end": rows[:, 2] + rows[:, 3]}
    return visits, {"person": windows[:, 0], "onset": windows[:, 1], "until": windows[:, 2]}


def rows_of(found: pa.Table) -> list[tuple[int, ...]]:
    names = ("case", "person", "minutes", "places", "days", "first", "last")
    return sorted(zip(*(found[name].to_pylist() for name in names), strict=True))


@settings(max_examples=60, deadline=None)
@given(WORLDS, CASES, st.integers(0, 200), st.integers(0, 3))
def test_the_sweep_and_the_duckdb_twin_find_the_same(
    world: list[tuple[int, ...]], cases: list[tuple[int, ...]], minutes: int, back: int
) -> None:
    visits, windows = arrays(world, cases)
    ours = tracing.contacts(visits, windows, minutes=minutes, look_back_days=back)
    assert rows_of(ours) == by_duckdb(visits, windows, minutes, back)


def test_the_ibis_expression_finds_the_same_on_duckdb() -> None:
    rng = np.random.default_rng(5)
    visits, windows = crowd(rng, visits=3000)
    with duckdb.connect() as connection:
        backend = ibis.duckdb.from_connection(connection)
        for name, one in (("visits", visits), ("cases", windows)):
            connection.register(name, pa.table(one))
        held = backend.table("visits"), backend.table("cases")
        found = expression.pairs(*held, minutes=15, look_back_days=2).to_pyarrow()
    ours = tracing.contacts(visits, windows, minutes=15, look_back_days=2)
    assert rows_of(found) == rows_of(ours)
    assert ours.num_rows > 100


def crowd(rng: np.random.Generator, *, visits: int) -> tuple[dict, dict]:
    start = rng.integers(0, 3 * DAY, visits)
    end = start + rng.integers(0, 4 * HOUR, visits)
    held = {"person": rng.integers(0, 500, visits), "place": rng.integers(0, 40, visits), "start": start, "end": end}
    return held, {"person": np.arange(30), "onset": np.full(30, 2 * DAY), "until": np.full(30, 3 * DAY)}


def test_a_longer_look_back_or_a_lower_threshold_never_loses_a_pair() -> None:
    visits, windows = crowd(np.random.default_rng(3), visits=2000)
    strict, loose = (
        {row[:2] for row in rows_of(tracing.contacts(visits, windows, minutes=least, look_back_days=back))}
        for least, back in ((30, 1), (10, 2))
    )
    assert strict < loose


@pytest.mark.parametrize("module", [meeting, generations, places])
def test_the_examples_in_the_text_are_true(module: object) -> None:
    assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)


def test_numbers_too_large_to_pack_sort_alike() -> None:
    far = 2**45
    visits = columns((1, 7 * far, 0, HOUR), (2, 7 * far, far, far + HOUR), (3, 7 * far, 0, HOUR), (4, -far, 0, HOUR))
    found = tracing.contacts(visits, CASE, minutes=15, look_back_days=4)
    assert found["person"].to_pylist() == [3]
