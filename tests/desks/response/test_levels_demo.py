"""The scenario of levels: a dormitory in force, a workshop waiting, an old street overdue; twice is once."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.desks.response.cases_world import plant
from tests.web.pages_world import areas, user_of
from yinghuo.core.areas.models import Area
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.work.models import Issue
from yinghuo.demo.response import cases, levels, tracing
from yinghuo.demo.response.scene import Scene
from yinghuo.demo.world import LOGINS
from yinghuo.desks.response.models import AreaLevel, Event, LevelState, Measure

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 5, 9, 23, 30, tzinfo=UTC)  # 07:30 on 10 May in Changchun


@pytest.fixture
def scene() -> Scene:
    """The plant, the street of the wave before, and the two users who propose and confirm."""
    areas()
    for code, level, around in (("220104", "county", "2201"), (levels.OLD_STREET, "street", "220104")):
        Area.objects.create(
            code=code, level=level, name_zh="朝阳", name_en="Chaoyang", short_zh="朝阳", parent_id=around
        )
    for role in (Role.DUTY, Role.RESPONSE):
        user_of(role, name=LOGINS[role][0])
    return Scene(scale=0.01, now=NOW, plant=plant(), people=[uuid4() for _number in range(60)])


def test_dormitory_workshop_and_old_street_stand_as_told_and_played_again_nothing_changes(scene: Scene) -> None:
    cases.play(scene)
    tracing.play(scene)
    levels.play(scene)
    before = Entry.objects.count()
    levels.play(scene)
    rows = AreaLevel.objects.order_by("starts_on", "rank").values_list("rank", "extent", "state", "came_from")
    assert list(rows) == [
        ("high", "street", LevelState.PUBLISHED, ""),
        ("low", "street", LevelState.PROPOSED, "high"),
        ("high", "building", LevelState.PUBLISHED, ""),
        ("medium", "venue", LevelState.PROPOSED, ""),
    ]
    dormitory = AreaLevel.objects.get(extent="building")
    assert (dormitory.excess, dormitory.event_id) == ([], Event.objects.get().id)
    assert "3" in dormitory.name_en
    assert Measure.objects.get().excess == []
    assert list(Issue.objects.filter(code__startswith="response.level").values_list("code", flat=True)) == [
        "response.level_overdue"
    ]
    assert Entry.objects.count() == before


def test_without_an_event_only_the_old_street_stands(scene: Scene) -> None:
    levels.play(scene)
    assert set(AreaLevel.objects.values_list("extent", flat=True)) == {"street"}
