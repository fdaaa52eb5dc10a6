"""The scenario's event: three cases, one found in isolation; played twice it is played once."""

from uuid import uuid4

import pytest

from tests.desks.response.cases_world import plant
from yinghuo.core.ledger.models import Entry
from yinghuo.demo.response import cases
from yinghuo.demo.response.scene import Scene, event_id
from yinghuo.desks.response.models import Case, Event

pytestmark = pytest.mark.django_db


def test_the_scenarios_event_is_open_with_three_cases_and_played_again_nothing_changes() -> None:
    scene = Scene(scale=0.01, now=cases.ISOLATED, plant=plant(), people=[uuid4() for _ in range(3)])
    cases.play(scene)
    before = Entry.objects.count()
    cases.play(scene)
    event = Event.objects.get()
    assert (event.id, event.state, event.opened_at) == (event_id(), "open", cases.OPENED)
    assert list(Case.objects.order_by("number").values_list("held_as", "in_isolation", "index_of_event")) == [
        ("confirmed", False, True),
        ("confirmed", False, False),
        ("asymptomatic", True, False),
    ]
    assert Entry.objects.count() == before
