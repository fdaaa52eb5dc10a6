"""The investigation: an answer is kept as it is typed, two people at once lose nothing, history stays."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.desks.response.cases_world import AT, BY, NOW, case, region, user
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.questionnaire import Typed, keep_answer
from yinghuo.desks.response.models import Answer, Case
from yinghuo.desks.response.queries.questionnaire import parts
from yinghuo.desks.response.rules.questionnaire import QUESTIONS, questions_on, read

pytestmark = pytest.mark.django_db
OTHER = "user:2"


def say(one: Case, question: str, *given: str, over: UUID | None = None, by: str = BY, **more: Any) -> Answer:
    """An answer as somebody types it."""
    typed = Typed(more.get("id") or uuid4(), question, list(given), NOW, over)
    return keep_answer(one.id, typed, by=by, at=NOW)


def test_core_facts_come_first_with_four_hours_and_the_rest_with_a_day() -> None:
    one = case()
    core, rest = parts(one, now=NOW)
    assert core.due
    assert rest.due
    assert core.due.due_at - one.event.notified_at == timedelta(hours=4)
    assert rest.due.due_at - one.event.notified_at == timedelta(hours=24)
    assert (core.answered, rest.answered) == (0, 0)
    say(one, "household", "3")
    assert parts(one, now=NOW)[0].answered == 1


def test_an_answer_typed_over_another_stands_and_the_other_is_history() -> None:
    one = case()
    first = say(one, "mask", "always")
    second = say(one, "mask", "rarely", over=first.id)
    first.refresh_from_db()
    assert (first.current, second.current, second.clash) == (False, True, False)
    assert list(one.answers.order_by("kept_at").values_list("value", flat=True)) == ["always", "rarely"]


def test_two_people_at_once_overwrite_nothing_and_a_person_settles_it() -> None:
    one = case()
    first = say(one, "household", "3")
    second = say(one, "household", "5", by=OTHER)
    assert (first.current, second.current, second.clash) == (True, False, True)
    (clash,) = next(row for row in parts(one, now=NOW)[0].asked if row.question.code == "household").clashes
    assert (clash.id, clash.texts) == (second.id, "5")
    settled = say(one, "household", "5", over=first.id)
    second.refresh_from_db()
    assert (settled.current, second.clash) == (True, False)


def test_two_people_who_say_the_same_do_not_clash() -> None:
    one = case()
    say(one, "household", "3")
    assert not say(one, "household", "3", by=OTHER).clash


def test_an_answer_sent_again_after_the_network_came_back_is_one_answer() -> None:
    one, answer_id = case(), uuid4()
    assert say(one, "household", "3", id=answer_id) == say(one, "household", "3", id=answer_id)
    assert one.answers.count() == 1


@pytest.mark.parametrize(
    ("question", "given", "code"),
    [
        ("household", "many", "answer.value"),
        ("household", "201", "answer.value"),
        ("mask", "sometimes", "answer.value"),
        ("last_worked_on", "7 May", "answer.value"),
        ("favourite_colour", "red", "answer.question"),
    ],
)
def test_what_is_no_answer_is_not_kept(question: str, given: str, code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        say(case(), question, given)
    assert not Answer.objects.exists()


def test_every_question_is_asked_in_both_languages_once() -> None:
    asked = questions_on(date(2022, 5, 7))
    assert len({one.code for one in asked}) == len(asked) == len(QUESTIONS)
    assert all(one.en and one.zh and all(all(choice) for choice in one.choices) for one in asked)
    assert {one.clock for one in asked} == {"core_facts", "investigation"}
    assert read("remark", ["x" * 600]) == "x" * 500


def test_the_page_keeps_one_answer_and_gives_its_state_back() -> None:
    region()
    one, who = case(), user("response")
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    path, answer_id = f"/response/cases/{one.number}/answers", str(uuid4())
    typed = {"id": answer_id, "question": "transport", "value": ["bus", "foot"], "said_at": AT.isoformat(), "over": ""}
    answer = client.post(path, typed)
    assert answer.status_code == 200
    assert f'data-current="{answer_id}"' in answer.content.decode()
    page = client.get(f"/response/cases/{one.number}/investigation").content.decode()
    assert 'value="bus" checked' in page
    assert "1 of 13 answered" in page
    assert client.post(path, typed | {"said_at": "yesterday"}).status_code == 400


def test_who_may_only_look_or_is_of_another_area_answers_nothing() -> None:
    region()
    one = case()
    typed = {"id": str(uuid4()), "question": "household", "value": "3", "said_at": AT.isoformat()}
    for who, status in ((user("auditor"), 403), (user("response", "2202"), 404)):
        client = Client()
        client.force_login(who)
        assert client.post(f"/response/cases/{one.number}/answers", typed).status_code == status
