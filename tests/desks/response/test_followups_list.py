"""The follow-up list of a day: who is on it, in which round, and who becomes an order."""

from datetime import date, timedelta

import pytest

from tests.desks.response.followups_world import (
    DAY,
    MORNING,
    NEXT_STREET,
    contact,
    event,
    found,
    send,
    team,
    venue,
    visit,
)
from tests.web.pages_world import at_noon
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work.models import Order
from yinghuo.desks.response.jobs.followups import generate, generate_missing
from yinghuo.desks.response.models import DueVisit, Round

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)


def test_contacts_are_due_from_the_day_after_last_contact_to_the_last_day_of_management() -> None:
    one = contact(event(), 1)
    listed = {
        day: generate(day, now=MORNING).visits
        for day in (one.last_on, one.last_on + timedelta(days=1), one.until, one.until + timedelta(days=1))
    }
    assert list(listed.values()) == [0, 1, 1, 0]
    numbers = DueVisit.objects.order_by("day").values_list("day_number", flat=True)
    assert list(numbers) == [1, 21]


@pytest.mark.parametrize("more", [{"state": "released"}, {"state": "case"}, {"state": "dropped"}, {"until": None}])
def test_who_is_not_under_management_is_not_on_the_list(more: dict[str, object]) -> None:
    contact(event(), 1, **more)
    assert generate(DAY, now=MORNING).visits == 0


def test_the_list_made_twice_is_the_list_made_once_and_a_later_contact_joins_it() -> None:
    of = event()
    contact(of, 1)
    assert generate(DAY, now=MORNING)[:2] == (1, 1)
    assert generate(DAY, now=MORNING) == (0, 0, 0, 0)
    contact(of, 2)
    assert generate(DAY, now=MORNING)[:2] == (1, 0)
    assert Entry.objects.filter(kind="followups.listed").count() == 2


def test_a_round_is_one_street_and_building_and_at_most_forty_visits() -> None:
    of, here, there = event(), venue(building="3号楼"), venue(building="5号楼")
    for number in range(43):
        visit(contact(of, number).person, here if number < 41 else there, MORNING - timedelta(days=1))
    contact(of, 99, area_code=NEXT_STREET)
    generate(DAY, now=MORNING)
    sizes = {
        (one.area_code, one.building, one.part): one.due.count() for one in Round.objects.order_by("building", "part")
    }
    assert sizes == {
        (NEXT_STREET, "", 1): 1,
        ("220106001", "3号楼", 1): 40,
        ("220106001", "3号楼", 2): 1,
        ("220106001", "5号楼", 1): 2,
    }


def test_who_was_missed_yesterday_is_overdue_and_twice_running_an_order() -> None:
    of, token = event(), team()
    missed, seen = contact(of, 1), contact(of, 2)
    generate(DAY, now=MORNING)
    send(token, found(seen))
    assert generate(NEXT, now=MORNING).overdue == 1
    assert DueVisit.objects.get(contact=missed.id, day=NEXT).missed_days == 1
    assert not Order.objects.filter(kind="response.not_reached").exists()
    generate(NEXT + timedelta(days=1), now=MORNING)
    order = Order.objects.get(kind="response.not_reached")
    assert (order.subject, order.detail["days"]) == (f"contact:{missed.id}", 2)
    generate(NEXT + timedelta(days=2), now=MORNING)
    assert Order.objects.filter(subject=order.subject).count() == 1  # the same run of days, the same order


def test_a_server_that_stood_still_makes_up_for_the_days_between() -> None:
    contact(event(), 1)
    generate(DAY, now=MORNING)
    made = generate_missing(DAY + timedelta(days=3), now=MORNING)
    assert [one.visits for one in made] == [1, 1, 1]
    assert DueVisit.objects.get(day=DAY + timedelta(days=3)).missed_days == 3


def test_before_the_first_list_there_is_nothing_to_make_up_for() -> None:
    contact(event(), 1)
    assert len(generate_missing(date(2022, 5, 20), now=MORNING)) == 1
