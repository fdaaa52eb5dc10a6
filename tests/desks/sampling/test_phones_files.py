"""A file that a phone exported is loaded at the console: nothing of it is lost, and nothing is kept twice."""

import json
import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.desks.sampling.phone_world import undone, void
from tests.desks.sampling.world import NOW, START, World, code, stamp
from tests.web.pages_world import CITY, NEXT_CITY, areas, read, signed_in, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.core.people.queries import DeviceRow
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions import phones
from yinghuo.desks.sampling.models import Corrected, FileItem, PhoneFile, Sealed, Swab, Voided

pytestmark = pytest.mark.django_db
Item = tuple[str, Any, str]


@pytest.fixture
def world() -> World:
    areas()
    return World()


@pytest.fixture
def manager(world: World) -> User:
    return user_of(Role.MANAGER)


def exported(device: DeviceRow, *items: Item, unsent: list[Item] = (), key: bytes = b"", **more: Any) -> bytes:
    """The file as a phone writes it."""
    names = ("door", "item", "reason")
    said = {"items": [dict(zip(names, one, strict=True)) for one in items]}
    said["unsent"] = [dict(zip(names, one, strict=True)) for one in unsent]
    nonce = os.urandom(12)
    sealed = AESGCM(key or people.queue_key(device.id)).encrypt(nonce, json.dumps(said).encode(), None)
    file = {"device": str(device.id), "made_at": stamp(NOW), "schema": 2}
    return json.dumps(file | {"nonce": b64encode(nonce).decode(), "sealed": b64encode(sealed).decode()} | more).encode()


def load(body: bytes, user: User) -> PhoneFile:
    return phones.load_file(body, keeper=phones.Keeper(user, datetime.now(UTC)))


def left(file: PhoneFile) -> dict[int, str]:
    return dict(FileItem.objects.filter(file_id=file.id, outfall="").values_list("place", "reason"))


def upload(client: Client, body: bytes) -> HttpResponse:
    file = SimpleUploadedFile("yinghuo-x.json", body, content_type="application/json")
    return client.post("/people/phones/files", {"file": file}, follow=True)


def test_an_export_from_the_phone_can_be_loaded_elsewhere(world: World, manager: User) -> None:
    """Every door's facts come over, in the phone's own name, with the ids and times that the phone gave them."""
    swabs = world.swabs(3)
    sealed = {"id": str(uuid4()), "tube": code(1), "at": stamp(START), "site": world.site.id, "count": 3}
    unsent = [("swabs", swab, "") for swab in swabs] + [("tubes", sealed, "")]
    unsent += [("corrections", undone(swabs[0], world), ""), ("voids", void(world, 2), "")]
    file = load(exported(world.phone, unsent=unsent), manager)
    assert left(file) == {}
    assert {(swab.id, swab.device) for swab in Swab.objects.all()} == {
        (UUID(swab["id"]), world.phone.id) for swab in swabs
    }
    assert [model.objects.count() for model in (Sealed, Corrected, Voided)] == [1, 1, 1]
    entry = Entry.objects.get(kind="phone_file.loaded")
    assert (entry.by, json.loads(entry.body)["kept"]) == (manager.label, 6)
    world.judge()


def test_what_arrived_before_or_is_loaded_twice_is_one_fact(world: World, manager: User) -> None:
    swabs = world.swabs(3)
    world.send("swabs", swabs[:2])
    body = exported(world.phone, unsent=[("swabs", swab, "") for swab in swabs])
    assert load(body, manager).id == load(body, manager).id
    load(exported(world.phone, unsent=[("swabs", swab, "") for swab in swabs]), manager)
    assert Swab.objects.count() == 3
    assert PhoneFile.objects.count() == 2


def test_what_is_odd_stays_with_its_reason_and_is_kept_once_corrected(world: World, manager: User) -> None:
    odd = world.swab() | {"tube": "J", "at": "yesterday"}
    file = load(exported(world.phone, ("swabs", odd, "item.malformed: …"), ("swabs", world.swab(), "")), manager)
    assert list(left(file)) == [0]
    assert "item.malformed" in left(file)[0]
    keeper = phones.Keeper(manager, NOW)
    still = phones.settle_item(file, 0, {"tube": code(7)}, keeper=keeper)
    assert (still.outfall, "at" in still.reason) == ("", True)
    assert phones.settle_item(file, 0, {"at": stamp(START)}, keeper=keeper).outfall == "kept"
    assert Swab.objects.get(id=odd["id"]).tube == code(7)
    changed = json.loads(Entry.objects.get(kind="phone_file.item_kept").body)["changed"]
    assert changed == ["at"]
    assert phones.settle_item(file, 0, {"tube": code(8)}, keeper=keeper).outfall == "kept"
    assert Swab.objects.filter(id=odd["id"]).count() == 1


