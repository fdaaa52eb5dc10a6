"""Looking a result up: read off the tube for each of its people, with the least that has to be said."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desks.sampling.lookups_world import (
    LATER,
    forget_tries,
    number_of,
    register,
    reported,
    stranger,
    swabbed,
    token_of,
)
from tests.desks.sampling.world import NOW, START, World, code
from yinghuo.desks.sampling.jobs import tubes
from yinghuo.desks.sampling.lookup_rules import ADDRESS_DAYS
from yinghuo.desks.sampling.queries.lookups import standing
from yinghuo.desks.sampling.rules import Status
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WROTE = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture(autouse=True)
def _clock(settings: object) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()
    forget_tries()
    catalogue.compile_all()


@pytest.fixture
def world() -> World:
    return World()


def said(person: object, *, language: str = "en") -> str:
    answer = stranger().get(f"/r/{token_of(person)}/{language}")
    assert answer.status_code == 200
    return answer.content.decode()


def look_up(person: object) -> dict:
    return json.loads(stranger().get(f"/api/v1/look-ups/{token_of(person)}").content)


def test_results_are_written_per_tube_and_derived_per_person(world: World) -> None:
    people = register(*[f"赵{n}号" for n in range(10)])
    swabbed(world, 1, *people)
    with CaptureQueriesContext(connection) as queries:
        tubes.add_results([_result_entry(world)])
    wrote = [one["sql"] for one in queries if any(word in one["sql"] for word in WROTE)]
    assert len(wrote) == 1, "ten people, one row written"
    assert {look_up(one)["status"] for one in people} == {"negative"}


def _result_entry(world: World) -> object:
    world.send("results", [world.result()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM sampling_result")
        return cursor.fetchone()[0]


def test_a_look_up_is_one_question_to_the_database(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    with CaptureQueriesContext(connection) as queries:
        standing(person)
    assert len(queries) == 1


def test_each_step_of_a_sample_has_its_status(world: World) -> None:
    (person,) = register("张三")
    assert look_up(person)["status"] == "none"
    swabbed(world, 1, person, uuid4())
    assert look_up(person)["status"] == "awaiting"
    reported(world, 1, "negative")
    told = look_up(person)
    assert (told["status"], told["name"], told["review_by"]) == ("negative", "张*", None)
    assert told["sampled_at"] and told["result_at"] and told["valid_until"]


def test_a_member_of_a_positive_pool_is_under_review_until_swabbed_singly(world: World) -> None:
    people = register("张三", "李四")
    swabbed(world, 1, *people)
    reported(world, 1, "positive")
    assert {look_up(one)["status"] for one in people} == {"under_review"}
    swabbed(world, 2, *people, at=START + 6 * HOUR)
    reported(world, 2, "negative", at=START + 8 * HOUR)
    assert look_up(people[0])["status"] == "under_review", "a later pooled tube clears nobody"
    swabbed(world, 3, people[0], at=START + 9 * HOUR)
    assert look_up(people[0])["status"] == "awaiting"
    reported(world, 3, "negative", at=START + 10 * HOUR)
    assert [look_up(one)["status"] for one in people] == ["negative", "under_review"]


def test_a_single_positive_sample_is_positive_and_a_correction_takes_it_back(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "positive")
    assert look_up(person)["status"] == "positive"
    reported(world, 1, "negative", at=LATER + HOUR)
    assert look_up(person)["status"] == "negative"


def test_an_old_tube_weighs_on_nobody_for_ever(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person, uuid4())
    reported(world, 1, "positive")
    swabbed(world, 2, person, uuid4(), at=START + timedelta(days=15))
    assert standing(person).status == Status.AWAITING


def test_the_page_says_what_review_means_what_follows_and_by_when(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person, uuid4())
    reported(world, 1, "positive")
    english, chinese = said(person), said(person, language="zh")
    for words in ("Under review", "does not say that you are infected", "A team comes to you", "2022-05-09 11:00"):
        assert words in english
    for words in ("待复核", "并不表示您已感染", "2022-05-09 11:00"):
        assert words in chinese


def test_an_unclear_sample_of_ones_own_is_not_explained_by_other_people(world: World) -> None:
    (person,) = register("张三")
    swabbed(world, 1, person)
    reported(world, 1, "invalid")
    page = said(person)
    assert "Your own sample gave no clear result" in page
    assert "several people" not in page


def test_an_answer_tells_nothing_of_others_and_no_more_than_needed_of_oneself(world: World) -> None:
    people = register("张三", "李四")
    swabbed(world, 1, *people)
    reported(world, 1, "positive")
    for text in (said(people[0]), said(people[0], language="zh"), json.dumps(look_up(people[0]))):
        for secret in ("张三", "李四", "李", number_of(0), number_of(1), str(people[0]), str(people[1]), code(1)):
            assert secret not in text


def test_an_answer_is_cacheable_and_needs_neither_session_nor_cookie(world: World) -> None:
    (person,) = register("张三")
    answer = stranger().get(f"/r/{token_of(person)}")
    assert "max-age=10" in answer["Cache-Control"]
    assert "stale-if-error" in answer["Cache-Control"]
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_address_stays_the_same_all_day_and_ends(world: World, settings: object) -> None:
    (person,) = register("张三")
    token = token_of(person)
    assert stranger().get(f"/r/{token}").status_code == 200
    for days, status in ((ADDRESS_DAYS - 1, 200), (ADDRESS_DAYS, 410)):
        settings.SCENARIO_CLOCK = (NOW + timedelta(days=days)).isoformat()
        assert stranger().get(f"/r/{token}").status_code == status
        assert stranger().get(f"/api/v1/look-ups/{token}").status_code == status


def test_somebody_erased_is_answered_without_a_name(world: World) -> None:
    person = uuid4()
    swabbed(world, 1, person)
    assert look_up(person)["name"] == ""


def test_the_page_leads_to_how_to_object(world: World) -> None:
    (person,) = register("张三")
    assert "/result/en/about" in said(person)
    about = stranger().get("/result/en/about").content.decode()
    assert "How to object" in about
    assert "60 days" in about
