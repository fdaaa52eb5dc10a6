"""The follow-up teams' app: small, its own files and what it shares, and a word in both languages for all it says."""

import re

import pytest
from django.test import Client

from yinghuo.desks.response.models import FollowUpStatus
from yinghuo.desks.response.rules.symptoms import CODES
from yinghuo.web import field
from yinghuo.web.rounds import FOLDER, SHARED, shell

MOST_LINES, LONGEST_LINE = 500, 160
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IMPORT = re.compile(r'from "(\.?/[\w/.]+)"')


def test_the_app_is_under_five_hundred_lines() -> None:
    lines = [line for name, text in SOURCES.items() if name.endswith(".js") for line in text.splitlines()]
    assert len(lines) < MOST_LINES
    assert max(map(len, lines)) <= LONGEST_LINE


def test_every_source_opens_with_a_sentence() -> None:
    opening = re.compile(r"\A(<!doctype html>\n)?(/\*\*? .+|<!-- .+|\{)")
    assert [name for name, text in SOURCES.items() if not opening.match(text)] == []


def test_everything_said_has_a_chinese_and_an_english_word() -> None:
    known = dict(re.findall(r'(\w+): \[("(?:[^"\\]|\\.)*", "(?:[^"\\]|\\.)*")\]', SOURCES["words.js"]))
    said = SOURCES["app.js"] + SOURCES["screens.js"]
    assert set(re.findall(r'\bt\("(\w+)"', said)) <= set(known)
    assert {key for key in known if f'"{key}"' not in said} == set()
    for key, pair in known.items():
        chinese, english = pair.split('", "')
        assert key == "language" or (CHINESE.search(chinese) and not CHINESE.search(english)), key


def test_what_a_visit_can_find_is_what_the_server_knows() -> None:
    listed = re.findall(r"const (FOUND|SYMPTOMS) = \[([^\]]+)\]", SOURCES["screens.js"])
    found = {name: set(re.findall(r'"(\w+)"', words)) for name, words in listed}
    assert found == {"FOUND": set(FollowUpStatus.values), "SYMPTOMS": set(CODES)}


def test_every_module_that_is_imported_is_kept_on_the_phone() -> None:
    files = shell()
    wanted = {f"/rounds/{name}" for name in SOURCES}
    for name in [*SHARED, *SOURCES]:
        folder, text = (
            ("/rounds/", SOURCES[name]) if name in SOURCES else ("/field/", (field.FOLDER / name).read_text())
        )
        wanted |= {at if at.startswith("/") else folder + at[2:] for at in IMPORT.findall(text)}
    assert wanted <= set(files)


@pytest.mark.parametrize("name", ["", "app.js", "screens.js", "rounds.css", "rounds.webmanifest", "sw.js"])
def test_each_file_is_served_with_its_policy_and_304_afterwards(name: str) -> None:
    answer = Client().get(f"/rounds/{name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == field.POLICY
    assert "camera=()" in answer.headers["Permissions-Policy"]
    again = Client().get(f"/rounds/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["../web/settings.py", "..%2fweb%2fsettings.py", "nothing.js", "app.py", "../field/app.js"]
)
def test_nothing_else_is_served(name: str) -> None:
    assert Client().get(f"/rounds/{name}").status_code == 404


def test_the_service_worker_is_the_phone_apps_under_this_apps_names() -> None:
    worker = Client().get("/rounds/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/rounds/"
    source = worker.content.decode()
    assert re.search(r'"rounds-[0-9a-f]{16}"', source)
    assert '"/rounds/index.html"' in source
    assert "field-" not in source.replace("/field/", "")
