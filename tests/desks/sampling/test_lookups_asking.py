"""Asking for a result: by number and name, by a code; and everything that somebody might try instead."""

import json
import statistics
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from tests.desks.sampling.lookups_world import forget_tries, number_of, register, stranger, swabbed, token_of
from tests.desks.sampling.world import NOW, START, World, stamp
from tests.web.pages_world import areas, page, signed_in, statuses, text, user_of
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger.verify import verify
from yinghuo.core.people.models import Role
from yinghuo.desks.sampling import lookup_rules as rules
from yinghuo.desks.sampling.actions.lookups import give_code, keep_codes
from yinghuo.desks.sampling.models import LookupCode
from yinghuo.desks.sampling.queries import asking
from yinghuo.engines import addresses, slips
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
CODE = slips.code_of(b"firefly")


@pytest.fixture(autouse=True)
def _clock(settings: object) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()
    forget_tries()
    catalogue.compile_all()


def ask(*, language: str = "en", **given: str) -> HttpResponse:
    return stranger().post(f"/result/{language}", given)


def ask_json(body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = stranger().post("/api/v1/look-ups", raw, content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_number_and_name_lead_to_the_address_however_they_are_typed() -> None:
    (person,) = register("阿依古丽·买买提")
    number = number_of(0)
    for typed, name in (
        (number, "阿依古丽·买买提"),
        (f" {number.lower()} ", "阿依古丽 买买提"),
        (number, "阿依古丽•买买提"),
    ):
        answer = ask(number=typed, name=name)
        assert (answer.status_code, answer["Location"]) == (303, f"/r/{token_of(person)}/en")
        assert answer["Cache-Control"].count("no-store") == 1
    assert ask_json({"number": number, "name": "阿依古丽·买买提"})[1]["address"] == f"/r/{token_of(person)}"


def test_a_wrong_name_is_answered_as_a_number_that_nobody_has() -> None:
    register("张三")
    wrong_name = ask(number=number_of(0), name="李四").content.decode()
    nobody = ask(number=number_of(1), name="李四").content.decode()
    assert wrong_name.replace(number_of(0), "N") == nobody.replace(number_of(1), "N")
    assert ask_json({"number": number_of(0), "name": "李四"}) == ask_json({"number": number_of(1), "name": "李四"})


def test_a_number_that_nobody_has_takes_as_long_as_a_wrong_name() -> None:
    register("张三")
    spent: dict[str, list[float]] = {number_of(0): [], number_of(1): []}
    for _ in range(200):
        for number, times in spent.items():
            began = time.perf_counter()
            assert asking.by_identity(number, "李四") is None
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert 0.7 < known / unknown < 1.4


def test_a_person_without_a_name_cannot_be_looked_up_by_an_empty_one() -> None:
    register("")
    assert ask(number=number_of(0), name=" ").status_code == 422
    assert ask(number=number_of(0), name="··").status_code == 422


def test_a_misspelt_number_is_told_at_its_field_and_what_was_typed_stays() -> None:
    wrong = number_of(0)[:-1] + ("0" if number_of(0)[-1] != "0" else "1")
    answer = ask(number=wrong, name="张三")
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_number_error"' in body
    assert wrong in body
    assert "张三" in body
    assert ask_json({"number": wrong, "name": "张三"})[1]["code"] == "look_up.number"


def test_too_many_wrong_tries_about_one_number_are_stopped_and_a_code_still_works() -> None:
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    for _ in range(rules.WRONG_BY_IDENTITY):
        assert ask_json({"number": number_of(0), "name": "李四"})[0] == 404
    status, problem = ask_json({"number": number_of(0), "name": "张三"})
    assert (status, problem["code"]) == (429, "look_up.too_often")
    code = give_code(person, Sender(world.phone, NOW))
    assert ask_json({"code": code})[0] == 200


def test_too_many_wrong_tries_from_one_place_are_stopped_there_alone(settings: Any) -> None:
    register("张三")
    settings.BEHIND_TLS = True
    for serial in range(rules.WRONG_BY_ADDRESS):
        assert _from("203.0.113.7", number_of(100 + serial)) == 422
    assert "too many tries" in _page("203.0.113.7", number_of(0))
    assert "too many tries" not in _page("203.0.113.8", number_of(0))
    assert "too many tries" in _page("198.51.100.1, 203.0.113.7", number_of(0)), "only our proxy's word counts"


def _from(address: str, number: str, name: str = "李四") -> int:
    headers = {"X-Forwarded-For": address}
    return stranger(**headers).post("/result/en", {"number": number, "name": name}).status_code


def _page(address: str, number: str) -> str:
    answer = stranger(**{"X-Forwarded-For": address}).post("/result/en", {"number": number, "name": "张三"})
    return answer.content.decode()


def test_tries_are_remembered_in_bounded_memory_and_a_network_of_ipv6_is_one_place() -> None:
    for place in range(asking.BY_ADDRESS.keys + 10):
        asking.BY_ADDRESS.note(place, now_s=0)
    assert len(asking.BY_ADDRESS) == asking.BY_ADDRESS.keys
    assert asking._network("2001:db8::1") == asking._network("2001:db8::ffff:2")
    assert asking._network("nonsense\r\nX: y") == "unknown"


def test_guessed_and_altered_addresses_lead_nowhere() -> None:
    (person,) = register("张三")
    token = token_of(person)
    altered = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))
    ]
    foreign = addresses.sealed(person, NOW.date(), bytes(32))
    guesses = [
        *altered,
        foreign,
        str(person),
        token + "=",
        token + "!",
        token[:-1],
        "A" * 46,
        "%00",
        "..%2f",
        "字" * 46,
    ]
    assert {stranger().get(f"/r/{guess}").status_code for guess in guesses} == {404}
    assert len({token_of(uuid4()) for _ in range(1000)}) == 1000


