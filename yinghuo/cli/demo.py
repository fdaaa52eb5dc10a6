"""`yinghuo demo`: the Jilin scenario on this installation, then the console."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from yinghuo.cli import connect
from yinghuo.cli.serving import PORT, Processes

SCENARIO_CLOCK = "2022-05-10T07:30:00+08:00"  # the last results of the one day are in, a re-collection still runs
STARTS_WITHIN_S = 60


@click.command()
@click.option("--scale", default=1.0, show_default=True, help="Share of the real numbers, 0.01 to 1.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Leave the console running.")
@click.option("--json", "as_json", is_flag=True, help="Print the brief as JSON and nothing else on standard output.")
@PORT
def demo(*, scale: float, serve: bool, as_json: bool, port: int) -> None:
    """Play two months of sampling through the doors that phones use, verify, print the brief, serve."""
    if not 0.01 <= scale <= 1:
        raise click.BadParameter("between 0.01 and 1", param_hint="--scale")
    os.environ.setdefault("YINGHUO_SCENARIO_CLOCK", SCENARIO_CLOCK)
    began = time.monotonic()
    connect()
    _ready(f"{scale:g}")
    port = port if serve else _free_port()
    with Processes(port=port, jobs=False) as children:  # they would take up in May what waits since March
        _wait(port)
        run = _play(scale, port)
        _print_brief(as_json=as_json)
        click.echo(_summary(run, time.monotonic() - began), err=True)
        if serve:
            children.begin_jobs()
            click.echo(_invitation(port), err=True)
            children.wait()
    if run.report and not run.report.ok:
        sys.exit(1)


def _ready(scale: str) -> None:
    """Migrates. Another scale than the database holds starts anew; only what a demonstration began is emptied."""
    from django.core.management import call_command
    from django.db import connection

    from yinghuo.demo import metering, play
    from yinghuo.web.embedded import var_dir

    call_command("migrate", interactive=False, verbosity=0)
    held = play.begun()
    if held and held != scale and not play.belongs_to_somebody():
        click.echo(f"the demonstration at scale {held} makes room for one at scale {scale}", err=True)
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        (var_dir() / "demo" / "tokens.json").unlink(missing_ok=True)
        metering.forget()
        call_command("migrate", interactive=False, verbosity=0)


def _play(scale: float, port: int) -> Any:
    from yinghuo.demo.play import Player
    from yinghuo.web.clock import now
    from yinghuo.web.embedded import var_dir

    return Player(scale=scale, now=now, bars=_bars, port=port, var=var_dir()).play()


@contextmanager
def _bars(words: str, total: float | None) -> Iterator[Callable[[float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=total)
        yield lambda done: progress.advance(task, done)
        done = progress.tasks[0].completed or 1
        progress.update(task, total=total or done, completed=total or done)


def _print_brief(*, as_json: bool) -> None:
    from yinghuo.cli.period import period
    from yinghuo.web import brief
    from yinghuo.web.clock import now

    made = brief.build("", *period(None, None), now())
    if as_json:
        click.echo(json.dumps(brief.as_json(made), ensure_ascii=False))
    else:
        click.echo(brief.as_markdown(made, "zh"))
        click.echo(brief.as_markdown(made, "en"))


def _summary(run: Any, seconds: float) -> str:
    stages = ", ".join(f"{words} {spent:g} s" for words, spent in run.seconds.items())
    report = run.report
    checked = f"{report.entries:,} ledger entries and {sum(report.facts.values()):,} facts" if report else ""
    verdict = "verified" if report and report.ok else "DO NOT FIT"
    return f"{run.sent.kept:,} facts in {run.sent.batches:,} batches; {checked} {verdict}; {seconds:.0f} s ({stages})"


def _invitation(port: int) -> str:
    from yinghuo.demo.world import LOGINS, PASSWORD

    logins = "\n".join(f"  {username:<14}{name_en}, {name_zh}" for username, _, name_zh, name_en in LOGINS.values())
    return f"\nhttp://127.0.0.1:{port}   password of all users: {PASSWORD}\n{logins}\nCtrl-C stops everything."


def _wait(port: int) -> None:
    for _ in range(STARTS_WITHIN_S * 10):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise click.ClickException(f"the server did not answer on port {port}; is the port taken?")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
