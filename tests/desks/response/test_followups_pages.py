"""Pages of follow-up and privacy: the list, rounds, a contact's calendar, what is kept, an identity for a case."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.desks.response.followups_world import (
    DAY,
    MORNING,
    NEXT_STREET,
    case,
    contact,
    event,
    exposure,
    found,
    send,
    team,
    venue,
    visit,
)
from tests.web.pages_world import NEXT_CITY, areas, at_noon, read, signed_in, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.desks.response.jobs.erasing import erase_visits
from yinghuo.desks.response.jobs.followups import generate
from yinghuo.desks.response.models import Contact, FollowUp, Report, Round
from yinghuo.desks.response.views.words import who
from yinghuo.web import catalogue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
DAY_BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def contacts() -> list[Contact]:
    """Two contacts on the lists of 7 and 8 May: one missed yesterday, one with fever today."""
    catalogue.compile_all()
    areas()
    of, here = event(), venue()
    made = [contact(of, 1), contact(of, 2)]
    for one in made:
        visit(one.person, here, MORNING - timedelta(days=3))
    generate(DAY_BEFORE, now=MORNING)
    token = team()
    send(token, found(made[1], day=DAY_BEFORE))
    generate(DAY, now=MORNING)
    send(token, found(made[1], "seen_ill", temperature_c=38.4, symptoms=["cough"]))
    return made


@pytest.fixture
def officer(contacts: list[Contact]) -> Client:
    return signed_in(user_of(Role.RESPONSE))


def test_the_list_has_overdue_first_and_says_how_far_the_day_is(officer: Client, contacts: list[Contact]) -> None:
    page = read(officer, reverse("followups"))
    assert "Follow-up on 2022-05-08 · 1 of 2 contacts seen" in page
    assert "38.4 °C" in page
    rows = [who(one.person) for one in contacts]
    assert page.index(rows[0]) < page.index(rows[1])


@pytest.mark.parametrize(
    ("which", "shown"), [("due", [0]), ("overdue", [0]), ("ill", [1]), ("seen", [1]), ("not_seen", [])]
)
def test_a_part_of_the_list_is_an_address(
    officer: Client, contacts: list[Contact], which: str, shown: list[int]
) -> None:
    page = read(officer, f"{reverse('followups')}?which={which}")
    table = page.partition("all ")[2]
    assert [number for number, one in enumerate(contacts) if who(one.person) in table] == shown


def test_a_round_and_another_day_are_addresses_too(officer: Client, contacts: list[Contact]) -> None:
    round_id = Round.objects.get(day=DAY).id
    assert who(contacts[0].person) in read(officer, f"{reverse('followups')}?round={round_id}")
    assert "1 of 2 contacts seen" in read(officer, f"{reverse('followups')}?day={DAY_BEFORE}")
    assert officer.get(f"{reverse('followups')}?round=7").status_code == 404
    assert "3号楼" in read(officer, reverse("followup_rounds"))


def test_a_round_that_a_phone_has_can_be_freed(officer: Client, contacts: list[Contact]) -> None:
    one = Round.objects.get(day=DAY)
    Round.objects.filter(id=one.id).update(device=one.id, taken_at=MORNING)
    assert officer.post(reverse("followup_free", args=[one.id])).status_code == 302
    one.refresh_from_db()
    assert one.device is None
    assert Entry.objects.filter(kind="round.freed").count() == 1


def test_the_calendar_runs_from_day_nought_and_takes_down_a_visit(officer: Client, contacts: list[Contact]) -> None:
    address = reverse("followup_contact", args=[contacts[0].id])
    page = read(officer, address)
    assert "last contact" in page
    assert "no visit known" in page
    wrong = officer.post(address, {"status": "", "temperature_c": "99", "symptoms": ["cough"]})
    assert wrong.status_code == 422
    assert b'value="99"' in wrong.content  # nothing typed is lost
    assert not FollowUp.objects.filter(contact=contacts[0].id).exists()
    sent = officer.post(address, {"status": "seen_well", "temperature_c": "37.6", "symptoms": []})
    assert sent.status_code == 302
    assert FollowUp.objects.get(contact=contacts[0].id).device is None
    assert Report.objects.filter(person=contacts[0].person).count() == 1  # fever
    assert "37.6 °C" in read(officer, address)


@pytest.mark.parametrize("name", ["followups", "followup_rounds", "response_privacy"])
def test_every_page_is_in_both_languages_and_outside_the_area_empty(contacts: list[Contact], name: str) -> None:
    chinese = read(signed_in(user_of(Role.DUTY), language="zh-hans"), reverse(name))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    elsewhere = read(signed_in(user_of(Role.RESPONSE, NEXT_CITY)), reverse(name))
    assert who(contacts[0].person) not in elsewhere


def test_another_area_and_other_roles_do_not_get_in(contacts: list[Contact]) -> None:
    address = reverse("followup_contact", args=[contacts[0].id])
    assert signed_in(user_of(Role.RESPONSE, NEXT_CITY)).get(address).status_code == 404
    for role in (Role.STATISTICIAN, Role.SAFETY, Role.LABORATORY, Role.METERING, Role.MANAGER):
        assert signed_in(user_of(role)).get(address).status_code == 403
        assert signed_in(user_of(role, name=f"x{role}")).get(reverse("followups")).status_code == 403
    auditor = signed_in(user_of(Role.AUDITOR))
    assert auditor.get(address).status_code == 200
    assert auditor.post(address, {"status": "seen_well"}).status_code in (403, 409)
    assert FollowUp.objects.filter(contact=contacts[0].id).count() == 0


def test_privacy_says_what_is_held_and_what_was_erased(officer: Client) -> None:
    erase_visits(DAY + timedelta(days=40), at=MORNING)
    page = read(officer, reverse("response_privacy"))
    assert "Visits erased" in page
    assert "2022-05-05" in page


def test_an_identity_is_shown_once_on_one_page_and_not_before(officer: Client, contacts: list[Contact]) -> None:
    first = case(contacts[0].event, 9)
    exposure(contacts[0], first, venue())
    address = reverse("reveal_for_case", args=[first.id, contacts[0].person])
    assert "王小1" not in text(officer.get(address))
    assert officer.post(address, {"reason": "reach", "words": ""}).status_code == 422
    answer = officer.post(address, {"reason": "reach", "words": "door closed"})
    assert "王小1" in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "to reach the person" in read(officer, reverse("response_privacy"))
    assert first.number in text(signed_in(user_of(Role.AUDITOR)).get(reverse("reveals")))


def test_guessed_addresses_of_identities_lead_nowhere(officer: Client, contacts: list[Contact]) -> None:
    theirs = case(event(NEXT_STREET), 3)
    mine = case(contacts[0].event, 4)
    said = {"reason": "reach", "words": "looking around"}
    assert officer.post(reverse("reveal_for_case", args=[theirs.id, theirs.person]), said).status_code == 404
    unrelated = officer.post(reverse("reveal_for_case", args=[mine.id, theirs.person]), said)
    assert unrelated.status_code == 403
    assert "首例" not in text(unrelated)
    assert not Entry.objects.filter(kind="identity.revealed").exists()


def test_files_of_the_list_hold_no_more_than_the_page(officer: Client, contacts: list[Contact]) -> None:
    file = b"".join(officer.get(f"{reverse('followups')}?as=csv")).decode()
    assert "38.4" in file
    for secret in (str(contacts[0].person), "王小1", "王**"):
        assert secret not in file