def test_an_item_is_discarded_for_a_reason_only_and_stays_discarded(world: World, manager: User) -> None:
    file = load(exported(world.phone, ("swabs", 7, "item.malformed")), manager)
    keeper = phones.Keeper(manager, NOW)
    with pytest.raises(Refused, match=r"access\.reason"):
        phones.discard_item(file, 0, " ", keeper=keeper)
    gone = phones.discard_item(file, 0, "double entry", keeper=keeper)
    assert (gone.outfall, gone.sealed, gone.because) == ("discarded", None, "double entry")
    assert "double entry" not in Entry.objects.get(kind="phone_file.item_discarded").body
    with pytest.raises(Refused, match=r"phone_file\.item"):
        phones.settle_item(file, 5, {}, keeper=keeper)


def test_a_door_that_the_phone_does_not_have_is_no_way_in(world: World, manager: User) -> None:
    file = load(exported(world.phone, ("results", world.result(), ""), ("swabs", world.swab(), "")), manager)
    assert left(file) == {0: "door: a phone sends no results"}


def test_who_is_named_in_an_item_is_sealed_and_gone_once_it_is_kept(world: World, manager: User) -> None:
    named = world.swab() | {"identity": {"number": "11010519491231002X", "name": "李四四"}, "tube": "J"}
    del named["person"]
    file = load(exported(world.phone, ("swabs", named, "x")), manager)
    row = FileItem.objects.get()
    assert b"11010519491231002X" not in bytes(row.sealed)
    page = read(signed_in(manager), f"/people/phones/files/{file.id}/0")
    assert "李四四" not in page
    assert "11010519491231002X" not in read(signed_in(manager), f"/people/phones/files/{file.id}")
    phones.settle_item(file, 0, {"tube": code(1)}, keeper=phones.Keeper(manager, NOW))
    assert FileItem.objects.get().sealed is None
    assert Swab.objects.count() == 1


def test_what_nobody_settled_is_forgotten_in_time(world: World, manager: User) -> None:
    load(exported(world.phone, ("swabs", 7, "x")), manager)
    last_day = FileItem.objects.get().keep_until
    assert phones.forget_files(today=last_day, by="system:erase", at=NOW) == 0
    assert phones.forget_files(today=last_day + timedelta(days=1), by="system:erase", at=NOW) == 1
    assert FileItem.objects.get().sealed is None


def test_wrong_files_are_told_apart_and_nothing_of_them_is_stored(world: World, manager: User) -> None:
    people.revoke_device(world.other_phone.id, by="user:1", at=NOW, reason="lost")
    good = json.loads(exported(world.phone, ("swabs", world.swab(), "")))
    wrong = {
        "phone_file.unreadable": b"PK\x03\x04",
        "phone_file.key": exported(world.phone, ("swabs", world.swab(), ""), key=b"k" * 32),
        "phone_file.device": exported(world.phone._replace(id=uuid4())),
        "phone_file.revoked": exported(world.other_phone, ("swabs", world.swab(), "")),
        "phone_file.schema": exported(world.phone, schema=3),
    }
    for code_, body in wrong.items():
        with pytest.raises(Refused) as refused:
            load(body, manager)
        assert refused.value.code == code_
        for language, other in (("en", "Nothing was stored"), ("zh-hans", "未保存")):
            answer = upload(signed_in(manager, language=language), body)
            assert answer.status_code in (400, 404)
            assert other in text(answer), (code_, text(answer))
    cut = good | {"sealed": good["sealed"][:-8]}
    with pytest.raises(Refused, match=r"phone_file\.key"):
        load(json.dumps(cut).encode(), manager)
    assert (Swab.objects.count(), PhoneFile.objects.count()) == (0, 0)


def test_a_file_of_another_area_does_not_exist_for_a_stranger(world: World, manager: User) -> None:
    stranger = user_of(Role.MANAGER, NEXT_CITY)
    body = exported(world.phone, ("swabs", 7, "x"))
    with pytest.raises(Refused, match=r"phone_file\.device"):
        load(body, stranger)
    file = load(body, manager)
    for address in (f"/people/phones/files/{file.id}", f"/people/phones/files/{file.id}/0"):
        assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(user_of(Role.AUDITOR, CITY)).get("/people/phones/files").status_code == 403


def test_the_page_leads_from_the_file_to_the_last_item(world: World, manager: User) -> None:
    client = signed_in(manager)
    odd = world.swab() | {"site": "north"}
    answer = upload(client, exported(world.phone, ("swabs", odd, "x"), ("swabs", 7, "x"), ("swabs", world.swab(), "")))
    assert "2 items to settle" in text(answer)
    address = answer.redirect_chain[-1][0]
    wrong = client.post(f"{address}/0", {"tube": code(1), "site": world.site.id, "at": "2022-05-08T06:00"})
    assert "The offset is missing" in text(wrong)
    kept = client.post(f"{address}/0", {"tube": code(1), "site": world.site.id, "at": stamp(START)}, follow=True)
    assert "1 item to settle" in text(kept)
    assert "access.reason" not in text(client.post(f"{address}/1", {"reason": " "}))
    done = client.post(f"{address}/1", {"reason": "a scanner's test"}, follow=True)
    assert "all settled" in text(done)
    assert Swab.objects.count() == 2
