"""Bulletins of spring 2022: real rows as known answers, gaps that stay gaps, proofs that fill nothing else."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.engines.bulletins import (
    COUNTS,
    FIRST_DAY,
    LAST_DAY,
    Because,
    DailyRow,
    NetNew,
    close_splits,
    gaps,
    net_new,
    parse_daily,
    series,
    with_codes,
)

DAILY = (Path(__file__).parents[2] / "yinghuo/demo/data/jilin-2022/daily.csv").read_text(encoding="utf-8")
PROVINCE = "吉林省"
PARTS = ("长春市", "吉林市", "四平市", "辽源市", "通化市", "白山市", "松原市", "白城市", "延边州", "梅河口市")
HEAD = DAILY.splitlines()[0]
ROWS = parse_daily(DAILY)
CLOSED = close_splits(ROWS, whole=PROVINCE, parts=PARTS)

counts = st.integers(0, 5000)


def on(day: date, area: str, rows: list[DailyRow] = ROWS) -> DailyRow:
    (row,) = (row for row in rows if (row.day, row.area) == (day, area))
    return row


def table(*lines: str) -> str:
    return "\n".join((HEAD, *lines)) + "\n"


def stated(day: date, count: str) -> tuple[int | None, list[int]]:
    """The province's figure and the figures of the areas named beside it."""
    numbers = {row.area: getattr(row, count) for row in ROWS if row.day == day}
    return numbers.get(PROVINCE), [numbers[part] for part in PARTS if numbers.get(part) is not None]


def test_a_row_is_read_with_its_blanks_and_sources() -> None:
    row = on(date(2022, 3, 23), "四平市")
    assert row == DailyRow(
        date(2022, 3, 23),
        "四平市",
        confirmed_new=9,
        of_which_converted=1,
        asymptomatic_new=None,
        discharged=None,
        released_from_observation=2,
        sources=("http://cdcn.org.cn/article/10357",),
    )
    assert len(on(date(2022, 3, 23), PROVINCE).sources) == 2


def test_the_table_has_one_row_for_each_area_and_day() -> None:
    assert len(ROWS) == 360
    assert {row.area for row in ROWS} == {PROVINCE, *PARTS} - {"通化市"}


def test_a_person_who_was_asymptomatic_first_counts_once() -> None:
    assert net_new(on(date(2022, 3, 23), PROVINCE)).value == 1810 + 791 - 36
    assert net_new(on(date(2022, 4, 13), "长春市")) == NetNew(694, 694, Because.STATED)


def test_a_day_without_conversions_stated_is_an_interval_and_no_number() -> None:
    found = net_new(on(date(2022, 3, 15), PROVINCE))
    assert found == NetNew(low=397, high=1456 + 397, because=Because.CONVERTED_BLANK)
    assert not found.complete
    assert found.value is None


def test_nobody_confirmed_means_nobody_converted() -> None:
    assert net_new(on(date(2022, 5, 2), PROVINCE)) == NetNew(21, 21, Because.NONE_TO_CONVERT)


@pytest.mark.parametrize(
    ("row", "low", "because"),
    [
        (on(date(2022, 3, 1), PROVINCE), None, Because.ASYMPTOMATIC_BLANK),
        (on(date(2022, 3, 18), PROVINCE), 1674 - 8, Because.ASYMPTOMATIC_BLANK),
        (on(date(2022, 3, 10), "梅河口市"), 1, Because.CONFIRMED_BLANK),
        (on(date(2022, 5, 11), "四平市"), None, Because.NOTHING_STATED),
    ],
)
def test_a_missing_part_leaves_a_gap_and_never_a_zero(row: DailyRow, low: int | None, because: Because) -> None:
    found = net_new(row)
    assert (found.low, found.high, found.because, found.value) == (low, None, because, None)


