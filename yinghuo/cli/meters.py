"""`yinghuo meters`: the register of meters and terminals, loaded from a folder of files and listed."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yinghuo.cli import connect

if TYPE_CHECKING:
    from yinghuo.desks.metering.actions.register import Loaded, Problem
    from yinghuo.desks.metering.actions.register.reading import Progress

BY = "system:console"
SHOWN = 20  # problems on the terminal; --errors writes those that are kept


@click.group()
def meters() -> None:
    """Load and list meters, terminals and transformers."""
    connect()


@meters.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; nothing is written.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the problems (CSV).")
def load(folder: Path, *, dry_run: bool, errors: Path | None) -> None:
    """Load transformers.csv, terminals.csv and meters.csv of FOLDER: all of it, or with a single problem nothing."""
    from yinghuo.desks.metering.actions import register
    from yinghuo.web.clock import now

    with _bars() as told:
        if dry_run:
            loaded = register.check(folder, progress=told)
        else:
            loaded = register.load(folder, by=BY, at=now(), progress=told)
    _tell(loaded, "would be" if dry_run or loaded.faults else "were", errors)
    if loaded.faults:
        sys.exit(1)


@meters.command(name="list")
@click.option("--area", default="", help="Code of an area, e.g. 2201; everywhere without it.")
def list_(area: str) -> None:
    """List meters, tab-separated: address, protocol, terminal, point, transformer, class, area, retired on."""
    from yinghuo.desks.metering.models import Meter

    columns = ("address", "protocol", "terminal_id", "point", "transformer_id", "customer_class", "area_code")
    found = Meter.objects.filter(area_code__startswith=area).order_by("address")
    _write(columns, found.values_list(*columns, "retired_on").iterator(), more=("retired_on",))


@meters.command()
@click.option("--area", default="", help="Code of an area, e.g. 2201; everywhere without it.")
def terminals(area: str) -> None:
    """List terminals, tab-separated: address, protocol, admission, area, host, port, name."""
    from yinghuo.desks.metering.models import Terminal

    columns = ("address", "protocol", "admission", "area_code", "host", "port", "name")
    found = Terminal.objects.filter(area_code__startswith=area).order_by("address")
    _write(columns, found.values_list(*columns).iterator())


def _write(columns: tuple[str, ...], rows: "Iterator[tuple[object, ...]]", more: tuple[str, ...] = ()) -> None:
    click.echo("\t".join([*columns, *more]))
    for row in rows:
        click.echo("\t".join("" if value is None else str(value) for value in row))


def _tell(loaded: "Loaded", tense: str, errors: Path | None) -> None:
    from yinghuo.desks.metering.register_words import in_words

    for one in loaded.problems[:SHOWN]:
        click.echo(in_words(one), err=True)
    if loaded.faults > SHOWN:
        click.echo(f"… {loaded.faults:,} problems in all", err=True)
    if errors:
        _write_problems(loaded.problems, errors)
    for name, count in loaded.counts.items():
        same = count.rows - count.new - count.changed
        words = f"{count.new:,} {tense} added, {count.changed:,} changed, {same:,} stand as they are"
        click.echo(f"{name}: {count.rows:,} rows read; " + (words if not loaded.faults else "nothing was written"))


def _write_problems(problems: "list[Problem]", target: Path) -> None:
    from yinghuo.desks.metering.register_words import cause_in_words

    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "row", "column", "cause", "value"])
        writer.writerows([f"{p.file}.csv", p.row, p.column, cause_in_words(p), p.value] for p in problems)


@contextmanager
def _bars() -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), TextColumn("{task.completed:,.0f}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        tasks: dict[str, int] = {}

        def told(words: str, rows: int) -> None:
            if words not in tasks:
                tasks[words] = progress.add_task(words, total=None)
            progress.update(tasks[words], completed=rows)  # type: ignore[arg-type]

        yield told
