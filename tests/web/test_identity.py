"""An identity is opened on a page of its own, for a reason, by who may; an objection is taken down and waits."""

import json

import pytest
from django.test import Client

from tests.desks.sampling.world import START, World
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Objection, Reveal

NUMBER = "11010519491231002X"
PERSON = pseudonym(NUMBER)
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World()
    someone = people.NewPerson(number=NUMBER, name="赵甲子（虚构）", area_code="220106001")
    people.register_people([someone], by="user:1", at=START)
    made.send("swabs", [made.swab(person=str(PERSON))])
    made.judge()
    return made


def signed_in(role: str, area_code: str = "2201") -> Client:
    given = {"username": f"{role}{area_code}", "password": "firefly-2022", "role": role, "area_code": area_code}
    user = people.add_user(**given, name_zh="某人", name_en="Somebody", by="user:1", at=START)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def test_the_persons_page_shows_no_identity(world: World) -> None:
    text = signed_in("manager").get(f"/persons/{PERSON}").content.decode()
    assert "Open the identity" in text
    assert NUMBER not in text


def test_an_identity_is_shown_for_a_reason_and_the_ledger_says_so(world: World) -> None:
    client = signed_in("manager")
    assert NUMBER not in client.get(f"/persons/{PERSON}/identity").content.decode()
    answer = client.post(f"/persons/{PERSON}/identity", {"reason": "positive tube, call for re-collection"})
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(kind="identity.revealed")
    assert "call" not in json.dumps(entry.body)
    assert Reveal.objects.count() == 1


def test_without_a_reason_nothing_is_shown(world: World) -> None:
    answer = signed_in("manager").post(f"/persons/{PERSON}/identity", {"reason": " "})
    assert NUMBER not in answer.content.decode()
    assert not Entry.objects.filter(kind="identity.revealed").exists()


@pytest.mark.parametrize(("role", "area", "status"), [("auditor", "2201", 403), ("manager", "2202", 404)])
def test_a_wrong_role_or_area_opens_nothing(world: World, role: str, area: str, status: int) -> None:
    assert signed_in(role, area).post(f"/persons/{PERSON}/identity", {"reason": "x"}).status_code == status
    assert not Reveal.objects.exists()


def test_an_objection_is_kept_and_waits(world: World) -> None:
    answer = signed_in("manager").post(f"/persons/{PERSON}/objection", {"text": "I was not there"}, follow=True)
    assert answer.status_code == 200
    assert Objection.objects.get().text == "I was not there"
