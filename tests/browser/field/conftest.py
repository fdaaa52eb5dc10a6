"""One installation without the demonstration for all phone stories, and a phone for each."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import installation as installations
from tests.browser.field.phone import ROOT, Field, Phone, phone
from yinghuo.web import catalogue, embedded

MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session")
def field(chromium: str) -> Iterator[Field]:
    """An installation with the small world in it, serving."""
    catalogue.compile_all()
    with tempfile.TemporaryDirectory(prefix="yinghuo-field-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        environment = os.environ | {
            "DATABASE_URL": server.get_uri("postgres"),
            "YINGHUO_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "yinghuo.web.settings",
        }
        try:
            with ExitStack() as undo:
                yield _started(environment, undo)
        finally:
            server.cleanup()


def _started(environment: dict[str, str], undo: ExitStack) -> Field:
    run = partial(subprocess.run, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    run([sys.executable, "-m", "django", "migrate", "--verbosity=0"])
    made = json.loads(run([sys.executable, "-m", "tests.browser.field.world"]).stdout)
    port = installations._free_port()
    for arguments in (["serve", f"--port={port}", "--workers=1"], ["worker"]):
        process = subprocess.Popen([installations.PROGRAM, *arguments], env=environment, stdout=subprocess.DEVNULL)
        undo.callback(process.wait, installations.STOPS_WITHIN_S)
        undo.callback(process.send_signal, signal.SIGTERM)
    address = f"http://127.0.0.1:{port}"
    installations._wait(f"{address}/healthz")
    return Field(installations.Installation(address, environment["DATABASE_URL"]), environment, made)


@pytest.fixture
def make_phone(browser: Browser, field: Field) -> Iterator[MakePhone]:
    """Makes phones; after the story no script failed and nothing ran into the content policy."""
    made: list[Phone] = []
    with ExitStack() as undo:

        def one(**more: object) -> Phone:
            made.append(undo.enter_context(phone(browser, field, **more)))
            return made[-1]

        yield one
        assert [trouble for one_phone in made for trouble in one_phone.troubles] == []


@pytest.fixture
def enrolled(make_phone: MakePhone) -> Phone:
    """A sampler's phone, signed in at its site."""
    one = make_phone()
    one.enrol()
    return one
