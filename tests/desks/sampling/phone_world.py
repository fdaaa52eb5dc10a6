"""Phones of the small world: what enrols them, what they ask for, and what they send afterwards."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from tests.desks.sampling.world import START, World, code, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.people import actions as people
from yinghuo.core.people.actions import NewPerson
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions.facts import Answer
from yinghuo.desks.sampling.actions.phones import NewCode, make_code

AFTER = START + timedelta(hours=1)


def new_code(world: World, at: datetime, **more: Any) -> str:
    """A code for a phone of the world's site."""
    given = {"kind": "phone", "name": "一号机", "area_code": world.site.area_code, "site_id": world.site.id} | more
    return make_code(NewCode(**given), by="user:1", at=at)[1]


def show(shown: object, **more: Any) -> HttpResponse:
    """A phone shows a code at the door."""
    return Client(**more).post("/api/v1/phone/enrol", json.dumps(shown), content_type="application/json")


def ask(path: str, token: str, **headers: str) -> HttpResponse:
    """A phone asks for something."""
    return Client().get(f"/api/v1/phone/{path}", headers={"Authorization": f"Bearer {token}", **headers})


def key_of(answer: HttpResponse) -> bytes:
    """The queue's key in the answer to an enrolment."""
    return b64decode(answer.json()["key"])


def token_for(world: World, **more: Any) -> str:
    """The token of a phone at the world's site."""
    place = {"area_code": world.site.area_code, "site_id": world.site.id} | more
    return people.enrol_device("二号机", place.pop("kind", "phone"), by="user:1", at=START, **place)[1]


def expect(count: int, *, group: str, area_code: str, first: int = 0, name: str = "张三丰") -> None:
    """People on a roster."""
    rows = [NewPerson(f"P{first + n:09d}", name, area_code=area_code, group=group) for n in range(count)]
    people.register_people(rows, by="user:1", at=START)


def undone(swab: dict[str, Any], world: World, **more: Any) -> dict[str, Any]:
    """A correction: this swab was undone."""
    fact = {"id": str(uuid4()), "tube": swab["tube"], "at": stamp(AFTER), "site": world.site.id, "swab": swab["id"]}
    return fact | {"what": "undone"} | more


def moved(swab: dict[str, Any], world: World, to: int, **more: Any) -> dict[str, Any]:
    """A correction: this swab belongs to another tube."""
    return undone(swab, world, what="moved", to_tube=code(to), **more)


def void(world: World, tube: int = 1, **more: Any) -> dict[str, Any]:
    """A tube that does not count."""
    fact = {"id": str(uuid4()), "tube": code(tube), "at": stamp(AFTER), "site": world.site.id, "reason": "leaked"}
    return fact | more


def send(world: World, name: str, facts: list[Any], **more: Any) -> Answer:
    """Sends corrections or voids as the phone of the world's site."""
    keep = {"corrections": actions.keep_corrections, "voids": actions.keep_voids}[name]
    body = {"sent_at": stamp(AFTER), name: facts} | more
    return keep(json.dumps(body).encode(), Sender(world.phone, AFTER))
