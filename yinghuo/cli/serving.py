"""`yinghuo serve`, `worker`, `run`: the processes of an installation."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

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
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "yinghuo.web.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.SERVER_THREADS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    server.serve()


@click.command()
@click.option("--no-jobs", is_flag=True, help="Keep the ledger moving only; timed and queued jobs wait.")
def worker(*, no_jobs: bool) -> None:
    """Sequence and sign the ledger, judge facts, run timed jobs."""
    connect()
    from yinghuo.web.worker import run as work

    work(jobs=not no_jobs)


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
    """Server and worker as children of this process; leaving the block stops both and all that they started."""

    def __init__(self, *, port: int, workers: int = 2, jobs: bool = True) -> None:
        self.commands = [
            ["serve", f"--port={port}", f"--workers={workers}"],
            ["worker"] if jobs else ["worker", "--no-jobs"],
        ]
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Processes":
        with ExitStack() as undo:
            undo.callback(self.__exit__)
            for command in self.commands:
                self._start(command)
            undo.pop_all()
        return self

    def begin_jobs(self) -> None:
        """Lets the worker run timed and queued jobs from now on."""
        self.running[-1].terminate()
        _wait_for(self.running[-1])
        del self.running[-1]
        self._start(["worker"])

    def wait(self) -> None:
        """Returns when Ctrl-C is pressed; a child that ends by itself is an error."""
        try:
            while all(child.poll() is None for child in self.running):
                time.sleep(0.3)
        except KeyboardInterrupt:
            return
        raise click.ClickException("the server or the worker ended by itself, so everything is stopped")

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        for child in self.running:
            with suppress(ProcessLookupError):
                child.terminate()
        for child in self.running:
            _wait_for(child)

    def _start(self, command: list[str]) -> None:
        program = str(Path(sys.executable).parent / "yinghuo")
        self.running.append(subprocess.Popen([program, *command], start_new_session=True, env=os.environ.copy()))


def _wait_for(child: subprocess.Popen[bytes]) -> None:
    """Until a child that was told to end has ended; whoever did not hear it, or lost its parent, is killed."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(STOP_WITHIN_S)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
