"""Enrolling a phone by a one-time code, what it gets, and how it is shut out."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests.desks.sampling.phone_world import ask, key_of, new_code, show, token_for
from tests.desks.sampling.world import World
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Device
from yinghuo.core.people.queries import device_by_token
from yinghuo.desks.sampling.actions.phones.tries import ENROLMENT
from yinghuo.desks.sampling.models import EnrolmentCode, Tries

pytestmark = pytest.mark.django_db


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def world() -> World:
    return World()


def test_a_code_enrols_the_phone_that_shows_it(world: World) -> None:
    answer = show({"code": new_code(world, clock()), "label": "Pixel 4"})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    device = device_by_token(said["token"])
    assert device is not None
    assert (str(device.id), device.site_id, device.kind) == (said["device"], world.site.id, "phone")
    assert (said["name"], said["area"]) == ("一号机", world.site.area_code)
    assert abs(datetime.fromisoformat(said["server_time"]) - clock()) < timedelta(minutes=1)
    assert EnrolmentCode.objects.get().label == "Pixel 4"
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"enrolment.code_made", "enrolment.code_used", "device.enrolled"} <= kinds


def test_the_key_of_a_queue_can_be_derived_again_and_differs_from_phone_to_phone(world: World) -> None:
    answers = [show({"code": new_code(world, clock())}) for _ in range(2)]
    keys = [key_of(answer) for answer in answers]
    assert keys == [people.queue_key(UUID(answer.json()["device"])) for answer in answers]
    assert len(set(keys)) == 2
    assert {len(key) for key in keys} == {32}


def test_neither_code_nor_token_nor_key_is_kept(world: World) -> None:
    shown = new_code(world, clock())
    answer = show({"code": shown})
    rows = repr(list(EnrolmentCode.objects.values())) + repr(list(Device.objects.values()))
    said = rows + repr(list(Entry.objects.values_list("body", flat=True)))
    for secret in (shown, shown.replace("-", ""), answer.json()["token"], answer.json()["key"]):
        assert secret not in said


def test_a_code_works_once(world: World) -> None:
    shown = {"code": new_code(world, clock())}
    assert show(shown).status_code == 200
    again = show(shown)
    assert (again.status_code, again.json()["code"]) == (409, "enrolment.used")
    assert Device.objects.filter(name="一号机").count() == 1


def test_a_code_ends_after_half_an_hour(world: World) -> None:
    late = show({"code": new_code(world, clock() - timedelta(minutes=31))})
    assert (late.status_code, late.json()["code"]) == (409, "enrolment.over")
    assert show({"code": new_code(world, clock() - timedelta(minutes=29))}).status_code == 200


def test_a_code_may_be_typed_in_small_letters_and_without_hyphens(world: World) -> None:
    assert show({"code": new_code(world, clock()).lower().replace("-", " ")}).status_code == 200


@pytest.mark.parametrize("shown", [{"code": "0000-0000-0000-0000"}, {"code": ""}, {"code": "令牌"}])
def test_an_unknown_code_enrols_nobody(world: World, shown: dict[str, str]) -> None:
    devices = Device.objects.count()
    answer = show(shown)
    assert (answer.status_code, answer.json()["code"]) == (404, "enrolment.unknown")
    assert Device.objects.count() == devices


@pytest.mark.parametrize("body", [[], {"label": "x"}, {"code": 7}, {"code": "A", "more": 1}])
def test_what_is_no_code_at_all_is_unreadable(body: object) -> None:
    answer = show(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.unreadable")


def test_wrong_codes_are_counted_by_address_and_a_right_one_is_not(world: World) -> None:
    for _ in range(ENROLMENT.per_address + 5):
        assert show({"code": new_code(world, clock())}, REMOTE_ADDR="10.0.0.1").status_code == 200
    said = [show({"code": "wrong"}, REMOTE_ADDR="10.0.0.1").status_code for _ in range(ENROLMENT.per_address + 2)]
    assert said == [404] * ENROLMENT.per_address + [429, 429]
    good = new_code(world, clock())
    stopped = show({"code": good}, REMOTE_ADDR="10.0.0.1")
    assert (stopped.status_code, stopped.json()["code"]) == (429, "tries.too_many")
    assert show({"code": good}, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_addresses_of_one_ipv6_network_count_as_one_and_are_not_stored_as_they_are(world: World) -> None:
    for n in range(ENROLMENT.per_address):
        show({"code": "wrong"}, REMOTE_ADDR=f"2001:db8:1:2::{n}")
    assert show({"code": "wrong"}, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert show({"code": "wrong"}, REMOTE_ADDR="2001:db8:1:3::1").status_code == 404
    assert "2001" not in repr(list(Tries.objects.values_list("address", flat=True)))


def test_wrong_codes_from_many_addresses_are_stopped_together(world: World) -> None:
    show({"code": "wrong"}, REMOTE_ADDR="10.0.0.1")
    Tries.objects.filter(address="").update(count=ENROLMENT.overall)
    assert show({"code": "wrong"}, REMOTE_ADDR="10.0.0.2").status_code == 429


def test_counts_of_yesterday_are_forgotten(world: World) -> None:
    Tries.objects.create(door="enrolment", address="x", begins_at=clock() - timedelta(days=2), count=3)
    show({"code": "wrong"}, REMOTE_ADDR="10.9.0.1")
    assert not Tries.objects.filter(address="x").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_with_one_code_at_once_one_is_enrolled() -> None:
    world = World()
    shown, answers, gate = new_code(world, clock()), [], threading.Barrier(4)

    def phone(number: int) -> None:
        gate.wait()
        answers.append(show({"code": shown}, REMOTE_ADDR=f"10.1.0.{number}").status_code)
        connection.close()

    threads = [threading.Thread(target=phone, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409]
    assert Device.objects.filter(name="一号机").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_wrong_codes_at_once_do_not_slip_through_together() -> None:
    World()
    answers, gate = [], threading.Barrier(8)

    def phone() -> None:
        gate.wait()
        answers.extend(show({"code": "wrong"}, REMOTE_ADDR="10.2.0.1").status_code for _ in range(4))
        connection.close()

    threads = [threading.Thread(target=phone) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(404) == ENROLMENT.per_address


def test_a_revoked_phone_is_told_so_and_an_unknown_token_otherwise(world: World) -> None:
    token = token_for(world)
    assert ask("sites", token).status_code == 200
    people.revoke_device(device_by_token(token).id, by="user:1", at=clock(), reason="lost")
    revoked, unknown = ask("sites", token), ask("sites", "nothing")
    assert (revoked.status_code, revoked.json()["code"]) == (401, "device.revoked")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "access.token")
    assert Client().post("/api/v1/swabs", b"{}", content_type="application/json").status_code == 401
