"""`yinghuo readings`: the readings lake tended, verified, exported and analysed from the shell."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yinghuo.cli import connect

if TYPE_CHECKING:
    from yinghuo.desks.metering.lake.store import Lake

DAY = click.DateTime(formats=["%Y-%m-%d"])
AREA = click.option("--area", default="", help="Code of an area, e.g. 2201; everywhere without it.")
RAW = click.option("--as-measured", is_flag=True, help="The raw values instead of the latest revisions.")
# of `lake.analyses.ANALYSES`; written here so that --help loads no engine (a test holds the two together)
NAMES = ("daily-energy", "load-curve", "coverage", "gaps", "line-loss", "month-use", "voltage-pass")
SHOWN = 50  # faults on the terminal


@click.group()
def readings() -> None:
    """Tend, verify, export and analyse the lake of readings."""
    connect()


@readings.command()
def compact() -> None:
    """Put the small files of each day into one that is sorted by meter; what reads meanwhile goes on."""
    from django.utils import timezone

    from yinghuo.desks.metering.jobs import tending
    from yinghuo.web.clock import now

    done = tending.compact(_lake(), today=timezone.localdate(now()))
    click.echo(f"{done.days} days: {done.files_before} files became {done.files_after}, {done.rows:,} rows")


@readings.command()
@click.option("--keep-hours", default=168, show_default=True, help="Leave files that were replaced later than this.")
def vacuum(keep_hours: int) -> None:
    """Delete files that compaction replaced."""
    from yinghuo.desks.metering.jobs import tending

    click.echo(f"{len(tending.vacuum(_lake(), keep_h=keep_hours))} files deleted")


@readings.command()
def verify() -> None:
    """Recompute every commit's digest from the rows and hold it against the ledger; name what does not fit."""
    from yinghuo.desks.metering.jobs.verifying import verify as check

    report = check(_lake(), progress=lambda day: click.echo(f"{day} checked", err=True))
    click.echo(f"{report.commits:,} commits, {report.days} days, {report.rows:,} rows: {len(report.faults)} faults")
    for fault in report.faults[:SHOWN]:
        click.echo(f"{fault.code}\tday {fault.day or '-'}\tentry {fault.entry or '-'}\t{fault.detail}")
    if report.faults:
        sys.exit(1)


@readings.command()
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@AREA
@RAW
def export(first: datetime, last: datetime, target: Path, *, area: str, as_measured: bool) -> None:
    """Write the readings of FIRST to LAST (days, 2022-05-08) with names and units to TARGET (.parquet or .csv)."""
    from yinghuo.desks.metering.lake import engines
    from yinghuo.desks.metering.models import Meter
    from yinghuo.desks.metering.queries.readings import registered, span

    known = registered(Meter.objects.filter(area_code__startswith=area))
    engines.export(_lake(), known, span(first.date(), last.date()), target, as_measured=as_measured)
    click.echo(f"written: {target}", err=True)


@readings.command()
@click.argument("name", type=click.Choice(NAMES))
@click.argument("first", type=DAY)
@click.argument("last", type=DAY)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@AREA
@RAW
def analyse(name: str, first: datetime, last: datetime, *, engine: str, area: str, as_measured: bool) -> None:
    """Write the rows of an analysis of the days FIRST to LAST as CSV; energies need the day after as well."""
    from pyarrow import csv

    from yinghuo.desks.metering.lake import engines
    from yinghuo.desks.metering.models import Meter
    from yinghuo.desks.metering.queries.readings import registered, span

    days = span(first.date(), last.date())
    known = registered(Meter.objects.filter(area_code__startswith=area))
    more = {"owed_days": days, "quantities": [1]} if name == "coverage" else {}
    found = engines.run(_lake(), name, known, days=days, engine=engine, as_measured=as_measured, **more)
    csv.write_csv(found, sys.stdout.buffer)


@readings.command()
@click.argument("day", type=DAY)
def validate(day: datetime) -> None:
    """Validate the readings of DAY (2022-05-08): what is found, what is estimated; again is safe."""
    from yinghuo.desks.metering.jobs.validating import validate as check
    from yinghuo.web.clock import now

    run = check(_lake(), day.date(), now=now())
    click.echo(f"{run.meters:,} meters in {run.took_ms / 1000:.1f} s, version {run.lake_version} of the lake")
    click.echo(f"{run.found:,} new findings, {run.gone:,} no longer seen, {run.estimated:,} gaps estimated")


def _lake() -> "Lake":
    from yinghuo.desks.metering.queries.course import the_lake

    return the_lake()
