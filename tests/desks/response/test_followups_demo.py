"""The scenario's follow-up: two lists, one contact lost, one with fever; played twice it is the same."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from tests.desks.response.followups_world import case, contact, exposure, venue
from yinghuo.core.work.models import Order
from yinghuo.demo.response import followups
from yinghuo.demo.response.scene import STREET, Scene, event_id
from yinghuo.desks.response.models import Case, Contact, DueVisit, Event, FollowUp, PublishedTable, Round
from yinghuo.desks.response.rules.followups import CHINA

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 5, 10, 7, 30, tzinfo=CHINA)


def _counts() -> list[int]:
    return [model.objects.count() for model in (FollowUp, DueVisit, Round, Case, PublishedTable, Order)]


@pytest.fixture
def scene() -> Scene:
    """What the steps before this one leave behind, in small."""
    given = {"number": "2201-0001", "area_code": STREET, "state": "open", "detected_at": NOW, "entry_id": uuid4()}
    of = Event.objects.create(id=event_id(), **given)
    first, place = case(of), venue()
    for number in range(30):
        exposure(contact(of, number), first, place)
    return Scene(scale=0.01, now=NOW, plant=uuid4(), people=[])


def test_two_mornings_of_follow_up_and_the_same_again(scene: Scene) -> None:
    followups.play(scene)
    once = _counts()
    followups.play(scene)
    assert _counts() == once
    today = FollowUp.objects.filter(day=date(2022, 5, 10))
    assert 10 < today.count() < 30  # the team is under way
    assert today.filter(status="seen_ill").count() == 1
    assert Case.objects.filter(held_as="draft").count() == 1
    lost = Order.objects.get(kind="response.not_reached", subject__startswith="contact:")
    contact_id = lost.subject.partition(":")[2]
    found = FollowUp.objects.filter(contact=contact_id).order_by("day").values_list("day", "status")
    assert list(found) == [(NOW.date() - timedelta(days=1), "not_reached"), (NOW.date(), "not_reached")]


def test_without_contacts_there_is_nothing_to_do() -> None:
    followups.play(Scene(scale=0.01, now=NOW, plant=uuid4(), people=[]))
    assert not FollowUp.objects.exists()
    assert not Contact.objects.exists()