def test_nothing_that_is_typed_gets_into_the_headers_or_out_as_markup() -> None:
    evil = "李\r\nSet-Cookie: a=b<script>alert(1)</script>"
    answer = ask(number=number_of(0), name=evil)
    assert answer.status_code == 422
    assert not answer.cookies
    assert "<script>alert" not in answer.content.decode()
    assert stranger().get("/r/x%0d%0aSet-Cookie:a=b").status_code == 404


def test_what_is_far_too_long_is_refused_at_once() -> None:
    register("张三")
    assert ask(number=number_of(0), name="三" * 10_000).status_code == 422
    assert ask(number="1" * 10_000, name="张三").status_code == 422
    assert ask_json({"number": number_of(0), "name": "三" * 1_000})[1]["code"] == "look_up.too_long"
    assert ask_json(b"x" * 10_000)[1]["code"] == "look_up.too_long"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"number": 1}', b'{"number": null}'])
def test_a_question_that_cannot_be_read_is_refused(body: bytes) -> None:
    assert ask_json(body)[1]["code"] == "look_up.unreadable"


def test_an_empty_question_says_what_is_missing() -> None:
    assert ask_json({})[1]["code"] == "look_up.missing"
    assert "Write the identity number and the name" in ask().content.decode()


def test_a_code_from_a_phones_slip_leads_to_the_person_of_its_swab() -> None:
    world = World()
    (person,) = register("张三")
    swab = world.swab(1, person=str(person))
    world.send("swabs", [swab])
    item = {"id": str(uuid4()), "tube": swab["tube"], "at": stamp(START), "swab": swab["id"], "code": CODE}
    body = json.dumps({"sent_at": stamp(NOW), "codes": [item, item | {"id": str(uuid4()), "code": "0000-0000-0001"}]})
    answer = keep_codes(body.encode(), Sender(world.phone, NOW))
    assert (len(answer.kept), [bad.code for bad in answer.malformed]) == (1, ["code.check"])
    assert keep_codes(body.encode(), Sender(world.phone, NOW)).kept == answer.kept
    assert LookupCode.objects.count() == 1
    world.judge()
    assert verify().ok
    assert ask(code=CODE.lower().replace("-", " "))["Location"] == f"/r/{token_of(person)}/en"


def test_a_code_ends_and_an_unknown_or_misspelt_one_is_no_code(settings: Any) -> None:
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    code = give_code(person, Sender(world.phone, NOW))
    assert ask_json({"code": code})[0] == 200
    assert ask_json({"code": slips.code_of(b"unknown")})[1]["code"] == "look_up.no_match"
    assert ask_json({"code": code[:-1] + ("0" if code[-1] != "0" else "1")})[1]["code"] == "look_up.code"
    settings.SCENARIO_CLOCK = (NOW + timedelta(days=rules.CODE_DAYS, minutes=1)).isoformat()
    assert ask_json({"code": code})[0] == 404


def test_the_code_itself_is_kept_nowhere() -> None:
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    code = give_code(person, Sender(world.phone, NOW))
    row = str(LookupCode.objects.values().get()).upper()
    assert code not in row
    assert slips.read(code) not in row


def test_a_code_is_given_at_the_console_by_those_who_may_and_shown_once() -> None:
    areas()
    world = World()
    (person,) = register("张三")
    swabbed(world, 1, person)
    address = page("give_code", person)
    assert statuses(address, Role.MANAGER, Role.DUTY, Role.STATISTICIAN) == [200, 200, 403]
    assert signed_in(user_of(Role.MANAGER, "2202", name="next")).get(address).status_code == 404
    shown = text(signed_in(user_of(Role.MANAGER, name="ours")).post(address))
    code = next(word for word in shown.split() if slips.read(word) and "-" in word)
    assert ask(code=code)["Location"] == f"/r/{token_of(person)}/en"


def test_the_question_page_speaks_the_browsers_language_and_may_be_cached() -> None:
    for language, words in (("en-GB", "Look up your result"), ("zh-CN", "查询检测结果")):
        answer = stranger(**{"Accept-Language": language}).get("/result")
        assert words in answer.content.decode()
        assert "Accept-Language" in answer["Vary"]
        assert not answer.cookies
