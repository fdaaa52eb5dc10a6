"""The scenario before the plant's event: earlier positives are handled in their own time, and only once."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.desks.response.cases_world import plant, region
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work import actions as work
from yinghuo.core.work.actions import NewOrder
from yinghuo.core.work.models import Order
from yinghuo.demo.response import earlier
from yinghuo.demo.response.scene import Scene
from yinghuo.desks.response.models import Case, Event
from yinghuo.desks.response.queries.review_orders import clocks_of_events

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2022-05-10T07:30+08:00")
PERSON = uuid4()


def draft(days: int, *, subject: str, tube: str, people: int = 1) -> None:
    at = NOW - timedelta(days=days)
    detail = {"tube": tube, "people": people, "sampled_at": (at - timedelta(hours=6)).isoformat()}
    detail["result_at"] = at.isoformat()
    order = NewOrder(id=uuid4(), subject=subject, area_code="220106001", party_id=plant(), detail=detail, opened_at=at)
    work.open_order(order, kind="response.case_draft", by="system:sampling.judge", at=at)


def test_earlier_positives_are_taken_up_judged_and_ended_in_their_time() -> None:
    region()
    draft(50, subject=f"person:{PERSON}", tube="JL0000000001")
    draft(8, subject=f"person:{uuid4()}", tube="JL0000000002")
    draft(1, subject=f"person:{uuid4()}", tube="JL0000000003")
    scene = Scene(scale=0.01, now=NOW, plant=uuid4(), people=[])
    earlier.play(scene)
    before = Entry.objects.count()
    earlier.play(scene)
    assert Entry.objects.count() == before
    states = dict(Event.objects.order_by("detected_at").values_list("number", "state"))
    assert list(states.values()) == ["closed", "open"]
    assert Case.objects.get(person=PERSON).held_as == "asymptomatic"
    assert Order.objects.filter(kind="response.case_draft", state="open").count() == 1
    assert not [one.kept for one in clocks_of_events(list(Event.objects.all()), NOW) if one.kept.missed]
