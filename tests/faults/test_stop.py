"""What `yinghuo run` started is gone when it is told to stop, at whatever moment and however often."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.faults.installation import BIN, ROOT, alive, answers, free_port, until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

STOPS_WITHIN_S = 30


class Run:
    """`yinghuo run` with its data in `var`, and every process that ever belonged to it."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [str(BIN / "yinghuo"), "run", f"--port={self.port}"],
            env=env | {"YINGHUO_VAR": str(var)},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def up(self) -> "Run":
        """Waits until the server answers."""
        until(lambda: answers(self.port), "the server answers")
        return self

    def belongings(self) -> list[psutil.Process]:
        """Itself, its children and theirs, PostgreSQL and its children."""
        own = psutil.Process(self.process.pid)
        lock = self.var / "pg" / "postmaster.pid"
        postmasters = [psutil.Process(int(lock.read_text().split()[0]))] if lock.exists() else []
        return [each for one in (own, *postmasters) for each in (one, *one.children(recursive=True))]

    def tell(self, number: signal.Signals) -> None:
        """Sends a signal to `yinghuo run` alone."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """Its exit code."""
        return self.process.wait(STOPS_WITHIN_S)


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """One folder of data for all runs; whatever a failing test leaves running is killed, by its number."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        for process in left_in(Path(folder)):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def left_in(var: Path) -> list[psutil.Process]:
    """Living processes whose environment or working directory is this folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(var) in (process.environ().get("YINGHUO_VAR"), str(Path(process.cwd()).parent)):
                found.append(process)
    return [process for process in found if alive(process)]


def assert_gone(belongings: list[psutil.Process], var: Path) -> None:
    assert not [one for one in belongings if alive(one)]
    assert not left_in(var)
    assert not (var / "pg" / "postmaster.pid").exists(), "PostgreSQL was not shut down in order"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_server_worker_and_database(var: Path, number: signal.Signals) -> None:
    run = Run(var).up()
    belongings = run.belongings()
    names = " ".join(" ".join(one.cmdline()) for one in belongings)
    assert "serve" in names and "worker" in names and "postgres" in names
    run.tell(number)
    assert run.wait() in (0, 130)
    assert_gone(belongings, var)


def test_told_to_stop_while_it_starts_it_leaves_no_database_behind(var: Path) -> None:
    run = Run(var)
    until((var / "pg" / "postmaster.pid").exists, "PostgreSQL starts")
    belongings = run.belongings()
    run.tell(signal.SIGTERM)
    run.wait()
    assert_gone(belongings, var)


def test_after_a_run_was_killed_the_next_one_still_stops_everything_however_often_it_is_told(var: Path) -> None:
    first = Run(var).up()
    orphans = first.belongings()
    for one in orphans:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    first.wait()
    second = Run(var).up()
    belongings = second.belongings()
    for _ in range(3):
        second.tell(signal.SIGINT)
        time.sleep(0.2)
    second.wait()
    assert_gone(belongings, var)


def test_when_the_worker_dies_the_whole_is_stopped_with_an_error(var: Path) -> None:
    run = Run(var).up()
    belongings = run.belongings()
    next(one for one in belongings if one.cmdline()[-1:] == ["worker"]).kill()
    assert run.wait() == 1
    assert_gone(belongings, var)
