"""Identities: the same pseudonym each time, a seal that the key alone opens, a reveal that leaves its trace."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import identity
from yinghuo.core.people.actions import NewPerson, erase_due, register_people, reveal_identity
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Reveal, Role, User
from yinghuo.core.refusal import Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "device:1", "at": NOON}
NUMBER = "11010519491231002X"  # the example of GB 11643
WANG = NewPerson(NUMBER, "王小明", "0431-00000000", area_code="220106001", group="三号楼")
PERSON = pseudonym(NUMBER)
DUE = date(2022, 7, 8)


def register() -> None:
    register_people([WANG], **WHO)


def officer(role: Role = Role.DUTY, area_code: str = "2201", **fields: Any) -> User:
    return User.objects.create(username=str(uuid4()), role=role, area_code=area_code, **fields)


def reveal(user: User, person_id: UUID = PERSON, reason: str = "混管阳性，联系复采") -> dict[str, str]:
    return reveal_identity(person_id, user=user, reason=reason, at=NOON)


def test_a_sealed_identity_opens_with_the_key_alone(settings: Settings) -> None:
    sealed = identity.seal(PERSON, {"name": "王小明"})
    assert identity.unseal(PERSON, sealed) == {"name": "王小明"}
    settings.IDENTITY_KEY = bytes(32)
    with pytest.raises(InvalidTag):
        identity.unseal(PERSON, sealed)


def test_a_sealed_identity_cannot_be_moved_to_another_person() -> None:
    with pytest.raises(InvalidTag):
        identity.unseal(uuid4(), identity.seal(PERSON, {"name": "王小明"}))


def test_a_changed_seal_does_not_open() -> None:
    sealed = identity.seal(PERSON, {"name": "王小明"})
    for place in range(len(sealed)):
        with pytest.raises(InvalidTag):
            identity.unseal(PERSON, sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


def test_the_same_identity_is_sealed_differently_each_time() -> None:
    assert identity.seal(PERSON, {"name": "王小明"}) != identity.seal(PERSON, {"name": "王小明"})


def test_the_table_holds_neither_number_nor_name_nor_phone() -> None:
    register()
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text, p.identity FROM people_person p")
        text, sealed = cursor.fetchone()
    for private in (NUMBER, NUMBER[:17], "王小明", "0431-00000000"):
        assert private not in text
        assert private.encode() not in bytes(sealed)


def test_a_pseudonym_is_the_keyed_hash_as_a_uuid_of_version_8(settings: Settings) -> None:
    settings.PSEUDONYM_KEY = bytes(range(32))
    digest = hmac.new(bytes(range(32)), NUMBER.encode(), hashlib.sha256).hexdigest()
    expected = f"{digest[:12]}8{digest[13:16]}{int(digest[16], 16) & 3 | 8:x}{digest[17:32]}"
    assert pseudonym(NUMBER) == UUID(expected)


def test_another_key_gives_other_pseudonyms(settings: Settings) -> None:
    settings.PSEUDONYM_KEY = bytes(32)
    assert pseudonym(NUMBER) != PERSON


@given(st.text() | st.text("0123456789xXabc０１ｘ \u3000\u00b4\u0301é"))
def test_any_text_has_a_pseudonym_that_spelling_does_not_change(text: str) -> None:
    one = pseudonym(text)
    assert (one.version, one.variant) == (8, "specified in RFC 4122")
    assert pseudonym(f" {text}\n") == one
    assert pseudonym(identity.normalised(text)) == one


def test_full_width_digits_and_a_small_x_are_the_same_person() -> None:
    assert pseudonym("１１０１０５ 19491231 002ｘ") == PERSON
    assert pseudonym("110105194912310020") != PERSON


def test_a_revealed_identity_leaves_an_entry_and_its_reason() -> None:
    register()
    user = officer()
    assert reveal(user) == {"number": NUMBER, "name": "王小明", "phone": "0431-00000000"}
    entry, noted = Entry.objects.get(kind="identity.revealed"), Reveal.objects.get()
    assert (entry.subject, entry.by, entry.id) == (f"person:{PERSON}", user.label, noted.id)
    assert (noted.by, noted.reason, noted.area_code) == (user.label, "混管阳性，联系复采", "220106001")
    assert json.loads(entry.body)["reason_sha256"] == hashlib.sha256(f"{noted.salt}{noted.reason}".encode()).hexdigest()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LABORATORY, Role.SAFETY, Role.AUDITOR, Role.STATISTICIAN])
def test_a_role_that_does_not_need_an_identity_does_not_get_it(role: Role) -> None:
    register()
    with pytest.raises(Refused, match=r"access\.role"):
        reveal(officer(role))
    assert not Entry.objects.filter(kind="identity.revealed").exists()


@pytest.mark.parametrize("area_code", ["2202", "220106002", "220106001001", ""])
def test_a_person_outside_the_area_does_not_exist(area_code: str) -> None:
    register()
    with pytest.raises(Refused, match=r"person\.unknown"):
        reveal(officer(area_code=area_code))
    assert not Reveal.objects.exists()


def test_a_deactivated_user_reveals_nothing() -> None:
    register()
    with pytest.raises(Refused, match=r"access\.role"):
        reveal(officer(is_active=False))


@pytest.mark.parametrize("reason", ["", " \n"])
def test_an_identity_is_not_revealed_without_a_reason(reason: str) -> None:
    register()
    with pytest.raises(Refused, match=r"access\.reason"):
        reveal(officer(), reason=reason)


def test_an_unknown_person_and_an_erased_one_have_no_identity_to_reveal() -> None:
    register()
    erase_due(today=DUE, **WHO)
    with pytest.raises(Refused, match=r"person\.erased"):
        reveal(officer())
    with pytest.raises(Refused, match=r"person\.unknown"):
        reveal(officer(), uuid4())
