"""Published figures and the brief as pages; timed jobs do what they say."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from procrastinate.contrib.django import app

from tests.desks.sampling.world import START, World
from yinghuo.core.areas.actions import load_region
from yinghuo.core.bulletins.actions import load_daily, load_facts
from yinghuo.core.bulletins.models import Bulletin, StatedFact
from yinghuo.core.bulletins.queries import net_new, period
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Person
from yinghuo.web.jobs import erase, escalate

DATA = Path(__file__).resolve().parents[2] / "yinghuo" / "demo" / "data" / "jilin-2022"
WHO = {"by": "user:1", "at": START}
pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> None:
    load_region(**WHO)
    load_daily((DATA / "daily.csv").read_text(), **WHO)
    load_facts((DATA / "other_facts.csv").read_text(), **WHO)


def signed_in(role: str = "duty", area_code: str = "22") -> Client:
    given = {"username": role, "password": "firefly-2022", "role": role, "area_code": area_code}
    user = people.add_user(**given, name_zh="某人", name_en="Somebody", **WHO)
    client = Client()
    client.force_login(user)
    return client


def test_every_bulletin_and_stated_fact_is_taken_in_once(published: None) -> None:
    counts = Bulletin.objects.count(), StatedFact.objects.count()
    assert counts == (360, 89)
    load_daily((DATA / "daily.csv").read_text(), **WHO)
    load_facts((DATA / "other_facts.csv").read_text(), **WHO)
    assert (Bulletin.objects.count(), StatedFact.objects.count()) == counts


def test_conversions_are_netted_and_gaps_stay_gaps(published: None) -> None:
    first, last = period()
    series = dict(net_new(["2202"], whole="22", first=first, last=last)["2202"])
    assert series[date(2022, 3, 23)].value == 1012
    assert dict(net_new(["22"], whole="22", first=first, last=last)["22"])[date(2022, 3, 11)] is None


@pytest.mark.parametrize(("language", "word"), [("en", "Published figures"), ("zh-hans", "公开通报数据")])
def test_home_shows_the_published_figures_in_both_languages(published: None, language: str, word: str) -> None:
    World()
    answer = signed_in().get("/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert word in answer.content.decode()


def test_stated_facts_are_listed_with_their_sources(published: None) -> None:
    text = signed_in().get("/published", headers={"Accept-Language": "en"}).content.decode()
    assert "1,591.06" in text
    assert text.count("http") > 80


def test_the_brief_is_a_page_for_the_users_own_area_only(published: None) -> None:
    world = World()
    world.send("swabs", world.swabs(3))
    world.judge()
    client = signed_in("manager", "2201")
    assert client.get("/brief", {"from": "2022-05-01", "to": "2022-05-31"}).status_code == 200
    assert client.get("/brief", {"area": "22"}).status_code == 403


def test_the_timed_jobs_are_registered_and_run() -> None:
    assert {"escalate", "erase"} <= set(app.tasks)
    people.register_people([people.NewPerson(number="1", name="某人", area_code="22")], by="user:1", at=START)
    assert escalate(timestamp=0) == 0
    assert erase(timestamp=0) == 1
    assert Person.objects.get().identity is None
    assert datetime.now(UTC) > START + timedelta(days=1000)
