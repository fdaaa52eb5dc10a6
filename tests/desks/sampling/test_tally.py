"""Tallies are what a slow count of the tubes says, whatever came in which order; lists read them page by page."""

import json
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.desks.sampling import queries
from yinghuo.desks.sampling.actions.corrections import keep_voids
from yinghuo.desks.sampling.models.tally import COUNTED

KEPT = f"SELECT site_id, day, {', '.join(COUNTED)} FROM sampling_tally WHERE tubes > 0 ORDER BY 1, 2"
COUNTED_SLOWLY = f"""
    SELECT site_id, (coalesce(first_at, sealed_at, boxed_at, result_at) AT TIME ZONE 'Asia/Shanghai')::date,
           {", ".join(f"sum({count})" for count in COUNTED.values())}
    FROM sampling_tube t WHERE campaign_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(int(v) if isinstance(v, int) or n > 1 else v for n, v in enumerate(r)) for r in cursor.fetchall()]


def facts(world: World, tube: int, day: int) -> list[tuple[str, dict[str, Any]]]:
    """Everything that happens to a tube, each with its door."""
    at = START + timedelta(days=day, hours=tube % 5)
    later = stamp(at + timedelta(hours=2))
    box = {"id": str(uuid4()), "box": f"BOX-{tube}", "at": later, "count": 1}
    return [
        *(("swabs", fact) for fact in world.swabs(tube % 4 + 1, tube, at=at)),
        ("tubes", {"id": str(uuid4()), "tube": code(tube), "at": later, "site": world.site.id, "count": 1}),
        ("boxes", box | {"site": world.site.id, "tubes": [code(tube)]}),
        ("handovers", box | {"id": str(uuid4()), "stage": "received", "vehicle": "V"}),
        ("results", world.result(tube, random.Random(tube).choice(["negative", "positive", "grey", "invalid"]))),
    ]


class TalliesFollowTubes(TestCase):
    @settings(max_examples=8, deadline=None)
    @given(seed=st.integers(0, 2**20), turns=st.integers(1, 6))
    def test_tallies_are_what_a_slow_count_says_in_every_order(self, seed: int, turns: int) -> None:
        world, dice = World(), random.Random(seed)
        everything = [one for tube in range(1, 6) for one in facts(world, tube, dice.randrange(3))]
        dice.shuffle(everything)
        for start in range(0, len(everything), max(len(everything) // turns, 1)):
            for door, fact in everything[start : start + max(len(everything) // turns, 1)]:
                world.send(door, [fact])
            world.judge()
        assert rows(KEPT) == rows(COUNTED_SLOWLY) != []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sort", ["", "name", "-name", "swabs", "-swabs", "-last_at", "last_at", "under_way", "nonsense"]
)
def test_pages_of_sites_joined_are_the_whole_list_in_order(sort: str) -> None:
    world = World()
    sites = [world._site(f"点{n:02d}") for n in range(7)]
    for tube, site in enumerate(sites[:5], start=1):
        world.send("swabs", world.swabs(tube % 3 + 1, tube, site=site.id, at=START + timedelta(hours=tube)))
    world.judge()
    whole = queries.per_site(world.campaign.id, sort=sort)
    joined: list[queries.SiteRow] = []
    while page := queries.per_site(
        world.campaign.id, sort=sort, limit=2, after=queries.place_of(joined[-1], sort) if joined else None
    ):
        joined += page
    assert joined == whole
    assert len(whole) == 9


@pytest.mark.django_db
def test_sites_are_sorted_by_what_was_asked_for() -> None:
    world = World()
    world.send("swabs", world.swabs(3, 1, site=world.other_site.id))
    world.send("swabs", world.swabs(1, 2))
    world.judge()
    assert [row.swabs for row in queries.per_site(world.campaign.id, sort="swabs")] == [1, 3]
    assert [row.swabs for row in queries.per_site(world.campaign.id, sort="-swabs")] == [3, 1]
    assert queries.per_site(world.campaign.id, area_code="2299") == []


@pytest.mark.django_db
def test_a_voided_tube_is_in_no_tally() -> None:
    world = World()
    world.send("swabs", world.swabs(3, 1) + world.swabs(2, 2))
    world.judge()
    assert [row.tubes for row in queries.per_site(world.campaign.id)] == [2, 0]
    void = {"id": str(uuid4()), "tube": code(1), "at": stamp(START), "site": world.site.id, "reason": "leaked"}
    keep_voids(json.dumps({"sent_at": stamp(NOW), "voids": [void]}).encode(), Sender(world.phone, NOW))
    world.judge()
    assert [(row.tubes, row.swabs) for row in queries.per_site(world.campaign.id)] == [(1, 2), (0, 0)]
    assert queries.funnel(world.campaign.id).tubes == 1


@pytest.mark.django_db
def test_swabs_a_day_are_counted_by_local_days_and_no_day_is_foretold() -> None:
    world = World()
    world.send("swabs", world.swabs(3, 1) + world.swabs(2, 2, at=START + timedelta(hours=20)))
    world.judge()
    assert [swabs for _day, swabs in queries.daily(world.campaign.id, now=START + timedelta(days=2))] == [3, 2, 0]