@given(confirmed=counts, asymptomatic=counts, share=st.floats(0, 1))
def test_whatever_was_converted_lies_within_the_interval(confirmed: int, asymptomatic: int, share: float) -> None:
    row = DailyRow(FIRST_DAY, PROVINCE, confirmed_new=confirmed, asymptomatic_new=asymptomatic)
    converted = int(confirmed * share)
    truth = net_new(replace(row, of_which_converted=converted)).value
    blank = net_new(row)
    assert truth is not None and blank.low is not None and blank.high is not None
    assert blank.low <= truth <= blank.high
    narrowed = net_new(row, converted_at_least=converted)
    assert narrowed.high == truth


def test_days_without_a_bulletin_are_listed() -> None:
    missing = gaps(ROWS, FIRST_DAY, LAST_DAY, areas=[PROVINCE, "通化市"])
    assert missing[PROVINCE] == [
        date(2022, 3, 11),
        date(2022, 4, 9),
        *(date(2022, 5, day) for day in (5, 8, 9, 10, 12, 13)),
    ]
    assert len(missing["通化市"]) == 74


def test_without_a_list_of_areas_those_with_rows_are_looked_at() -> None:
    missing = gaps(ROWS, FIRST_DAY, LAST_DAY)
    assert "通化市" not in missing
    assert len(missing["长春市"]) == 20
    assert gaps(ROWS, date(2022, 3, 23), date(2022, 3, 23))["梅河口市"] == []


def test_the_series_has_every_day_of_the_period() -> None:
    found = series(ROWS, PROVINCE)
    assert [day for day, _ in found][:: len(found) - 1] == [FIRST_DAY, LAST_DAY]
    assert len(found) == 74
    assert sum(net is None for _, net in found) == 8
    assert sum(net is not None and net.complete for _, net in found) == 20
    assert dict(found)[date(2022, 3, 13)] == NetNew(895 - 41 + 131, 895 - 41 + 131, Because.STATED)


def test_conversions_of_the_parts_narrow_the_whole() -> None:
    day = date(2022, 4, 14)
    alone = dict(series(ROWS, PROVINCE))[day]
    with_parts = dict(series(ROWS, PROVINCE, parts=PARTS))[day]
    assert alone == NetNew(342, 174 + 342, Because.CONVERTED_BLANK)
    assert with_parts == NetNew(342, 174 + 342 - 79 - 2, Because.CONVERTED_BLANK)


def test_the_first_nine_days_add_up_to_the_total_the_province_stated() -> None:
    confirmed = [row.confirmed_new for row in ROWS if row.area == PROVINCE and row.day <= date(2022, 3, 9)]
    assert sum(number or 0 for number in confirmed) == 415


@pytest.mark.parametrize(
    ("count", "days", "odd_days"),
    [
        ("confirmed_new", 57, {date(2022, 4, 24): (79, 74)}),
        ("asymptomatic_new", 42, {}),
        ("of_which_converted", 12, {date(2022, 3, 29): (24, 5), date(2022, 4, 2): (28, 25)}),
        ("discharged", 26, {}),
        ("released_from_observation", 26, {}),
    ],
)
def test_the_province_is_the_sum_of_its_parts_but_for_known_days(
    count: str, days: int, odd_days: dict[date, tuple[int, int]]
) -> None:
    both = {day: stated(day, count) for day in {row.day for row in ROWS}}
    both = {day: (whole, parts) for day, (whole, parts) in both.items() if whole is not None and parts}
    assert len(both) == days
    assert {day: (whole, sum(parts)) for day, (whole, parts) in both.items() if whole != sum(parts)} == odd_days


def test_parts_that_add_up_leave_zero_for_the_rest() -> None:
    closed = on(date(2022, 3, 23), "通化市", CLOSED)
    assert (closed.confirmed_new, closed.asymptomatic_new) == (0, 0)
    assert closed.implied == set(COUNTS)
    assert net_new(closed) == NetNew(0, 0, Because.IMPLIED)
    assert on(date(2022, 3, 23), "四平市", CLOSED).implied == {"asymptomatic_new", "discharged"}


def test_parts_that_do_not_add_up_prove_nothing() -> None:
    """24 April: 79 confirmed in the province, 74 of them in 长春市, and no word on where the other five were."""
    others = [row for row in CLOSED if row.day == date(2022, 4, 24) and row.area not in (PROVINCE, "长春市")]
    assert len(others) == 9
    assert {row.confirmed_new for row in others} == {None}


