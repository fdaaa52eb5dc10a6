"""Registering parties."""

import re
from datetime import datetime
from typing import Literal, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.core.parties.models import INDUSTRY, Party, PartyKind
from yinghuo.core.refusal import Refused
from yinghuo.engines.identity import credit_code_error

CONTACT_FIELDS = {"name", "phone", "role"}
SAME: tuple[Literal["kind", "name_zh", "area_code"], ...] = ("kind", "name_zh", "area_code")


class NewParty(TypedDict):
    """What is needed of a new party; without a credit code, its `id` makes doing it twice the same as once."""

    kind: str
    name_zh: str
    area_code: str
    name_en: NotRequired[str]
    credit_code: NotRequired[str]
    industry: NotRequired[str]
    contacts: NotRequired[list[dict[str, str]]]
    id: NotRequired[UUID]


@transaction.atomic
def register_party(*, by: str, at: datetime, **given: Unpack[NewParty]) -> Party:
    """Registers a party; the same credit code (or, without one, the same id) again is the same party.

    Refused: "party.kind", "name.missing", "area.code", "party.credit_code" (fault: length, character or check),
    "party.industry", "party.contacts", and "party.exists" where the credit code is another kind, name or area's.
    """
    _check(given)
    code = given.get("credit_code", "")
    party_id = given.get("id") or ledger.new_id()
    party, new = Party.objects.get_or_create(
        **({"credit_code": code} if code else {"id": party_id}),
        defaults={**given, "id": party_id, "created_at": at},
    )
    if not new and any(getattr(party, name) != given[name] for name in SAME):
        raise Refused("party.exists", party=str(party.id), credit_code=code)
    if new:
        body = {"kind": party.kind, "name_zh": party.name_zh, "credit_code": code, "area": party.area_code}
        ledger.enter("party.registered", f"party:{party.id}", by=by, at=at, body=body)
    return party


def _check(given: NewParty) -> None:
    if given["kind"] not in PartyKind.values:
        raise Refused("party.kind", kind=given["kind"])
    if not given["name_zh"].strip():
        raise Refused("name.missing")
    if not re.search(AREA_CODE, given["area_code"]):
        raise Refused("area.code", area=given["area_code"])
    code = given.get("credit_code", "")
    if code and (fault := credit_code_error(code)):
        raise Refused("party.credit_code", credit_code=code, fault=fault)
    if not re.search(INDUSTRY, given.get("industry", "")):
        raise Refused("party.industry", industry=given["industry"])
    if not all(_is_contact(contact) for contact in given.get("contacts", [])):
        raise Refused("party.contacts")


def _is_contact(contact: dict[str, str]) -> bool:
    return set(contact) == CONTACT_FIELDS and all(isinstance(text, str) and text for text in contact.values())
