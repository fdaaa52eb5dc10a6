"""Risk of an event's places: who counts, for how long, what assays add."""

from datetime import date
from uuid import uuid4

import pytest

from tests.desks.response.levels_world import PROPOSER, LevelWorld, after, moment
from yinghuo.desks.response.actions.levels_results import NewResult, keep_result
from yinghuo.desks.response.models import Visit
from yinghuo.desks.response.queries.risk import places_of

pytestmark = pytest.mark.django_db
MAY, JULY, NOVEMBER = date(2022, 5, 8), date(2022, 7, 8), date(2022, 11, 18)


def test_places_are_ranked_with_every_factor_shown() -> None:
    world = LevelWorld(JULY)
    rows = places_of(world.event, on=JULY)
    assert rows[0].venue.id == world.dormitory.id
    assert {row.venue.id for row in rows} == {world.dormitory.id, world.workshop.id, world.bus.id}
    workshop = next(row for row in rows if row.venue.id == world.workshop.id)
    assert (workshop.facts.cases, workshop.facts.infectious_min, workshop.facts.people) == (3, 180, 1)
    assert workshop.suggestion.total == pytest.approx(sum(workshop.suggestion.factors.values()), abs=0.3)


def test_a_positive_surface_raises_the_points_of_its_place() -> None:
    world = LevelWorld(JULY)
    before = next(row for row in places_of(world.event, on=JULY) if row.venue.id == world.workshop.id)
    found = NewResult(
        uuid4(), "surfaces", JULY, 12, 12, 2, "Report 17 of the district laboratory", venue=world.workshop.id
    )
    keep_result(found, by=PROPOSER, at=moment(JULY))
    after_it = next(row for row in places_of(world.event, on=JULY) if row.venue.id == world.workshop.id)
    assert after_it.suggestion.total == pytest.approx(before.suggestion.total + 10)


def test_a_visit_before_the_infectious_days_or_after_the_finding_does_not_count() -> None:
    world = LevelWorld(JULY)
    world.visit(world.people[0], world.canteen, after(JULY, -9), 12, 1)
    world.visit(world.people[0], world.canteen, JULY, 18, 1)
    assert world.canteen.id not in {row.venue.id for row in places_of(world.event, on=JULY)}


def test_somebody_who_never_checked_out_counts_for_a_capped_time() -> None:
    world = LevelWorld(JULY)
    Visit.objects.filter(venue=world.bus.id).update(ends_at=None)
    bus = next(row for row in places_of(world.event, on=JULY) if row.venue.id == world.bus.id)
    assert bus.facts.infectious_min == 60
