"""Access: roles times area subtree, users, devices; a user outside the area sees nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from yinghuo.core.people import actions, queries
from yinghuo.core.people.access import ALLOWED, covers, may, needs, require, scope
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Device, Person, Role, User
from yinghuo.core.refusal import Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "user:1", "at": NOON}
STREET = "220106001"
PERSON = pseudonym("1")


def user_of(role: str = "duty", area_code: str = "2201", **fields: Any) -> User:
    return User.objects.create(username=str(uuid4()), role=role, area_code=area_code, **fields)


def enrol(**fields: Any) -> tuple[Device, str]:
    return actions.enrol_device(**({"name": "1号手机", "kind": "phone", "area_code": STREET} | fields), **WHO)


# Who may do what


def test_every_verb_has_roles_and_every_role_has_verbs() -> None:
    assert all(ALLOWED.values())
    assert set().union(*ALLOWED.values()) == set(Role)


def test_the_one_who_manages_users_does_not_see_identities() -> None:
    assert not ALLOWED["people.manage"] & ALLOWED["identity.reveal"]


def test_a_role_may_what_the_table_says_and_nothing_else() -> None:
    for role in Role:
        user = User(role=role)
        assert {verb for verb in ALLOWED if may(user, verb)} == {
            verb for verb, roles in ALLOWED.items() if role in roles
        }


def test_neither_a_stranger_nor_a_deactivated_user_nor_a_superuser_may_beyond_the_table() -> None:
    assert not any(may(AnonymousUser(), verb) for verb in ALLOWED)
    assert not any(may(User(role=Role.ADMIN, is_active=False), verb) for verb in ALLOWED)
    assert not may(User(role=Role.AUDITOR, is_superuser=True), "people.manage")


def test_an_unknown_verb_is_a_bug() -> None:
    with pytest.raises(KeyError):
        may(User(role=Role.ADMIN), "campaign.sea")
    with pytest.raises(KeyError):
        needs("campaign.sea")


@needs("identity.reveal")
def guarded(request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word)


def asked_by(user: User | AnonymousUser) -> HttpResponse:
    request = RequestFactory().get("/people?page=2")
    request.user = user
    return guarded(request, word="open")


def test_a_guarded_page_opens_for_its_role() -> None:
    assert asked_by(user_of("duty")).content == b"open"


def test_a_guarded_page_sends_a_stranger_to_the_login_and_back() -> None:
    response = asked_by(AnonymousUser())
    assert (response.status_code, response["Location"]) == (302, "/login?next=/people%3Fpage%3D2")


@pytest.mark.parametrize("user", [{"role": "auditor"}, {"role": "duty", "is_active": False}])
def test_a_guarded_page_is_shut_for_a_wrong_role(user: dict[str, Any]) -> None:
    with pytest.raises(PermissionDenied):
        asked_by(user_of(**user))


# Which rows they see


@pytest.fixture
def world(db: None) -> dict[str, UUID]:
    """One of everything, in one street of Changchun."""
    actions.register_people([actions.NewPerson("1", area_code=STREET)], **WHO)
    device, _ = enrol()
    actions.raise_objection(PERSON, text="不同意", **WHO)
    actions.reveal_identity(PERSON, user=user_of(area_code=STREET), reason="复采", at=NOON)
    return {"device": device.id}


QUERIES: dict[str, Callable[[User, dict[str, UUID]], Any]] = {
    "persons": lambda user, _: queries.persons(user),
    "person": lambda user, _: queries.person(user, PERSON),
    "devices": lambda user, _: queries.devices(user),
    "device": lambda user, world: queries.device(user, world["device"]),
    "open_objections": lambda user, _: queries.open_objections(user),
    "reveals": lambda user, _: queries.reveals(user),
    "users": lambda user, _: [one for one in queries.users(user) if one != user],
}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("area_code", ["22", "2201", "220106", STREET])
def test_a_user_of_the_area_sees_it(world: dict[str, UUID], query: str, area_code: str) -> None:
    assert QUERIES[query](user_of(area_code=area_code), world)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("area_code", ["2202", "220105", "220106002", "220106001001", ""])
def test_a_user_outside_the_area_sees_nothing(world: dict[str, UUID], query: str, area_code: str) -> None:
    assert not QUERIES[query](user_of(area_code=area_code), world)


@pytest.mark.parametrize("query", QUERIES)
def test_a_deactivated_user_sees_nothing(world: dict[str, UUID], query: str) -> None:
    assert not QUERIES[query](user_of(area_code="22", is_active=False), world)


def test_a_stranger_sees_nothing(world: dict[str, UUID]) -> None:
    assert not scope(AnonymousUser(), Person.objects.all()).exists()


def test_a_person_in_a_list_carries_no_identity(world: dict[str, UUID]) -> None:
    (row,) = queries.persons(user_of())
    assert "identity" not in row._fields
    assert not any(isinstance(value, bytes | memoryview) for value in row)


def test_a_safety_officer_sees_their_own_party_alone() -> None:
    own, other = uuid4(), uuid4()
    for number, party in enumerate((own, other, None)):
        actions.register_people([actions.NewPerson(str(number), area_code=STREET, party_id=party)], **WHO)
    assert [row.party_id for row in queries.persons(user_of("safety", party_id=own))] == [own]
    assert len(queries.persons(user_of("duty", party_id=own))) == 3


@given(
    own=st.sampled_from(["", "22", "2201", "220106", STREET]), there=st.sampled_from(["22", "2202", "220106", STREET])
)
def test_what_a_user_covers_is_what_begins_with_their_code(own: str, there: str) -> None:
    user = User(role=Role.MANAGER, area_code=own)
    assert covers(user, there) is (own != "" and there[: len(own)] == own)


@pytest.mark.parametrize(
    ("role", "area_code", "refusal"),
    [("auditor", "22", "access.role"), ("manager", "2202", "access.area"), ("manager", "", "access.area")],
)
def test_writing_needs_the_role_and_the_area(role: str, area_code: str, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        require(User(role=role, area_code=area_code), "device.manage", area_code=STREET)
    require(User(role="manager", area_code="2201"), "device.manage", area_code=STREET)