def test_the_parts_give_the_whole_the_conversions_it_left_out() -> None:
    day = date(2022, 3, 26)
    assert on(day, PROVINCE).of_which_converted is None
    assert on(day, PROVINCE, CLOSED).of_which_converted == 56 + 46 + 1
    assert dict(series(CLOSED, PROVINCE))[day] == NetNew(1975, 1975, Because.IMPLIED)


def test_closing_changes_no_figure_that_was_stated() -> None:
    closed = {(row.day, row.area): row for row in CLOSED}
    for row in ROWS:
        after = closed[row.day, row.area]
        assert all(getattr(row, count) in (None, getattr(after, count)) for count in COUNTS)
        assert {count for count in COUNTS if getattr(row, count) != getattr(after, count)} == after.implied


def test_closing_twice_is_closing_once() -> None:
    assert close_splits(CLOSED, whole=PROVINCE, parts=PARTS) == CLOSED


def test_where_all_parts_are_exact_so_is_the_province_and_it_is_their_sum() -> None:
    nets = {(row.day, row.area): net_new(row).value for row in CLOSED}
    full = {row.day for row in CLOSED if all(nets.get((row.day, part)) is not None for part in PARTS)}
    assert len(full) == 14
    for day in full:
        assert nets[day, PROVINCE] == sum(nets[day, part] or 0 for part in PARTS)


def test_the_province_has_25_exact_days() -> None:
    found = [net for _, net in series(CLOSED, PROVINCE, parts=PARTS)]
    kinds = Counter("exact" if net and net.complete else net and net.because for net in found)
    assert kinds == {"exact": 25, Because.CONVERTED_BLANK: 26, Because.ASYMPTOMATIC_BLANK: 15, None: 8}


@given(
    st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=4),
    st.data(),
)
def test_what_closing_fills_in_was_so(people: list[tuple[int, int, int]], data: st.DataObject) -> None:
    """Zeros are left out of a true bulletin as bulletins do; every figure that is filled in is the true one."""
    names = [f"area {n}" for n in range(len(people))]
    true = {
        name: dict(zip(COUNTS, (confirmed, min(converted, confirmed), asymptomatic, 0, 0), strict=True))
        for name, (confirmed, converted, asymptomatic) in zip(names, people, strict=True)
    }
    true["whole"] = {count: sum(true[name][count] for name in names) for count in COUNTS}
    printed = {
        area: {count: number for count, number in figures.items() if number or data.draw(st.booleans())}
        for area, figures in true.items()
    }
    for area in printed:
        for count in list(printed[area]):
            if data.draw(st.integers(0, 4)) == 0:
                del printed[area][count]
    rows = [DailyRow(FIRST_DAY, area, **figures) for area, figures in printed.items()]
    for row in close_splits(rows, whole="whole", parts=names):
        for count in COUNTS:
            assert getattr(row, count) in (None, true[row.area][count])


def test_names_become_codes_and_an_unknown_name_is_an_error() -> None:
    rows = [on(date(2022, 3, 1), PROVINCE), on(date(2022, 3, 1), "延边州")]
    assert [row.area for row in with_codes(rows, {PROVINCE: "22", "延边州": "2224"})] == ["22", "2224"]
    with pytest.raises(ValueError, match="延边州"):
        with_codes(rows, {PROVINCE: "22"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,area\n2022-03-01,吉林省\n", "head"),
        (table("2022-03-15,0-9,吉林省,317,,27,,,x"), "whole day"),
        (table("2022-03-01,0-24,吉林省,-4,,,,,x"), "number of people"),
        (table("2022-03-01,0-24,吉林省,4.5,,,,,x"), "number of people"),
        (table("2022-03-01,0-24,吉林省,4,5,,,,x"), "5 converted among 4"),
        (table("2022-03-01,0-24,吉林省,4,,,,,x", "2022-03-01,0-24,吉林省,4,,,,,y"), "line 3: a second row"),
        (table("1 March,0-24,吉林省,4,,,,,x"), "isoformat"),
    ],
)
def test_a_table_that_cannot_be_true_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_daily(text)
