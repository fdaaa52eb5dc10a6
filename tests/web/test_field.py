"""The phone app's folder is served with the right types, its own content policy, and nothing beside it."""

import re

import pytest
from django.test import Client

from yinghuo.web.field import FOLDER, shell


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("screens/tube.js", "text/javascript; charset=utf-8"),
        ("field.css", "text/css; charset=utf-8"),
        ("field.webmanifest", "application/manifest+json"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_each_file_has_its_type_and_lets_the_reader_of_codes_run(name: str, kind: str) -> None:
    answer = Client().get(f"/field/{name}")
    assert answer.headers["Content-Type"] == kind
    assert "script-src 'self' 'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"] == "no-cache"
    again = Client().get(f"/field/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["../web/settings.py", "..%2fweb%2fsettings.py", "nothing.js", "screens", "app.py"])
def test_nothing_else_is_served(name: str) -> None:
    assert Client().get(f"/field/{name}").status_code == 404


def test_the_service_worker_keeps_every_file_of_the_version() -> None:
    answer = Client().get("/field/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/field/"
    source = answer.content.decode()
    kept = re.search(r'files = "([^"]+)"', source)
    assert kept
    assert kept[1].split() == list(shell())
    assert {f"/field/{path.relative_to(FOLDER).as_posix()}" for path in FOLDER.rglob("*.js")} - set(shell()) == {
        "/field/sw.js"
    }
    assert re.search(r'"field-[0-9a-f]{16}"', source)
