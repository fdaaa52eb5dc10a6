"""Refusals: every code has its sentence, in the reader's language and in the form the reader can use."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from yinghuo.core.refusal import Refused
from yinghuo.web.catalogue import ROOT
from yinghuo.web.middleware import refusals
from yinghuo.web.refusals import SENTENCES, problem, sentence


def raised() -> Iterator[tuple[Path, str, set[str]]]:
    """Every `Refused("code", fact=…)` in the code: file, code, facts ("" where they are spread from a mapping)."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                assert isinstance(node.args[0], ast.Constant), f"{path.name}: a code must be written out"
                yield path.relative_to(ROOT), str(node.args[0].value), {word.arg or "" for word in node.keywords}


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert {f"{path}: {code}" for path, code, _facts in raised() if code not in SENTENCES} == set()


def test_a_sentence_asks_only_for_facts_that_its_code_brings() -> None:
    for path, code, facts in raised():
        asked = set(re.findall(r"%\((\w+)\)s", str(SENTENCES.get(code, ""))))
        assert asked <= facts or "" in facts, f"{path}: {code} lacks {asked - facts}"


def test_numbers_and_times_in_a_sentence_are_written_for_people() -> None:
    with override("en"):
        assert "There are 1,234 in stock and 5,678 are needed." in sentence(
            Refused("stock.short", have=1234, need=5678)
        )
        period = Refused(
            "figure.period", first=datetime(2022, 3, 13, 5, 5, tzinfo=UTC), last=datetime(2022, 3, 13, tzinfo=UTC)
        )
        assert "2022-03-13 13:05 to 2022-03-13 08:00" in sentence(period)


def test_states_in_a_sentence_are_words_not_codes() -> None:
    with override("zh-hans"):
        assert "“已办结”转为“已接单”" in sentence(Refused("order.step", state="closed", to="taken"))


def test_a_code_without_sentence_is_named_as_it_is() -> None:
    with override("en"):
        assert sentence(Refused("moon.full")) == "This was not done (moon.full). Nothing was changed."


@pytest.mark.parametrize(
    ("code", "status"), [("stock.short", 409), ("access.area", 403), ("access.token", 401), ("server.unavailable", 503)]
)
def test_problem_details_carry_code_status_and_sentence(code: str, status: int) -> None:
    with override("zh-hans"):
        answer = problem(Refused(code, have=1, need=2))
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert (body["code"], body["status"], body["type"]) == (code, status, f"/problems#problem-{code}")
    assert not re.search("[a-z]{4}", body["title"] + body["detail"])


def test_a_browser_gets_a_page_and_a_part_gets_a_fragment() -> None:
    page = _answered("/orders/1", HTTP_ACCEPT="text/html")
    part = _answered("/orders/1", HTTP_HX_REQUEST="true")
    assert page.status_code == part.status_code == 409
    assert b"<!doctype html>" in page.content
    assert b"<!doctype html>" not in part.content
    assert "There are 3 in stock" in page.content.decode()
    assert "There are 3 in stock" in part.content.decode()


def test_a_program_gets_problem_details() -> None:
    assert _answered("/api/v1/moves")["Content-Type"] == "application/problem+json"


def test_back_leads_to_the_page_before_and_never_to_another_site() -> None:
    assert (
        'href="/orders?state=open"'
        in _answered("/o", HTTP_REFERER="http://testserver/orders?state=open").content.decode()
    )
    assert "evil.example" not in _answered("/o", HTTP_REFERER="http://evil.example/x").content.decode()


def test_another_error_is_no_refusal() -> None:
    assert _middleware().process_exception(RequestFactory().get("/"), ValueError()) is None  # type: ignore[attr-defined]


def _middleware() -> object:
    return refusals(lambda _request: HttpResponse())


def _answered(path: str, **headers: str) -> HttpResponse:
    with override("en"):
        request = RequestFactory().get(path, **headers)
        return _middleware().process_exception(request, Refused("stock.short", have=3, need=5))  # type: ignore[attr-defined]
