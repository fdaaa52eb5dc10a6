"""A whole installation for the stories: its own database, the demonstration played into it, server and worker."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from yinghuo.web import embedded

PROGRAM = Path(sys.executable).parent / "yinghuo"
SCALE = "0.01"
NOW = "2022-05-10T07:30:00+08:00"
PLAYED_WITHIN_S, ANSWERS_WITHIN_S, STOPS_WITHIN_S = 240, 60, 20


@dataclass(frozen=True)
class Installation:
    """Where it answers, and its database."""

    address: str
    database: str

    def row(self, query: str, *values: object) -> tuple[Any, ...]:
        """The first row that a query finds; AssertionError when it finds none."""
        with psycopg.connect(self.database) as connection:
            found = connection.execute(query, values).fetchone()
        assert found is not None, (query, values)
        return found


@contextmanager
def running() -> Iterator[Installation]:
    """Plays the demonstration into an empty database and runs the console on it until the block is left."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-browser-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        try:
            database = server.get_uri("postgres")
            environment = os.environ | {
                "DATABASE_URL": database,
                "YINGHUO_VAR": folder,
                "YINGHUO_SCENARIO_CLOCK": NOW,
            }
            with _console(environment) as address:
                yield Installation(address, database)
        finally:
            server.cleanup()


@contextmanager
def _console(environment: dict[str, str]) -> Iterator[str]:
    play = [PROGRAM, "demo", "--scale", SCALE, "--no-serve"]
    played = subprocess.run(play, env=environment, capture_output=True, text=True, timeout=PLAYED_WITHIN_S)
    assert played.returncode == 0, played.stderr[-3000:]
    port = _free_port()
    console = subprocess.Popen([PROGRAM, "run", f"--port={port}"], env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/healthz")
        yield address
    finally:
        console.send_signal(signal.SIGTERM)
        console.wait(STOPS_WITHIN_S)


def _wait(address: str) -> None:
    until = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer within {ANSWERS_WITHIN_S} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
