"""The HTTP door: tokens, problem details in both languages, kinds of devices, the schema that is published."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.desks.sampling.world import NOW, START, World, code, ids, stamp
from yinghuo.core.people import actions as people
from yinghuo.desks.sampling.models import Result, Swab

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def token_of(world: World, kind: str = "phone") -> str:
    return enrolled(world, kind)[1]


def enrolled(world: World, kind: str) -> tuple:
    fields = {"area_code": "220106001", "site_id": world.site.id}
    return people.enrol_device(kind, kind, by="user:1", at=START, **fields)


def post(path: str, body: object, token: str, language: str = "en", content_type: str = "application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    return Client().post(f"/api/v1/{path}", data, content_type=content_type, headers=headers)


def test_an_enrolled_phone_sends_swabs_and_reads_what_is_kept(world: World) -> None:
    batch = world.swabs(3)
    body = {"sent_at": stamp(NOW), "swabs": [*batch, {"id": "x"}]}
    answer = post("swabs", body, token_of(world))
    assert answer.status_code == 200
    assert answer.json()["kept"] == [str(one) for one in ids(batch)]
    assert [one["index"] for one in answer.json()["malformed"]] == [3]
    assert post("swabs", body, token_of(world)).json() == answer.json()
    assert Swab.objects.count() == 3


@pytest.mark.parametrize(("language", "title"), [("en", "Not allowed"), ("zh-CN,zh;q=0.9", "无权操作")])
def test_without_a_token_the_problem_is_told_in_the_readers_language(world: World, language: str, title: str) -> None:
    answer = post("swabs", {}, "nonsense", language)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "access.token"
    assert answer.json()["title"] == title


def test_a_revoked_phone_is_turned_away_at_once(world: World) -> None:
    device, token = enrolled(world, "phone")
    body = {"sent_at": stamp(NOW), "swabs": world.swabs(1)}
    assert post("swabs", body, token).status_code == 200
    people.revoke_device(device.id, by="user:1", at=NOW, reason="lost")
    assert post("swabs", body, token).status_code == 401


@pytest.mark.parametrize(("kind", "path"), [("courier", "swabs"), ("phone", "results"), ("phone", "handovers")])
def test_a_device_sends_only_what_its_kind_sends(world: World, kind: str, path: str) -> None:
    answer = post(path, {"sent_at": stamp(NOW), path: []}, token_of(world, kind))
    assert (answer.status_code, answer.json()["code"]) == (403, "access.device")


@pytest.mark.parametrize(("body", "status", "wrong"), [(b"{", 400, "batch.unreadable"), (b"", 400, "batch.unreadable")])
def test_what_is_no_batch_is_a_problem_with_a_code(world: World, body: bytes, status: int, wrong: str) -> None:
    answer = post("swabs", body, token_of(world))
    assert (answer.status_code, answer.json()["code"]) == (status, wrong)


def test_too_many_items_are_a_problem_and_nothing_is_stored(world: World) -> None:
    answer = post("swabs", {"sent_at": stamp(NOW), "swabs": [{}] * 2001}, token_of(world))
    assert (answer.status_code, answer.json()["code"]) == (413, "batch.too_large")


def test_a_laboratory_posts_a_csv_file(world: World) -> None:
    file = f"tube,message,at,result,technician\n{code(1)},M1,{stamp(NOW)},negative,T1\nbad\n".encode()
    answer = post("results", file, token_of(world, "laboratory"), content_type="text/csv")
    assert answer.status_code == 200
    assert len(answer.json()["kept"]) == 1
    assert answer.json()["malformed"][0]["index"] == 3
    assert Result.objects.get().result == "negative"


def test_the_whole_path_of_a_tube_goes_through_the_doors(world: World) -> None:
    phone, courier, laboratory = (token_of(world, kind) for kind in ("phone", "courier", "laboratory"))
    site, later = world.site.id, stamp(START + timedelta(hours=1))
    assert post("swabs", {"sent_at": stamp(NOW), "swabs": world.swabs(2)}, phone).status_code == 200
    fact = {"id": "018097c1-0000-7000-8000-000000000001", "at": later}
    doors = [
        ("tubes", fact | {"tube": code(1), "site": site, "count": 2}, phone),
        ("boxes", fact | {"box": "BOX-1", "site": site, "count": 1, "tubes": [code(1)]}, phone),
        ("handovers", fact | {"box": "BOX-1", "stage": "collected", "vehicle": "V1", "count": 1}, courier),
        ("results", world.result(), laboratory),
    ]
    for path, item, token in doors:
        answer = post(path, {"sent_at": stamp(NOW), path: [item]}, token)
        assert answer.status_code == 200, answer.content
        assert answer.json()["malformed"] == []


def test_the_published_schema_names_every_door_and_its_problems() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    doors = {path for path in schema["paths"] if "ledger" not in path}
    facts = ("swabs", "tubes", "boxes", "handovers", "results", "corrections", "voids")
    phones = ("phone/enrol", "phone/sites", "phone/manifest")
    assert doors >= {f"/api/v1/{name}" for name in (*facts, *phones)}
    swabs = schema["paths"]["/api/v1/swabs"]["post"]
    assert set(swabs["responses"]) >= {"200", "400", "401", "413"}
    assert "application/json" in swabs["requestBody"]["content"]
    assert "text/csv" in schema["paths"]["/api/v1/results"]["post"]["requestBody"]["content"]


def test_a_witness_reads_the_checkpoint_without_a_token(world: World) -> None:
    world.send("swabs", world.swabs(1))
    world.judge()
    note = Client().get("/api/v1/ledger/checkpoint")
    assert note.status_code == 200
    assert note.content.decode().startswith("yinghuo.example/ledger\n")
