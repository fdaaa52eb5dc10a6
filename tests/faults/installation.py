"""A whole installation for tests: its own PostgreSQL, server and worker, all of which may be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
import psycopg

from yinghuo.web import embedded

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
ANSWERS_WITHIN_S = 60
STOPS_WITHIN_S = 20


class Installation:
    """PostgreSQL in `folder`/pg, `yinghuo serve` and `yinghuo worker`; what dies is started again.

    The server and the worker come back by themselves; PostgreSQL when `start_database` is called.
    """

    def __init__(self, folder: Path, *, phones: int = 1) -> None:
        self.data = folder / "pg"
        self.port = free_port()
        self.start_database()
        self.env = os.environ | {"YINGHUO_VAR": str(folder), "DATABASE_URL": self.url}
        self.phones: list[dict[str, Any]] = json.loads(self.run("-m", "tests.faults.begin", str(phones)))
        self.commands = {"server": ["serve", f"--port={self.port}", "--workers=2"], "worker": ["worker"]}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()
        self.log = (folder / "processes.log").open("ab")
        self.supervisor = threading.Thread(target=self._supervise)

    def __enter__(self) -> "Installation":
        self.supervisor.start()
        until(self.answers, "the server answers")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        self.supervisor.join()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOPS_WITHIN_S)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()
        self.database.cleanup()

    def start_database(self) -> None:
        """Starts PostgreSQL on the data that is there; it recovers if it was killed."""
        self.database = embedded.start(self.data)
        self.url = self.database.get_uri("postgres")

    def stop_database(self) -> None:
        """Stops PostgreSQL, cutting every connection."""
        self.database.stop()

    def kill_database(self) -> None:
        """Kills PostgreSQL, the whole of it, as a power cut would."""
        postmaster = self.postmaster()
        victims = [postmaster, *postmaster.children()]
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        until(lambda: not any(alive(victim) for victim in victims), "PostgreSQL is dead")

    def postmaster(self) -> psutil.Process:
        """PostgreSQL's first process."""
        return psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))

    def kill(self, name: str) -> None:
        """Kills "server" or "worker" with everything below it; the supervisor starts it again."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)

    def server_workers(self) -> list[psutil.Process]:
        """The processes that answer requests now."""
        with suppress(psutil.NoSuchProcess):
            return [one for one in psutil.Process(self.processes["server"].pid).children() if alive(one)]
        return []

    def answers(self) -> bool:
        """True when the server answers and reaches the database."""
        return answers(self.port)

    def number(self, query: str) -> int:
        """The one number that `query` gives."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(query).fetchone()
        assert row
        return int(row[0])

    def run(self, *arguments: str) -> str:
        """Runs Python with `arguments` in this installation's environment; returns what it prints."""
        return self._printed([sys.executable, *arguments])

    def yinghuo(self, *arguments: str) -> str:
        """Runs the command `yinghuo` in this installation's environment; returns what it prints."""
        return self._printed([str(BIN / "yinghuo"), *arguments])

    def _printed(self, command: list[str]) -> str:
        done = subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _supervise(self) -> None:
        while not self.stopping.wait(0.05):
            for name, command in self.commands.items():
                if name not in self.processes or self.processes[name].poll() is not None:
                    self.processes[name] = self._start(command)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        program = [str(BIN / "yinghuo"), *command]
        return subprocess.Popen(program, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True)


def alive(process: psutil.Process) -> bool:
    """True while the process runs; one that is dead and not yet buried does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def answers(port: int) -> bool:
    """True when a server answers on `port` and reaches its database."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except OSError:
        return False
    return True


def until(true: Callable[[], object], what: str, *, within_s: float = ANSWERS_WITHIN_S) -> None:
    """Waits until `true()`; TimeoutError saying `what` did not come about."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s:g} s: {what}")
        time.sleep(0.02)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[Path]:
    """A file system of `size_mb` megabytes mounted on `folder`; OSError with the reason where that cannot be had."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "yinghuo-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
