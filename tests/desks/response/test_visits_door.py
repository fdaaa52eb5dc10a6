"""The door for visits: a batch is kept once, a bad item costs the others nothing, names become pseudonyms."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.desks.response.tracing_world import NOW, STREET, TracingWorld
from tests.web.pages_world import at_noon
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person
from yinghuo.desks.response.models import Visit

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TracingWorld:
    return TracingWorld()


def token(kind: str = "phone") -> str:
    return people.enrol_device("闸机（虚构）", kind, by="user:1", at=NOW, area_code=STREET)[1]


def item(world: TracingWorld, person: int = 1, **more: Any) -> dict[str, Any]:
    usual = {
        "id": str(uuid4()), "person": str(world.people[person]), "venue": str(world.venue("canteen").id),
        "at": "2022-05-06T12:00:00+08:00", "ends_at": "2022-05-06T12:40:00+08:00", "source": "access",
    }  # fmt: skip
    return {name: value for name, value in (usual | more).items() if value is not None}


def send(key: str, *items: object) -> Any:
    body = json.dumps({"sent_at": "2022-05-08T12:00:00+08:00", "visits": list(items)})
    return Client().post("/api/v1/visits", body, "application/json", headers={"authorization": f"Bearer {key}"})


def test_a_batch_sent_twice_is_kept_once_and_answered_alike(world: TracingWorld) -> None:
    key, one = token(), item(world)
    answers = [send(key, one).json() for _ in range(2)]
    assert answers[0] == answers[1] == {"kept": [one["id"]], "malformed": []}
    assert Visit.objects.count() == Entry.objects.filter(kind="visits.kept").count() == 1


def test_what_the_door_took_in_makes_contacts(world: TracingWorld) -> None:
    send(token(), item(world, 0), item(world, 1, ends_at=None))
    world.trace()
    assert world.grades() == {1: "close"}


def test_a_bad_item_costs_the_others_nothing(world: TracingWorld) -> None:
    good, nobody = item(world), item(world, person=2) | {"person": None}
    late = item(world, ends_at="9999-12-31T23:59:59-10:00")
    answer = send(token(), good, {"id": 7}, {name: nobody[name] for name in ("id", "venue", "at")}, late).json()
    assert answer["kept"] == [good["id"]]
    assert [(one["index"], one["code"]) for one in answer["malformed"]] == [
        (1, "item.malformed"), (2, "visit.person"), (3, "item.time")
    ]  # fmt: skip


def test_an_identity_number_becomes_a_pseudonym_and_nothing_else(world: TracingWorld) -> None:
    one = item(world, person=1, identity={"number": "invented-42", "name": "虚构"})
    del one["person"]
    assert send(token(), one).json()["kept"] == [one["id"]]
    assert Visit.objects.get().person == pseudonym("invented-42")
    assert Person.objects.filter(id=pseudonym("invented-42"), area_code=STREET).exists()
    assert "invented-42" not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_clock_that_ran_back_is_a_fact_too(world: TracingWorld) -> None:
    one = item(world, ends_at="2022-05-06T11:00:00+08:00")
    assert send(token(), one).json()["kept"] == [one["id"]]


def test_a_courier_s_phone_and_a_stranger_send_no_visits(world: TracingWorld) -> None:
    assert send(token("courier"), item(world)).status_code == 403
    assert send("nothing", item(world)).status_code == 401
    assert send(token(), *[item(world)] * 2001).status_code == 413
    assert Visit.objects.count() == 0
