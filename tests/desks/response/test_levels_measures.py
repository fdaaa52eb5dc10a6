"""Measures under levels: ceilings, another's confirmation, flags."""

from datetime import date
from uuid import uuid4

import pytest

from tests.desks.response.levels_world import (
    OTHER,
    PROPOSER,
    LevelWorld,
    after,
    asked_for,
    codes,
    moment,
    put_in_force,
    refused,
    run,
)
from tests.web.pages_world import COUNTY
from yinghuo.desks.response.actions import levels_measures
from yinghuo.desks.response.actions.levels_measures import NewMeasure
from yinghuo.desks.response.models import AreaLevel, Measure

pytestmark = pytest.mark.django_db
MAY, JULY, NOVEMBER = date(2022, 5, 8), date(2022, 7, 8), date(2022, 11, 18)


def close(level: AreaLevel, days: int, kind: str = "close_building", **more: object) -> Measure:
    """A measure under a level for some days."""
    given: dict[str, object] = {"basis": ("law.places",), "reason": "People meet on the stairs", "level": level.id}
    new = NewMeasure(uuid4(), kind, level.starts_on, after(level.starts_on, days - 1), **given | more)
    return levels_measures.propose_measure(new, by=PROPOSER, at=moment(level.starts_on, 16))


def test_a_measure_within_its_ceiling_is_not_flagged_and_one_above_it_is_at_once() -> None:
    level = LevelWorld(NOVEMBER).in_force()
    assert (close(level, 5).excess, codes()) == ([], set())
    assert close(level, 6).excess == ["too_long"]
    assert codes() == {"response.measure_above_rule"}


def test_a_measure_is_confirmed_by_another_and_flagged_when_it_outlives_its_last_day() -> None:
    level = LevelWorld(NOVEMBER).in_force()
    row = close(level, 3)
    refused("level.own", lambda: levels_measures.confirm_measure(row.id, by=PROPOSER, at=moment(NOVEMBER, 17)))
    levels_measures.confirm_measure(row.id, by=OTHER, at=moment(NOVEMBER, 17))
    levels_measures.publish_measure(row.id, by=OTHER, at=moment(NOVEMBER, 17))
    run(after(NOVEMBER, 2))
    assert codes() == set()
    run(after(NOVEMBER, 3))
    assert codes() == {"response.measure_overdue"}
    levels_measures.end_measure(row.id, by=OTHER, at=moment(after(NOVEMBER, 3)))
    assert Measure.objects.get(id=row.id).ended_on == after(NOVEMBER, 3)


def test_a_measure_falls_above_its_ceiling_when_its_level_comes_down() -> None:
    level = LevelWorld(NOVEMBER).in_force()
    row = close(level, 5)
    levels_measures.confirm_measure(row.id, by=OTHER, at=moment(NOVEMBER, 17))
    levels_measures.publish_measure(row.id, by=OTHER, at=moment(NOVEMBER, 17))
    Measure.objects.filter(id=row.id).update(planned_end=after(NOVEMBER, 4))
    run(after(NOVEMBER, 5))
    put_in_force(asked_for(), moment(after(NOVEMBER, 5), 9))
    run(after(NOVEMBER, 5))
    assert "response.measure_above_rule" in codes()


def test_a_measure_for_a_whole_district_without_a_level_is_flagged() -> None:
    world = LevelWorld(NOVEMBER)
    new = NewMeasure(
        uuid4(),
        "district_round",
        NOVEMBER,
        NOVEMBER,
        ("law.emergency",),
        "To be sure",
        area_code=COUNTY,
        extent="county",
    )
    row = levels_measures.propose_measure(new, by=PROPOSER, at=moment(NOVEMBER))
    assert (row.excess, world.event.measures.count()) == (["no_level", "too_wide"], 0)
