"""An identity is looked at for one person, one case, one reason, with one entry; each way round it is tried."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError

from tests.desks.response.followups_world import MORNING, NEXT_STREET, case, contact, event, exposure, register, venue
from tests.web.pages_world import user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Reveal, Role, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.revealing import reveal_for_case
from yinghuo.desks.response.models import Case, CaseReveal
from yinghuo.desks.response.rules.followups import REVEALS_A_HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return user_of(Role.RESPONSE)


def _look(
    person: UUID, of: Case, by: User, reason: str = "reach", words: str = "not at home", **more: object
) -> object:
    return reveal_for_case(person, of.id, reason, words=words, by=by, at=more.get("at", MORNING))  # type: ignore[arg-type]


def _refused(person: UUID, of: Case, by: User, *said: str) -> str:
    with pytest.raises(Refused) as refused:
        _look(person, of, by, *said)
    assert not Reveal.objects.exists()
    assert not Entry.objects.filter(kind="identity.revealed").exists()
    return refused.value.code


def test_one_look_is_one_entry_and_the_auditor_reads_case_and_reason(officer: User) -> None:
    of = event()
    first, one = case(of), contact(of)
    exposure(one, first, venue())
    assert _look(one.person, first, officer)["name"] == "王小1"  # type: ignore[index]
    assert Entry.objects.filter(kind="identity.revealed").count() == 1
    assert Reveal.objects.get().reason == f"{first.number} · reach: not at home"
    kept = CaseReveal.objects.get()
    assert (kept.case_id, kept.subject, kept.reason) == (first.id, f"contact:{one.id}", "reach")
    assert "王小1" not in "".join(Entry.objects.values_list("body", flat=True))


def test_looking_twice_is_two_entries(officer: User) -> None:
    first = case(event())
    _look(first.person, first, officer)
    _look(first.person, first, officer)
    assert Entry.objects.filter(kind="identity.revealed").count() == CaseReveal.objects.count() == 2


@pytest.mark.parametrize("said", [("", "words"), ("curiosity", "words"), ("reach", ""), ("reach", "   ")])
def test_without_a_reason_of_the_list_and_words_nothing_is_shown(officer: User, said: tuple[str, str]) -> None:
    first = case(event())
    assert _refused(first.person, first, officer, *said) in ("reveal.reason", "access.reason")


def test_somebody_who_has_nothing_to_do_with_the_case_is_not_shown(officer: User) -> None:
    of = event()
    first, second, one = case(of, 1), case(of, 2), contact(of)
    exposure(one, first, venue())
    assert _refused(one.person, second, officer) == "reveal.unrelated"  # another case of the same event
    assert _refused(second.person, first, officer) == "reveal.unrelated"
    assert _refused(register("X1", "路人"), first, officer) == "reveal.unrelated"


def test_a_refusal_does_not_tell_whether_somebody_is_known(officer: User) -> None:
    first = case(event())
    assert _refused(register("X1", "路人"), first, officer) == _refused(uuid4(), first, officer)


def test_a_case_of_another_area_does_not_exist(officer: User) -> None:
    theirs = case(event(NEXT_STREET))
    known = _refused(theirs.person, theirs, officer)
    theirs_not = Case(id=uuid4(), number="")
    assert known == _refused(theirs.person, theirs_not, officer) == "case.unknown"


@pytest.mark.parametrize(
    "role", [Role.ADMIN, Role.AUDITOR, Role.STATISTICIAN, Role.SAFETY, Role.LABORATORY, Role.MANAGER, Role.METERING]
)
def test_other_roles_see_nobody(role: Role) -> None:
    first = case(event())
    assert _refused(first.person, first, user_of(role, "22")) == "access.role"


def test_in_bulk_it_comes_to_an_end(officer: User) -> None:
    of = event()
    first = case(of)
    for number in range(REVEALS_A_HOUR):
        _look(first.person, first, officer, at=MORNING + timedelta(minutes=number))
    with pytest.raises(Refused, match=r"reveal\.too_many"):
        _look(first.person, first, officer, at=MORNING + timedelta(minutes=30))
    assert _look(first.person, first, officer, at=MORNING + timedelta(minutes=90))
    assert _look(first.person, first, user_of(Role.DUTY), at=MORNING + timedelta(minutes=30))


def test_many_persons_are_no_person(officer: User) -> None:
    first = case(event())
    with pytest.raises(ValidationError):
        _look([first.person, first.person], first, officer)  # type: ignore[arg-type]
    assert not Reveal.objects.exists()
