"""`yinghuo simulate-meters`: meters and terminals that don't exist, over TCP, with the truth beside."""

import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from yinghuo.demo.meters import Plan


@click.command("simulate-meters")
@click.option("--meters", default=70, show_default=True, help="How many meters.")
@click.option("--terminals", default=7, show_default=True, help="How many terminals and serial servers.")
@click.option("--protocols", default="", help="Terminals by protocol, e.g. 376.1=4,698.45=2,645=1.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same meters, loads and faults.")
@click.option("--head-end", default="", help="Where terminals log in, HOST:PORT; none dial without it.")
@click.option("--serve-from", default=0, show_default=True, help="Port of the first serial server; 0: any free ones.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files.")
@click.option("--faults", default="", help="Faults by kind, e.g. wrong-periods=55,clock=20 (docs/simulator.md).")
@click.option("--fault-share", default=0.0, show_default=True, help="Share of meters with a fault, of all kinds.")
@click.option("--days", default=3, show_default=True, help="Days that the meters remember at the start.")
@click.option("--start", default="", help="Time at the start, ISO with offset; without it the time it is.")
@click.option("--speed", default=1.0, show_default=True, help="Simulated seconds a second.")
@click.option("--outbreak", default="", help="A shut-down, FIRST/LAST day, e.g. 2022-03-14/2022-04-20.")
@click.option(
    "--truth",
    default="import_kwh,power_kw,voltage_a_v,current_a_a",
    show_default=True,
    help="Curves whose truth is written; registers at midnight always are.",
)
def simulate_meters(**options: Any) -> None:
    """Simulate meters and terminals on this machine, until stopped."""
    from yinghuo.demo.meters import Field

    try:
        head_end = _address(options["head_end"])
        field = Field(_plan(options), serve_from=options["serve_from"])
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong
    with field, suppress(KeyboardInterrupt):
        field.write(options["out"])
        ports = f", ports {min(field.ports.values())} to {max(field.ports.values())}" if field.ports else ""
        meters, terminals = len(field.meters), len(field.terminals)
        click.echo(f"{meters:,} simulated meters behind {terminals:,} terminals{ports}; files in {options['out']}")
        sys.stdout.flush()
        if head_end is not None:
            field.call(*head_end)
        Event().wait()


def _plan(options: dict[str, Any]) -> "Plan":
    from yinghuo.demo.meters import Plan
    from yinghuo.engines.meters.simulation.faults import counts_of

    return Plan(
        meters=options["meters"],
        terminals=options["terminals"],
        start=_moment(options["start"]),
        protocols=_protocols(options["protocols"]),
        seed=options["seed"],
        days=options["days"],
        faults=counts_of(options["faults"]),
        fault_share=options["fault_share"],
        outbreak=_days(options["outbreak"]),
        speed=options["speed"],
        truth=tuple(filter(None, options["truth"].split(","))),
    )


def _protocols(text: str) -> dict[str, int]:
    from yinghuo.demo.meters.fleet import PROTOCOLS

    counts = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.strip().partition("=")
        if name not in PROTOCOLS or not number.isdecimal():
            raise ValueError(f"{part!r} is no count of terminals; there are {', '.join(PROTOCOLS)}, each with =number")
        counts[PROTOCOLS[name]] = int(number)
    return counts


def _address(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal()):
        raise ValueError(f"{text!r} is no HOST:PORT")
    return (host, int(port)) if text else None


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    if at.tzinfo is None:
        raise ValueError(f"{text} needs an offset, e.g. 2022-05-08T00:00+08:00")
    return at


def _days(text: str) -> tuple[date, date] | None:
    first, _, last = text.partition("/")
    return (date.fromisoformat(first), date.fromisoformat(last or first)) if text else None
