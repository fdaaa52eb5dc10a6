"""Parties: checked numbers, one row a credit code, seen in their area, reached through work contacts."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from yinghuo.core.ledger.models import Entry
from yinghuo.core.parties import queries
from yinghuo.core.parties.actions import register_party
from yinghuo.core.parties.models import Party
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused
from yinghuo.engines.identity import CREDIT_ALPHABET, credit_code_check

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)


def credit_code(number: int) -> str:
    """An invented credit code with a right check character."""
    first17 = f"9122{number:013}"
    return first17 + credit_code_check(first17)


CODE = credit_code(1)
PLANT: dict[str, Any] = {
    "kind": "enterprise",
    "name_zh": "虚构汽车厂",
    "name_en": "Invented Car Plant",
    "credit_code": CODE,
    "industry": "C3611",
    "area_code": "220106",
    "contacts": [{"name": "王一", "phone": "0431-00000000", "role": "安全员"}],
}


def register(**changes: Any) -> Party:
    return register_party(**(PLANT | changes), by="user:1", at=NOON)


def reader(role: Role = Role.DUTY, area_code: str = "2201", **fields: Any) -> User:
    return User.objects.create(username=str(uuid4()), role=role, area_code=area_code, **fields)


def test_a_party_is_registered_and_entered() -> None:
    party = register()
    assert Party.objects.get() == party
    assert party.id.version == 7
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject) == ("party.registered", f"party:{party.id}")
    assert CODE in entry.body


def test_work_contacts_stay_out_of_the_ledger() -> None:
    register()
    assert "王一" not in Entry.objects.get().body
    assert "0431" not in Entry.objects.get().body


def test_a_credit_code_registered_twice_is_one_party() -> None:
    assert register().id == register(id=uuid4()).id
    assert Party.objects.count() == Entry.objects.count() == 1


def test_an_id_registered_twice_is_one_party() -> None:
    party_id = uuid4()
    clinic = {"credit_code": "", "kind": "hospital", "name_zh": "虚构方舱医院", "id": party_id}
    assert register(**clinic).id == register(**clinic).id == party_id
    assert Party.objects.count() == Entry.objects.count() == 1


def test_parties_without_a_credit_code_stand_side_by_side() -> None:
    register(credit_code="", name_zh="甲")
    register(credit_code="", name_zh="乙")
    assert Party.objects.count() == 2


@pytest.mark.parametrize("change", [{"name_zh": "另一家"}, {"kind": "hospital"}, {"area_code": "2202"}])
def test_somebody_elses_credit_code_is_refused(change: dict[str, str]) -> None:
    register()
    with pytest.raises(Refused, match=r"party\.exists"):
        register(**change)
    assert Party.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (CODE[:-1], "length"),
        (CODE[:-1] + next(c for c in CREDIT_ALPHABET if c != CODE[-1]), "check"),
        ("I" + CODE[1:], "character"),
        (CODE.replace("9122", "9212"), "check"),
    ],
)
def test_an_invalid_credit_code_is_refused(code: str, fault: str) -> None:
    with pytest.raises(Refused, match=rf"party\.credit_code .*fault={fault}"):
        register(credit_code=code)
    assert not Party.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": "shop"}, "party.kind"),
        ({"name_zh": " "}, "name.missing"),
        ({"area_code": ""}, "area.code"),
        ({"area_code": "22010"}, "area.code"),
        ({"industry": "Z1"}, "party.industry"),
        ({"contacts": [{"name": "王一"}]}, "party.contacts"),
        ({"contacts": [{"name": "王一", "phone": "", "role": "安全员"}]}, "party.contacts"),
    ],
)
def test_what_cannot_be_right_is_refused(change: dict[str, Any], refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        register(**change)
    assert not Party.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "shop"},
        {"name_zh": ""},
        {"area_code": "x"},
        {"industry": "X"},
        {"credit_code": "short"},
        {"contacts": {}},
    ],
)
def test_postgresql_refuses_it_as_well(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(**({"id": uuid4(), "created_at": NOON} | PLANT | change))


def test_postgresql_refuses_a_second_party_with_the_credit_code() -> None:
    register()
    with pytest.raises(IntegrityError, match="one_party_a_credit_code"), transaction.atomic():
        Party.objects.create(**({"id": uuid4(), "created_at": NOON} | PLANT))


def test_a_party_is_seen_in_its_area_and_nowhere_else() -> None:
    party = register()
    for area_code, seen in {
        "22": True,
        "2201": True,
        "220106": True,
        "220105": False,
        "2202": False,
        "": False,
    }.items():
        user = reader(area_code=area_code)
        assert (queries.party(user, party.id) == party) is seen
        assert (queries.by_credit_code(user, CODE) == party) is seen
        assert (queries.parties(user) == [party]) is seen
        assert bool(queries.names(user, [party.id])) is seen


def test_a_safety_officer_sees_their_own_party_alone() -> None:
    own = register()
    other = register(credit_code=credit_code(2), name_zh="另一家")
    user = reader(Role.SAFETY, party_id=own.id)
    assert queries.parties(user) == [own]
    assert queries.party(user, other.id) is None
    assert queries.parties(reader(Role.SAFETY)) == []


def test_an_empty_credit_code_finds_nobody() -> None:
    register(credit_code="")
    assert queries.by_credit_code(reader(), "") is None


def test_parties_are_found_by_kind_and_by_words() -> None:
    plant = register()
    laboratory = register(credit_code="", kind="laboratory", name_zh="虚构检验所", name_en="Invented Laboratory")
    user = reader()
    assert queries.parties(user, kind="laboratory") == [laboratory]
    assert queries.parties(user, words="汽车") == queries.parties(user, words="car plant") == [plant]
    assert queries.parties(user, words="%") == []


def test_pages_of_parties_join_without_gap_or_overlap() -> None:
    for n in range(5):
        register(credit_code="", name_zh=f"第{n % 2}类")
    user, after, seen = reader(), None, []
    while page := queries.parties(user, after=after, limit=2):
        seen += [party.id for party in page]
        after = (page[-1].name_zh, page[-1].id)
    assert len(seen) == len(set(seen)) == 5


def test_a_party_is_named_in_the_readers_language() -> None:
    party = register()
    unnamed = register(credit_code="", name_en="", name_zh="只有中文")
    with override("en"):
        assert (party.name, unnamed.name) == ("Invented Car Plant", "只有中文")
    with override("zh-hans"):
        assert str(party) == "虚构汽车厂"
