"""The door for reports of devices and other systems: kept once, named, bad items told apart, in both languages."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.desks.response.cases_world import AT, BY, STREET, WANG
from yinghuo.core.people import actions as people
from yinghuo.desks.response.actions.words import erase_words
from yinghuo.desks.response.models import Case, Report, Said

pytestmark = pytest.mark.django_db


def item(**given: Any) -> dict[str, Any]:
    """A report as another system makes it."""
    who = {"number": WANG.number, "name": WANG.name, "phone": WANG.phone}
    return {"id": str(uuid4()), "at": AT.isoformat(), "area": STREET, "who": who, "symptoms": ["fever"]} | given


def token(kind: str = "laboratory", area_code: str = "2201") -> str:
    """The token of an enrolled device."""
    return people.enrol_device("door", kind, by=BY, at=AT, area_code=area_code)[1]


def send(items: list[Any], *, by: str, language: str = "en") -> tuple[int, dict[str, Any]]:
    """The door's status and answer."""
    body = json.dumps({"sent_at": AT.isoformat(), "reports": items})
    client = Client(headers={"authorization": f"Bearer {by}", "accept-language": language})
    answer = client.post("/api/v1/reports", body, content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_batch_sent_twice_is_kept_once_and_names_what_is_on_disk() -> None:
    batch, by = [item(), item(who={"name": "李丽", "phone": "13900000009"}, words="家属来电")], token()
    first, again = send(batch, by=by), send(batch, by=by)
    assert first == again
    assert first[1]["kept"] == [one["id"] for one in batch]
    assert [one["event"] for one in first[1]["opened"]] == ["2201-0001", "2201-0002"]
    assert (Report.objects.count(), Case.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"at": "2022-05-07T14:30:00"}, "item.malformed"),
        ({"at": "1066-10-14T09:00:00+08:00"}, "item.time"),
        ({"symptoms": ["no such"]}, "item.symptom"),
        ({"area": "220204001"}, "item.area"),
        ({"area": "Jilin"}, "item.malformed"),
        ({"favourite_colour": "red"}, "item.malformed"),
    ],
)
def test_one_bad_item_never_costs_the_others(bad: dict[str, Any], code: str) -> None:
    good, wrong = item(), item(**bad)
    status, answer = send([wrong, good], by=token())
    assert status == 200
    assert answer["kept"] == [good["id"]]
    assert [(one["index"], one["id"], one["code"]) for one in answer["malformed"]] == [(0, wrong["id"], code)]


def test_who_has_no_token_or_another_kind_of_device_is_refused_in_both_languages() -> None:
    assert send([item()], by="nothing")[0] == 401
    english, chinese = (send([item()], by=token("courier"), language=language) for language in ("en", "zh-hans"))
    assert (english[0], english[1]["code"]) == (403, "access.device")
    assert english[1]["detail"] != chinese[1]["detail"]
    assert not Report.objects.exists()


def test_too_many_at_once_and_no_batch_at_all_are_refused() -> None:
    by = token()
    assert send([item() for _ in range(201)], by=by)[0] == 413
    assert send([1, "x"], by=by)[1]["malformed"][1]["code"] == "item.malformed"
    answer = Client(headers={"authorization": f"Bearer {by}"}).post("/api/v1/reports", "[]", content_type="text/plain")
    assert answer.status_code == 400


def test_words_are_erased_in_time_and_the_report_stays() -> None:
    send([item(words="家属来电")], by=token())
    said = Said.objects.get()
    assert erase_words(today=said.keep_until, by="system:erase", at=AT) == 0
    day_after = said.keep_until.fromordinal(said.keep_until.toordinal() + 1)
    assert [erase_words(today=day_after, by="system:erase", at=AT) for _ in range(2)] == [1, 0]
    said.refresh_from_db()
    assert said.words is None
    assert Report.objects.count() == 1
