"""A day validated: what is found, what is estimated, what stays, and what a second run changes."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from tests.desks.metering.validation_world import (
    DAY,
    NOW,
    MeterWorld,
    begins,
    curve,
    point,
    reading,
    usual_load,
    weekdays_before,
    without,
)  # fmt: skip
from yinghuo.core.ledger.facts import misfits
from yinghuo.core.ledger.models import Entry
from yinghuo.desks.metering.actions.validation import COUNTED, ESTIMATED, FOUND, add_special_days
from yinghuo.desks.metering.jobs.validating import validate
from yinghuo.desks.metering.jobs.validating.grids import Outage
from yinghuo.desks.metering.models import DayCount, Estimated, Found, Gone, SpecialDays
from yinghuo.engines.meters.quantities import BY_NAME

pytestmark = pytest.mark.django_db
POWER, ENERGY = BY_NAME["power_kw"].number, BY_NAME["import_kwh"].number


@pytest.fixture
def world(tmp_path: Path) -> MeterWorld:
    return MeterWorld(tmp_path / "lake")


def after(world: MeterWorld, meter: object) -> None:
    """The first point of the next day closes the day."""
    world.keep(curve(meter, DAY + timedelta(days=1), usual_load)[:2])


def rows(world: MeterWorld, quality: str) -> list[dict]:
    return world.lake.rows([DAY], where=pc.field("quality") == quality).sort_by("at").to_pylist()


def test_a_whole_day_has_no_finding_and_every_point_counts_as_measured(world: MeterWorld) -> None:
    meter = world.meter()
    world.days(meter, [DAY - timedelta(days=1), DAY])
    after(world, meter)
    run = validate(world.lake, DAY, now=NOW)
    count = DayCount.objects.get()
    assert (run.found, list(Found.objects.all())) == (0, [])
    assert (count.points, count.measured, count.missing) == (192, 192, 0)


def test_a_short_gap_is_found_and_bridged_with_the_raw_readings_untouched(world: MeterWorld) -> None:
    meter = world.meter()
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 10), point(DAY, 10.5), "power_kw"))
    before = world.lake.rows([DAY], where=pc.field("revision") == 0).num_rows
    validate(world.lake, DAY, now=NOW)
    gap = Found.objects.get(rule="gap")
    assert (gap.at, gap.until, gap.observed, gap.quantity) == (point(DAY, 10), point(DAY, 10.5), 3, POWER)
    filled = rows(world, "estimated")
    assert [row["at"] for row in filled] == [point(DAY, 10), point(DAY, 10.25), point(DAY, 10.5)]
    assert {(row["revision"], row["replaces"], row["reason"]) for row in filled} == {(1, None, "missing: linear")}
    assert world.lake.rows([DAY], where=pc.field("revision") == 0).num_rows == before
    assert DayCount.objects.get().estimated == 3


def test_a_long_gap_is_estimated_from_days_of_the_same_kind_and_says_which(world: MeterWorld) -> None:
    meter = world.meter()
    world.days(meter, weekdays_before(DAY, 8))
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 8), point(DAY, 15)))
    after(world, meter)
    validate(world.lake, DAY, now=NOW)
    told = json.loads(Estimated.objects.get(quantity=POWER).because)
    assert told["days"] == ["2022-05-10", "2022-05-09", "2022-05-06", "2022-05-05"]
    assert (told["method"], told["ground"]) == ("reference", "missing")
    values = {row["at"]: float(row["value"]) for row in rows(world, "estimated") if row["quantity"] == POWER}
    truth = usual_load(DAY)
    assert max(abs(value - truth[int((at - begins(DAY)).seconds // 900)]) for at, value in values.items()) < 0.1


def test_the_load_estimated_over_a_gap_is_what_the_register_went_on(world: MeterWorld) -> None:
    meter = world.meter()
    world.days(meter, weekdays_before(DAY, 8))
    day = curve(meter, DAY, lambda day: usual_load(day) * 1.3)
    world.keep(without(day, point(DAY, 8), point(DAY, 15)))
    validate(world.lake, DAY, now=NOW)
    told = json.loads(Estimated.objects.get(quantity=POWER).because)
    known = {one.at: float(one.value) for one in day if one.quantity == ENERGY}
    assert float(told["register_kwh"]) == round(known[point(DAY, 15.25)] - known[point(DAY, 7.75)], 4)
    estimated = [float(row["value"]) for row in rows(world, "estimated") if row["quantity"] == POWER]
    ends = [
        float(one.value) for one in day if one.quantity == POWER and one.at in (point(DAY, 7.75), point(DAY, 15.25))
    ]
    assert abs(0.25 * (sum(ends) / 2 + sum(estimated)) - float(told["register_kwh"])) < 0.0001


def test_shut_down_days_of_the_area_are_no_reference_days(world: MeterWorld) -> None:
    meter = world.meter()
    shut = SpecialDays(
        id=meter_id(1), area_code="2201", kind="shutdown", first=DAY - timedelta(days=7), last=DAY - timedelta(days=1),
        source_zh="停产通知（虚构）", source_en="Notice of shut-down (invented)",
    )  # fmt: skip
    add_special_days(shut, by="user:1", at=NOW)
    world.days(meter, weekdays_before(DAY, 14))
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 8), point(DAY, 15)))
    validate(world.lake, DAY, now=NOW)
    told = json.loads(Estimated.objects.get(quantity=POWER).because)
    assert told["days"] == ["2022-05-03", "2022-05-02", "2022-04-29", "2022-04-28"]


def meter_id(number: int) -> object:
    from uuid import UUID

    return UUID(int=number)


def test_an_outage_is_not_bridged_and_its_points_stay_missing(world: MeterWorld) -> None:
    meter = world.meter()
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 10), point(DAY, 11)))
    validate(world.lake, DAY, now=NOW, outages=[Outage(meter.id, point(DAY, 10.2), point(DAY, 10.4))])
    assert rows(world, "estimated") == []
    assert DayCount.objects.get().missing == 10


def test_no_voltage_on_any_phase_is_an_outage(world: MeterWorld) -> None:
    meter = world.meter()
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 10), point(DAY, 11), "power_kw"))
    dark = [reading(meter, f"voltage_{phase}_v", point(DAY, 10.5), 0) for phase in "abc"]
    world.keep(dark)
    validate(world.lake, DAY, now=NOW)
    assert rows(world, "estimated") == []


def test_a_spike_is_not_believed_and_estimated_while_the_raw_value_stays(world: MeterWorld) -> None:
    meter = world.meter()
    day = [one._replace(value=Decimal(50)) if is_at(one, 12) else one for one in curve(meter, DAY, usual_load)]
    world.keep(day)
    validate(world.lake, DAY, now=NOW)
    (row,) = rows(world, "estimated")
    raw = world.lake.rows([DAY], where=(pc.field("revision") == 0) & (pc.field("value") == Decimal(50))).to_pylist()
    assert (row["revision"], row["replaces"], row["frame"], row["reason"]) == (1, 0, raw[0]["frame"], "spike: linear")
    assert (len(raw), raw[0]["quality"]) == (1, "measured")
    assert (DayCount.objects.get().estimated, DayCount.objects.get().measured) == (1, 191)


def is_at(one: object, hour: float) -> bool:
    return one.quantity == POWER and one.at == point(DAY, hour)


def test_a_spike_beside_an_outage_is_rejected_and_not_estimated(world: MeterWorld) -> None:
    meter = world.meter()
    day = [one._replace(value=Decimal(50)) if is_at(one, 12) else one for one in curve(meter, DAY, usual_load)]
    world.keep(without(day, point(DAY, 12.25), point(DAY, 12.5)))
    validate(world.lake, DAY, now=NOW, outages=[Outage(meter.id, point(DAY, 12.3), point(DAY, 12.5))])
    (row,) = rows(world, "rejected")
    assert (row["value"], row["reason"], DayCount.objects.get().rejected) == (Decimal(50), "spike", 1)


def test_validating_again_adds_nothing_but_the_run(world: MeterWorld) -> None:
    meter = world.meter()
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 10), point(DAY, 10.5)))
    first = validate(world.lake, DAY, now=NOW)
    counts = world.lake.rows([DAY]).num_rows, Found.objects.count(), Estimated.objects.count(), DayCount.objects.count()
    again = validate(world.lake, DAY, now=NOW + timedelta(hours=1))
    assert (first.found, again.found, again.gone, again.estimated) == (2, 0, 0, 0)
    same = world.lake.rows([DAY]).num_rows, Found.objects.count(), Estimated.objects.count(), DayCount.objects.count()
    assert same == counts


def test_readings_that_come_late_count_again_and_the_finding_is_gone(world: MeterWorld) -> None:
    meter = world.meter()
    day = curve(meter, DAY, usual_load)
    holes = without(day, point(DAY, 10), point(DAY, 10.5))
    world.keep(holes)
    validate(world.lake, DAY, now=NOW)
    world.keep([one for one in day if one not in holes])
    run = validate(world.lake, DAY, now=NOW + timedelta(hours=1))
    assert (run.gone, Gone.objects.count()) == (2, 2)
    latest = DayCount.objects.order_by("revision").last()
    assert (latest.revision, latest.measured, latest.estimated) == (2, 192, 0)
    late = world.lake.rows([DAY], where=pc.field("revision") == 2).to_pylist()
    assert {(row["quality"], row["replaces"]) for row in late} == {("measured", 1)}
    assert len(late) == 6


def test_a_hospital_without_power_for_an_hour_is_found_and_a_factory_is_not(world: MeterWorld) -> None:
    hospital, factory = world.meter("hospital"), world.meter("industrial")
    for meter in (hospital, factory):
        day = curve(meter, DAY, usual_load)
        world.keep(
            [one._replace(value=Decimal(0)) if any(is_at(one, 3 + n / 4) for n in range(4)) else one for one in day]
        )
    validate(world.lake, DAY, now=NOW)
    assert [one.meter_id for one in Found.objects.filter(rule="zero_run")] == [hospital.id]


def test_a_meter_that_gives_nothing_is_missed_by_its_energy(world: MeterWorld) -> None:
    meter = world.meter()
    validate(world.lake, DAY, now=NOW)
    (found,) = Found.objects.all()
    assert (found.meter_id, found.rule, found.quantity, found.observed) == (meter.id, "gap", ENERGY, 96)


def test_a_retired_meter_and_one_not_yet_installed_are_not_judged(world: MeterWorld) -> None:
    world.meter(retired_on=DAY - timedelta(days=1))
    world.meter(installed_on=DAY + timedelta(days=1))
    assert validate(world.lake, DAY, now=NOW).meters == 0


def test_what_is_kept_is_what_the_ledger_says(world: MeterWorld) -> None:
    meter = world.meter()
    world.keep(without(curve(meter, DAY, usual_load), point(DAY, 10), point(DAY, 10.5)))
    validate(world.lake, DAY, now=NOW)
    assert [list(misfits(table)) for table in (FOUND, ESTIMATED, COUNTED)] == [[], [], []]
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"readings.doubted", "readings.estimated", "day.counted", "readings.validated"} <= kinds
