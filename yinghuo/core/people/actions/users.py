"""Adding users, their passwords, and taking them out again."""

import re
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people.models import AREA_CODE_OR_NONE, Language, Role, User
from yinghuo.core.refusal import Refused

USERNAME = r"[\w.@+-]{1,150}"


class NewUser(TypedDict):
    """What is needed of somebody new; `area_code` empty: they see nothing yet."""

    username: str
    password: str
    role: str
    area_code: str
    name_zh: str
    name_en: str
    party_id: NotRequired[UUID | None]
    language: NotRequired[str]


@transaction.atomic
def add_user(*, by: str, at: datetime, **given: Unpack[NewUser]) -> User:
    """Adds a user; the same user name again with the same role and area is the same user, whose password stays.

    Refused: "user.username", "user.role", "user.language", "area.code", "user.password", and "user.exists" where the
    name is somebody else's: another role, another area, or no longer active.
    """
    _check(given)
    rest: dict[str, Any] = {name: value for name, value in given.items() if name not in ("username", "password")}
    user, new = User.objects.get_or_create(
        username=given["username"],
        defaults=rest | {"password": lambda: make_password(given["password"]), "date_joined": at},
    )
    if not new and (not user.is_active or (user.role, user.area_code) != (given["role"], given["area_code"])):
        raise Refused("user.exists", username=user.username)
    if new:
        ledger.enter("user.added", user.label, by=by, at=at, body={"role": user.role, "area": user.area_code})
    return user


@transaction.atomic
def set_password(username: str, *, password: str, by: str, at: datetime) -> User:
    """Gives a user a new password, which ends their sessions. Refused("user.unknown"), Refused("user.password")."""
    user = _locked(username)
    _check_password(password)
    user.set_password(password)
    user.save(update_fields=["password"])
    ledger.enter("user.password_set", user.label, by=by, at=at)
    return user


@transaction.atomic
def deactivate_user(username: str, *, by: str, at: datetime) -> User:
    """Takes away a user's access at once; their past stays. Refused("user.unknown"), Refused("user.last_admin")."""
    admins = set(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True))
    user = _locked(username)
    if not user.is_active:
        return user
    if admins == {user}:
        raise Refused("user.last_admin", username=username)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ledger.enter("user.deactivated", user.label, by=by, at=at)
    return user


@transaction.atomic
def set_party(username: str, *, party_id: UUID | None, by: str, at: datetime) -> User:
    """Says which enterprise a user acts for; None for none. Refused("user.unknown")."""
    user = _locked(username)
    if user.party_id == party_id:
        return user
    user.party_id = party_id
    user.save(update_fields=["party_id"])
    body = {"party": str(party_id) if party_id else ""}
    ledger.enter("user.party_set", user.label, by=by, at=at, body=body)
    return user


def _locked(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise Refused("user.unknown", username=username)
    return user


def _check(given: NewUser) -> None:
    if not re.fullmatch(USERNAME, given["username"]):
        raise Refused("user.username", username=given["username"])
    if given["role"] not in Role.values:
        raise Refused("user.role", role=given["role"])
    if given.get("language", Language.CHINESE) not in Language.values:
        raise Refused("user.language", language=given.get("language"))
    if not re.search(AREA_CODE_OR_NONE, given["area_code"]):
        raise Refused("area.code", area=given["area_code"])
    _check_password(given["password"])


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused("user.password", why=" ".join(error.messages)) from error
