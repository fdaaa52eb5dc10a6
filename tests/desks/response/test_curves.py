"""Counting the curve of the real published figures: gaps, bounds, runs that can be counted again, honest scores."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.desks.response.curves_world import AT, BY, load, publish
from yinghuo.core.bulletins.models import Bulletin
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.curves import count_curve, recount
from yinghuo.desks.response.jobs.curves import count_curves
from yinghuo.desks.response.models import CurveRun
from yinghuo.desks.response.queries.curves import Curve, curves_of, marks, marks_by, newer_figures, newest
from yinghuo.desks.response.queries.curves_counting import counted
from yinghuo.desks.response.queries.curves_figures import published
from yinghuo.desks.response.rules.curves import SERIAL_INTERVALS, serial_interval

pytestmark = pytest.mark.django_db
PROVINCE, CHANGCHUN, JILIN_CITY, MEIHEKOU = "22", "2201", "2202", "220581"
SHORT = "2022-03-28"


def run() -> CurveRun:
    return count_curve(PROVINCE, by=BY, at=AT)


def place(curve: Curve, day: str) -> int:
    return (date.fromisoformat(day) - curve.run.first).days


def test_the_same_figures_are_the_same_run_and_new_ones_another() -> None:
    load(SHORT)
    first, again = run(), run()
    assert first.id == again.id
    assert Entry.objects.filter(kind="curve.counted").count() == 1
    publish("2022-03-29")
    assert newer_figures(first) > 0
    other = count_curve(PROVINCE, by=BY, at=AT + timedelta(days=1))
    assert other.id != first.id
    assert newest(PROVINCE) == other
    assert newer_figures(other) == 0


def test_a_run_counted_again_comes_to_the_same_also_when_more_was_published_since() -> None:
    load(SHORT)
    found = run()
    publish("2022-04-02")
    again = recount(CurveRun.objects.get(id=found.id))
    assert (again.kept, again.published, again.numbers) == (True, True, True)


def test_a_figure_changed_behind_a_run_is_found() -> None:
    load(SHORT)
    found = run()
    Bulletin.objects.filter(area_code=JILIN_CITY, day="2022-03-23").update(asymptomatic_new=1)
    assert recount(found) == recount(found)
    assert not recount(found).published
    found.figures[-5][2] = 99_999
    again = recount(found)
    assert not again.kept
    assert not again.numbers


def test_conversions_are_netted_and_a_missing_day_is_a_gap_never_zero() -> None:
    load(SHORT)
    curves = curves_of(run())
    city, province = curves[JILIN_CITY], curves[PROVINCE]
    at = place(city, "2022-03-23")
    assert (city.said["low"][at], city.said["high"][at]) == (1012, 1012)
    nobody = place(province, "2022-03-11")
    assert province.said["low"][nobody] is province.said["high"][nobody] is province.said["likely"][nobody] is None
    bounded = place(province, "2022-03-14")
    low, likely, high = (province.said[key][bounded] for key in ("low", "likely", "high"))
    assert (low, high) == (991, 4048)
    assert low < likely < high


def test_the_reproduction_number_is_silent_where_a_week_tells_nothing() -> None:
    load(SHORT)
    province = curves_of(run())[PROVINCE]
    assert province.said["r"]["q50"][place(province, "2022-03-08")] is None
    at = place(province, "2022-03-28")
    r = province.said["r"]
    assert r["q025"][at] < r["q25"][at] < r["q50"][at] < r["q75"][at] < r["q975"][at]
    assert 0 <= province.said["falling"][at] <= 1


def test_the_outbreak_rises_in_mid_march_and_falls_in_late_april() -> None:
    load("2022-04-25")
    city = curves_of(run())[JILIN_CITY]
    assert city.said["r"]["q025"][place(city, "2022-03-15")] > 1
    assert city.said["r"]["q975"][place(city, "2022-04-10")] < 1


def test_an_open_conversion_makes_the_band_wider_than_one_that_is_stated() -> None:
    load(SHORT)
    open_days = published(PROVINCE)
    assert open_days is not None
    weights = serial_interval("omicron_ba2").weights
    closed = type(open_days)(**(vars(open_days) | {"low": open_days.high}))
    day = (date(2022, 3, 21) - open_days.days[0]).days
    wide, narrow = (counted(one, weights, seed=1)[PROVINCE]["r"]["sd"][day] for one in (open_days, closed))
    assert wide > 1.3 * narrow


def test_a_forecast_that_is_scored_knew_nothing_of_what_came_later() -> None:
    load("2022-04-05")
    found = published(PROVINCE)
    assert found is not None
    weights = serial_interval("omicron_ba2").weights
    until = len(found.days) - 5
    changed = found.low.copy(), found.high.copy()
    for bound in changed:
        bound[:, until:] = np.where(np.isnan(bound[:, until:]), np.nan, bound[:, until:] * 3)
    other = type(found)(**(vars(found) | {"low": changed[0], "high": changed[1]}))
    told = [
        [row for row in counted(one, weights, seed=5)[JILIN_CITY]["scored"] if row[0] + row[1] < until]
        for one in (found, other)
    ]
    assert told[0] == told[1]
    assert len(told[0]) > 20


def test_marks_are_means_and_say_who_was_better_only_of_enough() -> None:
    rows = [[21, 1, 9.0, 1.0, 2.0, 0.1, 0.4, 1, 0, 1, 1], [22, 2, 9.0, 3.0, 2.0, 0.3, 0.4, 0, 0, 1, 1]]
    found = marks(rows)
    assert found is not None
    assert (found.wis, found.flat_wis, found.log_wis, found.in_50, found.in_95) == (2.0, 2.0, 0.2, 0.5, 1.0)
    assert found.better == "few"
    many, none = marks(rows * 10), marks([])
    assert many is not None
    assert (many.better, none) == ("ours", None)
    assert list(marks_by(rows, lambda row: int(row[1]))) == [1, 2]


def test_the_nightly_job_counts_each_province_once_for_the_same_figures() -> None:
    load(SHORT)
    assert [run.area_code for run in count_curves(AT)] == [PROVINCE]
    assert count_curves(AT + timedelta(days=1))[0].counted_at == AT
    assert CurveRun.objects.count() == 1


def test_without_bulletins_nothing_is_counted() -> None:
    with pytest.raises(Refused, match=r"curve\.no_figures"):
        run()


def test_every_assumption_has_its_source_in_both_languages_and_its_day() -> None:
    assert len({row.valid_from for row in SERIAL_INTERVALS}) == len(SERIAL_INTERVALS)
    for row in SERIAL_INTERVALS:
        assert row.because_en
        assert row.because_zh
        assert row.weights @ np.arange(len(row.weights)) == pytest.approx(row.mean_days, abs=0.05)
