"""`yinghuo serve`, `worker`, `run`: the processes of an installation."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from yinghuo.cli import connect

STOP_WITHIN_S = 10
PORT = click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
WORKERS = click.option("--workers", default=2, show_default=True, help="Server processes.")


@click.command()
@PORT
@WORKERS
def serve(*, port: int, workers: int) -> None:
    """Serve the console and the doors on 127.0.0.1; put a TLS proxy in front (docs/operations.md)."""
    connect()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "yinghuo.web.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    server.serve()


@click.command()
def worker() -> None:
    """Sequence and sign the ledger, judge facts, run timed jobs."""
    connect()
    from yinghuo.web.worker import run as work

    work()


@click.command()
@PORT
@WORKERS
def run(*, port: int, workers: int) -> None:
    """Start database, server and worker; Ctrl-C stops all three."""
    connect()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    with Processes(port=port, workers=workers) as children:
        click.echo(f"http://127.0.0.1:{port}   (Ctrl-C stops everything)")
        children.wait()


class Processes:
    """Server and worker as children of this process; leaving the block stops both."""

    def __init__(self, *, port: int, workers: int = 2) -> None:
        program = str(Path(sys.executable).parent / "yinghuo")
        self.commands = [
            [program, "serve", f"--port={port}", f"--workers={workers}"],
            [program, "worker"],
        ]
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Processes":
        signal.signal(signal.SIGTERM, _interrupt)
        for command in self.commands:
            self.running.append(subprocess.Popen(command, start_new_session=True, env=os.environ.copy()))
        return self

    def wait(self) -> None:
        """Returns when a child ends or Ctrl-C is pressed."""
        try:
            while all(child.poll() is None for child in self.running):
                time.sleep(0.3)
        except KeyboardInterrupt:
            return

    def __exit__(self, *_: object) -> None:
        for child in self.running:
            _tell(child.terminate)
        for child in self.running:
            try:
                child.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def _tell(act: Callable[[], None]) -> None:
    try:
        act()
    except ProcessLookupError:
        return


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
