"""Look-ups answer while nothing can be written, while the server is dead, and for a time while the database is."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.begin import START
from tests.faults.devices import Phone
from tests.faults.installation import BIN, Installation, answers, free_port, until
from yinghuo.desks.sampling.lookup_rules import FRESH_S

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
SOON_S = 2.0


class LookUps:
    """`yinghuo look-ups` beside an installation, with one worker, so that what is remembered is in one place."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self.people: list[dict[str, str]] = json.loads(installation.run("-m", "tests.faults.looked_up", "3"))
        command = [str(BIN / "yinghuo"), "look-ups", f"--port={self.port}", "--workers=1"]
        self.process = subprocess.Popen(command, env=installation.env, stdout=installation.log, stderr=installation.log)
        until(lambda: answers(self.port), "look-ups answer")

    def ask(self, person: dict[str, str]) -> str:
        """The address of a person's result."""
        status, told = self._open("/api/v1/look-ups", json.dumps(person).encode())
        assert status == 200, told
        return str(json.loads(told)["token"])

    def json(self, token: str) -> dict[str, Any]:
        """A result, with its age and how long the answer took."""
        began = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/look-ups/{token}", timeout=20) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            age = int(answer.headers.get("Age", "0"))
        return found | {"age_s": age, "took_s": time.monotonic() - began}

    def page(self, path: str) -> tuple[int, str]:
        """A page with its status."""
        return self._open(path, None)

    def _open(self, path: str, body: bytes | None) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as name:
        Path(name).chmod(0o755)
        with Installation(Path(name)) as installation:
            yield installation


@pytest.fixture(scope="module")
def look_ups(installation: Installation) -> Iterator[LookUps]:
    found = LookUps(installation)
    reported = "SELECT count(*) FROM sampling_tube WHERE result = 'negative'"
    until(lambda: installation.number(reported) == 1, "the judge has seen the result")
    yield found
    found.process.terminate()
    found.process.wait(20)


def test_look_ups_answer_while_nothing_can_be_written(installation: Installation, look_ups: LookUps) -> None:
    token, batch = installation.phones[0]["token"], Phone(1, installation.port, installation.phones[0]).batch(1)
    body = json.dumps({"sent_at": START.isoformat(), "swabs": batch}).encode()
    swabs = urllib.request.Request(
        f"http://127.0.0.1:{installation.port}/api/v1/swabs",
        body,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with psycopg.connect(installation.url) as blocker:
        blocker.execute("LOCK TABLE sampling_swab, ledger_entry IN EXCLUSIVE MODE")  # reads pass, writes wait
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(swabs, timeout=1)
        found = look_ups.json(look_ups.ask(look_ups.people[0]))
        assert found["status"] == "negative"
        assert found["took_s"] < SOON_S


def test_look_ups_cannot_write_at_all(installation: Installation, look_ups: LookUps) -> None:
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'yinghuo.web.lookups.settings'\n"
        "from yinghuo.cli import connect; connect()\n"
        "from django.db import connection, utils\n"
        "try: connection.cursor().execute('CREATE TABLE t (n int)')\n"
        "except utils.InternalError as error: print(error)\n"
    )
    assert "read-only transaction" in installation.run("-c", code)


def test_look_ups_answer_while_the_server_is_dead(installation: Installation, look_ups: LookUps) -> None:
    token = look_ups.ask(look_ups.people[1])
    for _ in range(20):
        installation.kill("server")
        assert look_ups.json(token)["status"] == "negative"
        assert look_ups.page(f"/r/{token}/en")[0] == 200
    until(installation.answers, "the server is back")


def test_look_ups_answer_for_a_time_while_the_database_is_dead_and_say_of_when(
    installation: Installation, look_ups: LookUps
) -> None:
    warm = look_ups.ask(look_ups.people[0])
    cold = look_ups.ask(look_ups.people[2])
    before, page = look_ups.json(warm), look_ups.page(f"/r/{warm}/zh")[1]
    installation.kill_database()
    time.sleep(FRESH_S + 1)
    found = look_ups.json(warm)
    assert found["status"] == "negative"
    assert found["as_of"] == before["as_of"]
    assert found["age_s"] >= FRESH_S
    assert found["took_s"] < SOON_S
    assert look_ups.page(f"/r/{warm}/zh") == (200, page)
    status, closed = look_ups.page(f"/r/{cold}")
    assert status == 503
    assert "您的样本和结果不受影响" in closed
    status, problem = look_ups.page(f"/api/v1/look-ups/{cold}")
    assert (status, json.loads(problem)["code"]) == (503, "server.unavailable")
    installation.start_database()
    until(lambda: look_ups.page(f"/r/{cold}")[0] == 200, "look-ups are back")
    until(lambda: look_ups.json(warm)["age_s"] < FRESH_S, "answers are fresh again")
