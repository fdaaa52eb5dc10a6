"""The pages of personal data: objections and their answers, identities that were looked at."""

from typing import Any

import pytest

from tests.web.pages_world import (
    NEXT_CITY,
    NOON,
    STREET,
    areas,
    at_noon,
    csv_rows,
    entered,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.people.actions import NewPerson, raise_objection, register_people, reveal_identity
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Objection, Reveal, Role, User

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
NUMBER = "110101199001011237"


@pytest.fixture
def boss() -> User:
    """The campaign manager of the city, in which one person objects."""
    areas()
    register_people([NewPerson(NUMBER, "张三", "13900000000", STREET)], by="user:9", at=NOON)
    raise_objection(pseudonym(NUMBER), text="I was never at this site", by="user:9", at=NOON)
    return user_of(Role.MANAGER)


def objection() -> Objection:
    """The one objection."""
    return Objection.objects.get()


def answer(user: User, words: str) -> Any:
    """Sends the form of the objection's page."""
    return signed_in(user).post(page("objection", objection().id), {"answer": words})


def test_objections_are_listed_with_who_waits(boss: User) -> None:
    english, chinese = read_in_both(boss, page("privacy"))
    assert "1 objection waits for an answer" in english
    assert "待答复异议1件" in chinese
    client = signed_in(boss)
    _head, *rows = csv_rows(client, page("privacy"))
    assert [row[1] for row in rows] == ["I was never at this site"]
    assert len(first_cells(client.get(page("privacy")), "objections")) == 1


def test_an_area_without_objections_says_so(boss: User) -> None:
    shown = read(signed_in(user_of(Role.MANAGER, NEXT_CITY)), page("privacy"))
    assert "Nobody in your area has objected" in shown


def test_objections_are_for_managers_and_auditors(boss: User) -> None:
    assert statuses(page("privacy"), Role.ADMIN, Role.LABORATORY, Role.AUDITOR) == [403, 403, 200]


def test_an_objection_of_another_area_does_not_exist(boss: User) -> None:
    elsewhere = user_of(Role.MANAGER, NEXT_CITY)
    assert signed_in(elsewhere).get(page("objection", objection().id)).status_code == 404
    assert answer(elsewhere, "no").status_code == 404
    assert objection().settled_at is None


def test_an_objection_is_answered_once_with_an_entry(boss: User) -> None:
    read_in_both(boss, page("objection", objection().id))
    assert answer(boss, " ").status_code == 422
    assert answer(boss, "The record was corrected.").status_code == 302
    assert objection().answer == "The record was corrected."
    assert len(entered("objection.settled", f"objection:{objection().id}")) == 1
    shown = read(signed_in(boss), page("objection", objection().id))
    assert "The record was corrected." in shown
    assert "Answer it" not in shown


def test_an_auditor_reads_and_does_not_answer(boss: User) -> None:
    auditor = user_of(Role.AUDITOR)
    assert "Answer it" not in read(signed_in(auditor), page("objection", objection().id))
    assert answer(auditor, "no").status_code == 403
    assert objection().settled_at is None


def test_reveals_are_shown_to_auditors_with_reason_and_entry(boss: User) -> None:
    reveal_identity(pseudonym(NUMBER), user=boss, reason="positive tube, to be called", at=NOON)
    auditor = user_of(Role.AUDITOR)
    english, chinese = read_in_both(auditor, page("reveals"))
    assert "1 time an identity was looked at" in english
    assert "positive tube, to be called" in english
    assert "张三" not in english + chinese
    assert page("entry", Reveal.objects.get().id) in signed_in(auditor).get(page("reveals")).content.decode()


def test_reveals_are_for_auditors_of_the_area_alone(boss: User) -> None:
    reveal_identity(pseudonym(NUMBER), user=boss, reason="positive tube", at=NOON)
    assert statuses(page("reveals"), Role.ADMIN, Role.DUTY) == [403, 403]
    assert signed_in(boss).get(page("reveals")).status_code == 403
    elsewhere = user_of(Role.AUDITOR, NEXT_CITY)
    assert "No identity has been looked at in your area." in read(signed_in(elsewhere), page("reveals"))


def test_the_csv_file_of_reveals_equals_the_table(boss: User) -> None:
    for reason in ("first", "second"):
        reveal_identity(pseudonym(NUMBER), user=boss, reason=reason, at=NOON)
    client = signed_in(user_of(Role.AUDITOR))
    _head, *rows = csv_rows(client, page("reveals"))
    assert {row[3] for row in rows} == {"first", "second"}
    assert len(first_cells(client.get(page("reveals")), "reveals")) == 2


def test_what_was_typed_stays_when_the_answer_came_too_late(boss: User) -> None:
    answer(boss, "first")
    late = answer(boss, "x" * 4001)
    assert late.status_code == 422
    assert "x" * 4001 in late.content.decode()
    assert "first" in text(late)
