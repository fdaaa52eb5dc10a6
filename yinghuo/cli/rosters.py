"""`yinghuo roster`: a roster file taken in from the shell, with a bar, and stopped and gone on with at will."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from yinghuo.cli import connect

if TYPE_CHECKING:
    from yinghuo.core.rosters.models import Intake

BY = "system:console"
COUNTS = ("read", "new", "merged", "skipped", "rejected")


@click.group()
def roster() -> None:
    """Take in rosters of people."""
    connect()


@roster.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--policy",
    required=True,
    type=click.Choice(["skip", "merge", "new"]),
    help="What becomes of people who are known: skip their rows, merge what the rows say, or take in new people only.",
)
@click.option("--area", required=True, help="Code of the area in which the roster places people, e.g. 2201.")
@click.option("--column", multiple=True, help="What a column holds where its head does not say it: name=3, from 1.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; nobody is taken in.")
@click.option("--errors", type=click.Path(path_type=Path), help="Where to write the rows with problems (CSV).")
def import_(file: Path, *, policy: str, area: str, column: tuple[str, ...], dry_run: bool, errors: Path | None) -> None:
    """Take in FILE (CSV or XLSX). Ctrl-C stops it; `go-on` with the printed number goes on."""
    from yinghuo.core.rosters import actions
    from yinghuo.web.clock import now

    with file.open("rb") as content:
        upload = actions.Upload(file.name, content)
        intake = actions.begin(upload, policy=policy, area_code=area, by=BY, at=now())
    click.echo(f"roster {intake.id}", err=True)
    actions.start_reading(intake.id, mapping=intake.mapping | _columns(column))
    _go_on(intake.id, dry_run=dry_run, errors=errors)


@roster.command()
@click.argument("roster_id", type=click.UUID)
@click.option("--dry-run", is_flag=True, help="Only read on and say what would happen.")
@click.option("--errors", type=click.Path(path_type=Path), help="Where to write the rows with problems (CSV).")
def go_on(roster_id: UUID, *, dry_run: bool, errors: Path | None) -> None:
    """Go on with a roster that was stopped or whose import was killed."""
    _go_on(roster_id, dry_run=dry_run, errors=errors)


@roster.command()
@click.argument("roster_id", type=click.UUID)
def withdraw(roster_id: UUID) -> None:
    """Erase a roster that was not taken in."""
    from yinghuo.core.rosters import actions
    from yinghuo.web.clock import now

    actions.withdraw(roster_id, by=BY, at=now())
    click.echo(f"roster {roster_id}: withdrawn, file and rows erased")


def _go_on(intake_id: UUID, *, dry_run: bool, errors: Path | None) -> None:
    from yinghuo.core.rosters import actions
    from yinghuo.core.rosters.models import Intake
    from yinghuo.web.clock import now

    intake = Intake.objects.filter(id=intake_id).first()
    if intake is None:
        raise click.UsageError(f"there is no roster {intake_id}")
    if intake.stage == "stopped":
        actions.start_reading(intake_id, mapping=intake.mapping)
    with _bar("reading", None) as told:
        intake = actions.read(intake_id, at=now(), progress=told)
    _write_problems(intake, errors)
    if dry_run:
        click.echo(_said("would be", intake))
        return
    actions.start_applying(intake_id, by=BY)
    with _bar("taking in", intake.staged) as told:
        intake = actions.apply(intake_id, at=now(), progress=told)
    pairs = actions.propose(area_code=intake.area_code, since=intake.done_at or now(), by=BY, at=now())
    click.echo(_said("were", intake))
    if pairs:
        click.echo(f"{pairs:,} pairs of people look alike: decide on the page of likely duplicates")


def _said(tense: str, intake: "Intake") -> str:
    read, new, merged, skipped, rejected = (intake.counts[name] for name in COUNTS)
    return (
        f"{read:,} rows read; {new:,} {tense} new people, {merged:,} brought up to date, {skipped:,} skipped, "
        f"{rejected:,} rejected"
    )


def _write_problems(intake: "Intake", target: Path | None) -> None:
    import csv

    from yinghuo.core.rosters.models import Problem
    from yinghuo.web.pages.rosters.words import cause_in_words, column_of

    if target is None:
        return
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["row", "column", "cause", "value"])
        for one in Problem.objects.filter(intake=intake).order_by("row", "id").iterator():
            writer.writerow([one.row, column_of(one, intake), cause_in_words(one), one.value])


def _columns(given: tuple[str, ...]) -> dict[str, int]:
    try:
        return {field: int(number) - 1 for field, _equals, number in (one.partition("=") for one in given)}
    except ValueError as error:
        raise click.BadParameter("write it as name=3", param_hint="--column") from error


@contextmanager
def _bar(words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=total)
        yield lambda done: progress.update(task, completed=done)
