"""Users and devices: added once, refused when they cannot be right, shut out at once."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions, queries
from yinghuo.core.people.models import Device, User
from yinghuo.core.refusal import Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "user:1", "at": NOON}
STREET = "220106001"
LI: dict[str, Any] = {
    "username": "li",
    "password": "hongqi-jie-1956",
    "role": "duty",
    "area_code": "2201",
    "name_zh": "李值班",
    "name_en": "Li on Duty",
}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def user_of(role: str = "duty", area_code: str = "2201", **fields: Any) -> User:
    return User.objects.create(username=str(uuid4()), role=role, area_code=area_code, **fields)


def enrol(**fields: Any) -> tuple[Device, str]:
    return actions.enrol_device(**({"name": "1号手机", "kind": "phone", "area_code": STREET} | fields), **WHO)


# Users


def test_a_user_added_twice_is_one_user_and_keeps_the_password() -> None:
    first = actions.add_user(**LI, **WHO)
    again = actions.add_user(**(LI | {"password": "another-word-2022"}), **WHO)
    assert first == again == authenticate(username="li", password=LI["password"])
    assert [(entry.kind, entry.subject) for entry in Entry.objects.all()] == [("user.added", first.label)]
    assert "李" not in Entry.objects.get().body


@pytest.mark.parametrize("change", [{"role": "admin"}, {"area_code": "22"}])
def test_a_user_name_is_not_given_to_somebody_else(change: dict[str, str]) -> None:
    actions.add_user(**LI, **WHO)
    with pytest.raises(Refused, match=r"user\.exists"):
        actions.add_user(**(LI | change), **WHO)
    assert User.objects.get(username="li").role == "duty"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"username": "li li"}, "user.username"),
        ({"role": "chief"}, "user.role"),
        ({"area_code": "220"}, "area.code"),
        ({"password": "short"}, "user.password"),
        ({"password": "password1234"}, "user.password"),
        ({"language": "fr"}, "user.language"),
    ],
)
def test_a_user_that_cannot_be_right_is_refused(change: dict[str, str], refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        actions.add_user(**(LI | change), **WHO)
    assert not User.objects.exists()


@pytest.mark.parametrize("change", [{"role": "chief"}, {"area_code": "220"}, {"language": "fr"}])
def test_postgresql_refuses_such_a_user_as_well(change: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        user_of(**change)


def test_a_deactivated_user_is_out_at_once_and_stays_in_the_past() -> None:
    user = actions.add_user(**LI, **WHO)
    for _ in range(2):
        actions.deactivate_user("li", **WHO)
    assert authenticate(username="li", password=LI["password"]) is None
    assert User.objects.get() == user
    assert list(Entry.objects.order_by("id").values_list("kind", flat=True)) == ["user.added", "user.deactivated"]
    with pytest.raises(Refused, match=r"user\.exists"):
        actions.add_user(**LI, **WHO)


def test_the_last_administrator_stays() -> None:
    first, second = user_of("admin"), user_of("admin")
    actions.deactivate_user(first.username, **WHO)
    with pytest.raises(Refused, match=r"user\.last_admin"):
        actions.deactivate_user(second.username, **WHO)
    assert User.objects.get(is_active=True) == second


def test_a_new_password_replaces_the_old_one() -> None:
    actions.add_user(**LI, **WHO)
    actions.set_password("li", password="another-word-2022", **WHO)
    assert authenticate(username="li", password=LI["password"]) is None
    assert authenticate(username="li", password="another-word-2022")
    with pytest.raises(Refused, match=r"user\.password"):
        actions.set_password("li", password="short", **WHO)


@pytest.mark.parametrize(
    "change", [actions.deactivate_user, lambda name, **who: actions.set_password(name, password="x", **who)]
)
def test_an_unknown_user_is_refused(change: Callable[..., User]) -> None:
    with pytest.raises(Refused, match=r"user\.unknown"):
        change("nobody", **WHO)


def test_a_user_is_named_in_the_readers_language() -> None:
    user = actions.add_user(**LI, **WHO)
    with override("en"):
        assert (user.name, user.get_full_name()) == ("Li on Duty", "Li on Duty")
    with override("zh-hans"):
        assert (str(user), user.get_short_name()) == ("李值班", "李值班")
    assert User(username="wang").name == "wang"


# Devices


def test_a_device_is_found_by_its_token_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    party = uuid4()
    device, token = enrol(site_id=7, party_id=party)
    with django_assert_num_queries(1):
        row = queries.device_by_token(token)
    assert row == (device.id, "phone", 7, STREET, party)
    assert row.site_id == 7


def test_the_token_is_kept_as_a_hash_alone() -> None:
    device, token = enrol()
    device.refresh_from_db()
    assert device.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(vars(device))
    assert token not in Entry.objects.get().body
    assert enrol()[1] != token


@pytest.mark.parametrize("token", ["", "nothing", "令牌", "x" * 10_000])
def test_an_unknown_token_finds_no_device(token: str) -> None:
    enrol()
    assert queries.device_by_token(token) is None


def test_a_revoked_device_is_told_that_it_is_shut_out() -> None:
    device, token = enrol()
    _, other = enrol()
    for reason in ("丢失", "又丢失"):
        actions.revoke_device(device.id, **WHO, reason=reason)
    with pytest.raises(Refused, match=r"device\.revoked"):
        queries.device_by_token(token)
    assert queries.device_by_token(other)
    assert Device.objects.get(id=device.id).revoked_because == "丢失"
    assert Entry.objects.filter(kind="device.revoked").count() == 1


@pytest.mark.parametrize(
    ("known", "reason", "refusal"), [(True, " ", "access.reason"), (False, "丢失", "device.unknown")]
)
def test_revoking_needs_a_device_and_a_reason(*, known: bool, reason: str, refusal: str) -> None:
    device, token = enrol()
    with pytest.raises(Refused, match=refusal):
        actions.revoke_device(device.id if known else uuid4(), **WHO, reason=reason)
    assert queries.device_by_token(token)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"name": " "}, "name.missing"), ({"kind": "tablet"}, "device.kind"), ({"area_code": ""}, "area.code")],
)
def test_a_device_that_cannot_be_right_is_refused(change: dict[str, str], refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        enrol(**change)
    assert not Device.objects.exists()


def test_a_device_is_seen_at_most_every_five_minutes() -> None:
    device, _ = enrol()
    seen = []
    for minutes in (0, 4, 6):
        actions.see_device(device.id, at=NOON + timedelta(minutes=minutes))
        seen.append(Device.objects.get().last_seen_at - NOON)
    assert seen == [timedelta(0), timedelta(0), timedelta(minutes=6)]


def test_pages_of_users_and_devices_join_without_gap_or_overlap() -> None:
    for n in range(5):
        enrol(name=f"{n % 2}号")
    reader = user_of()
    first = queries.devices(reader, limit=3)
    rest = queries.devices(reader, after=(first[-1].name, first[-1].id), limit=3)
    assert len({device.id for device in (*first, *rest)}) == len(first) + len(rest) == 5
    names = sorted([user_of().username, user_of().username, reader.username])
    assert [user.username for user in queries.users(reader, after=names[0])] == names[1:]


def test_finding_a_device_is_fast() -> None:
    token = enrol()[1]
    started = time.perf_counter()
    found = [queries.device_by_token(token) for _ in range(500)]
    print(f"\ndevice_by_token: {(time.perf_counter() - started) / 500 * 1e6:,.0f} µs")
    assert all(found)
