"""The door for follow-up teams: exactly once, least data, and what follows from what was found."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.desks.response.followups_world import (
    DAY,
    MORNING,
    NEXT_STREET,
    STREET,
    ask,
    case,
    contact,
    event,
    exposure,
    found,
    send,
    team,
    venue,
)
from tests.web.pages_world import at_noon
from yinghuo.core.ledger import facts
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions.followups import FOLLOWUPS
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.models import Case, FollowUp, Report, Round

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


def _kept(answer: object) -> list[str]:
    assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
    return answer.json()["kept"]  # type: ignore[attr-defined, no-any-return]


def test_a_visit_sent_twice_is_one_visit() -> None:
    one, token = contact(event()), team()
    visit = found(one, temperature_c=36.6)
    assert _kept(send(token, visit)) == _kept(send(token, visit)) == [visit["id"]]
    assert FollowUp.objects.count() == Entry.objects.filter(kind="followups.kept").count() == 1
    assert list(facts.misfits(FOLLOWUPS)) == []


def test_a_malformed_visit_costs_the_others_nothing() -> None:
    one, token = contact(event()), team()
    good, hot = found(one), found(one, temperature_c=377)
    answer = send(token, good, hot, {"id": 7}, found(one) | {"at": "0001-01-01T00:00:00Z"})
    assert _kept(answer) == [good["id"]]
    assert [(bad["index"], bad["id"]) for bad in answer.json()["malformed"]][:2] == [(1, hot["id"]), (2, None)]
    assert len(answer.json()["malformed"]) == 3


def test_a_visit_to_somebody_unknown_is_kept_and_nothing_follows() -> None:
    one, token = contact(event()), team()
    strange = found(one, "seen_ill") | {"contact": str(uuid4())}
    assert _kept(send(token, strange)) == [strange["id"]]
    assert not Report.objects.exists()


def test_nothing_follows_outside_the_devices_area_but_the_fact_is_kept() -> None:
    one = contact(event(NEXT_STREET))
    visit = found(one, "seen_ill")
    assert _kept(send(team(STREET), visit)) == [visit["id"]]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("status", "more"),
    [("seen_ill", {}), ("seen_well", {"symptoms": ["cough"]}), ("seen_well", {"temperature_c": 37.3})],
)
def test_fever_or_a_symptom_is_a_draft_case_at_once_and_once(status: str, more: dict[str, object]) -> None:
    one, token = contact(event()), team()
    visit = found(one, status, **more)
    send(token, visit)
    send(token, visit)
    send(token, found(one, status, day=DAY + timedelta(days=1), **more))
    drafted = Case.objects.get(held_as="draft")
    assert (drafted.person, drafted.event_id, drafted.found_by) == (one.person, one.event_id, "tracing")
    assert Report.objects.count() == 2


def test_who_is_well_is_no_case() -> None:
    one = contact(event())
    send(team(), found(one, temperature_c=37.2))
    assert not Case.objects.exists()


def test_the_second_day_without_a_sight_is_an_order_at_once_and_seeing_the_person_ends_it() -> None:
    one, token = contact(event()), team()
    generate(DAY, now=MORNING)
    send(token, found(one, "not_reached"))
    assert not Order.objects.filter(kind="response.not_reached").exists()
    generate(DAY + timedelta(days=1), now=MORNING)
    send(token, found(one, "not_reached", day=DAY + timedelta(days=1)))
    generate(DAY + timedelta(days=2), now=MORNING)  # would open the same order
    assert Order.objects.get(kind="response.not_reached").state == "open"
    send(token, found(one, day=DAY + timedelta(days=2)))
    assert Order.objects.get(kind="response.not_reached").state == "closed"


def test_an_order_that_a_crew_has_stays_the_crews() -> None:
    one, token = contact(event()), team()
    send(token, found(one, "moved"))
    order = Order.objects.get(kind="response.not_reached")
    work.take(order.id, by="user:9", at=MORNING)
    send(token, found(one))
    order.refresh_from_db()
    assert order.state == "taken"


def test_a_round_is_one_phones_and_gives_masked_names_and_rooms_only() -> None:
    of = event()
    one, first = contact(of), case(of)
    exposure(one, first, venue())
    generate(DAY, now=MORNING)
    token = team()
    listed = ask("rounds", token).json()
    assert (listed["day"], [row["visits"] for row in listed["rounds"]]) == (DAY.isoformat(), [1])
    answer = ask(f"rounds/{listed['rounds'][0]['id']}", token)
    given = answer.json()["visits"]
    assert given == [
        {"contact": str(one.id), "day_number": 2, "missed_days": 0, "label": "王**", "room": "3-201", "status": ""}
    ]
    said = answer.content.decode()
    for secret in (str(one.person), str(first.person), first.number, str(first.id), "首例", "王小1", "close"):
        assert secret not in said
    assert Entry.objects.get(kind="round.taken").body.count('"people":1') == 1
    assert ask(f"rounds/{listed['rounds'][0]['id']}", team()).status_code == 409
    assert ask("rounds", team()).json()["rounds"] == []


def test_another_area_or_another_day_has_no_such_round() -> None:
    contact(event())
    generate(DAY, now=MORNING)
    today = Round.objects.get()
    assert ask("rounds", team(NEXT_STREET)).json()["rounds"] == []
    assert ask(f"rounds/{today.id}", team(NEXT_STREET)).status_code == 404
    generate(DAY + timedelta(days=1), now=MORNING)
    later = Round.objects.exclude(id=today.id).get()
    unknown = ask(f"rounds/{uuid4()}", team()).json()
    told = ask(f"rounds/{later.id}", team()).json()
    assert (told["code"], told["detail"]) == (unknown["code"], unknown["detail"])  # an error does not tell which


@pytest.mark.parametrize("kind", ["phone", "courier", "laboratory"])
def test_other_devices_neither_read_nor_send(kind: str) -> None:
    one, token = contact(event()), team(kind=kind)
    assert send(token, found(one)).status_code == ask("rounds", token).status_code == 403
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"schema": 7}, 409),
        ({"sent_at": "yesterday"}, 400),
        ({"follow-ups": [{}] * 2_001}, 413),
        ({"sent_at": None}, 400),
    ],
)
def test_what_is_no_batch_is_refused_whole(more: dict[str, object], status: int) -> None:
    assert send(team(), **more).status_code == status


def test_a_revoked_phone_is_told_so_and_a_stranger_gets_nothing() -> None:
    assert send("nobody", found(contact(event()))).status_code == 401
