"""The shell of the console: policy, language, theme, login, health."""

import re

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils.translation import override

from yinghuo.web.context import Page
from yinghuo.web.middleware import content_policy, refusals


def test_every_answer_forbids_inline_scripts_and_styles(client: Client) -> None:
    policy = client.get("/login")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_view_may_send_its_own_policy() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    assert content_policy(view)(RequestFactory().get("/"))["Content-Security-Policy"] == "default-src 'none'"


def test_a_page_and_its_fragment_are_never_mixed_up_in_a_cache(client: Client) -> None:
    answer = client.get("/login")
    assert "HX-Request" in answer["Vary"]
    assert answer["Cache-Control"].startswith(("private", "max-age=0"))


@pytest.mark.parametrize(
    ("accepted", "word"), [("zh-CN,zh;q=0.9", "登录"), ("en-GB,en;q=0.9", "Log in"), ("fr", "登录")]
)
def test_the_browser_decides_the_language(client: Client, accepted: str, word: str) -> None:
    assert f'<h1 id="title">{word}</h1>' in client.get("/login", headers={"accept-language": accepted}).content.decode()


def test_the_switch_decides_over_the_browser_and_comes_back(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/login"}, headers={"accept-language": "zh-CN"})
    assert answer["Location"] == "/login"
    page = client.get("/login", headers={"accept-language": "zh-CN"}).content.decode()
    assert '<html lang="en"' in page
    assert 'value="zh-hans" lang="zh-hans">中文</button>' in page


def test_the_switch_leads_to_no_other_site(client: Client) -> None:
    assert client.post("/language", {"language": "en", "next": "https://evil.example/"})["Location"] == "/"


def test_the_chosen_theme_is_there_before_the_first_paint(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert re.search(r'<html lang="[\w-]+" data-theme="dark">', client.get("/login").content.decode())


def test_a_theme_that_nobody_made_is_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme=" not in client.get("/login").content.decode().split("<head>")[0]


@pytest.mark.parametrize(
    ("headers", "layout"),
    [
        ({}, "base.html"),
        ({"HX-Request": "true"}, "fragment.html"),
        ({"HX-Request": "true", "HX-Boosted": "true"}, "base.html"),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, "base.html"),
    ],
)
def test_a_part_gets_a_fragment_and_a_visit_gets_a_page(headers: dict[str, str], layout: str) -> None:
    assert Page(RequestFactory().get("/", headers=headers)).layout == layout


def test_a_part_asked_for_after_the_session_ended_sends_the_whole_page_to_the_login() -> None:
    request = RequestFactory().get(
        "/orders", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/orders?state=open"}
    )
    answer = refusals(lambda _request: HttpResponseRedirect("/login?next=/orders"))(request)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login?next=%2Forders%3Fstate%3Dopen"


def test_an_address_without_page_says_what_to_do(client: Client) -> None:
    with override("en"):
        answer = client.get("/nowhere", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is nothing at this address for you" in answer.content.decode()


@pytest.mark.parametrize("address", ["/levels?area=%00", "/levels?after=a%00", "/login?next=%00", "/%00"])
def test_an_address_with_a_nul_is_no_page_at_all(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_list_of_refusals_has_an_anchor_for_every_code(client: Client) -> None:
    assert 'id="problem-stock.short"' in client.get("/problems").content.decode()


@pytest.mark.django_db
def test_health_is_ok_while_the_database_answers(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_wrong_password_is_explained_and_the_name_is_kept(client: Client) -> None:
    answer = client.post("/login", {"username": "li", "password": "wrong"}, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert "Please correct this, then send again" in page
    assert 'value="li"' in page
