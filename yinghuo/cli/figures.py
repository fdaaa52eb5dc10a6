"""`yinghuo figure`: any figure that can be published, counted now, with the records behind it."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from yinghuo.cli import connect
from yinghuo.cli.period import AREA, days, period

if TYPE_CHECKING:
    from yinghuo.core.figures.queries import Asked, Value


@click.command()
@click.argument("key", required=False)
@AREA
@days
@click.option("--list", "as_list", is_flag=True, help="List the figures there are.")
@click.option("--evidence", is_flag=True, help="Print the records too, and the root of the tree over them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def figure(key: str | None, *, area: str, first_day: date | None, last_day: date | None, **shown: bool) -> None:
    """Count the figure KEY, e.g. sampling.swabs, from all facts that have entered the ledger."""
    if not (key or shown["as_list"]):
        raise click.UsageError("Name a figure, or ask for --list.")
    connect()
    if shown["as_list"]:
        _list(as_json=shown["as_json"])
        return
    from yinghuo.core.figures import queries
    from yinghuo.core.ledger import sequencer

    sequencer.sequence_all()
    first, last = period(first_day, last_day)
    value = queries.compute(str(key), area=area, first=first, last=last)
    if shown["as_json"]:
        click.echo(_as_json(value, evidence=shown["evidence"]))
    else:
        _print(value, evidence=shown["evidence"])


def _list(*, as_json: bool) -> None:
    from yinghuo.core.figures.registry import all_figures

    if as_json:
        names = ("key", "name_zh", "name_en", "unit_zh", "unit_en", "decimals", "version")
        rows = [{name: getattr(one, name) for name in names} for one in all_figures()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in all_figures():
        click.echo(f"{one.key:<28}{one.name_en} ({one.unit_en}) · {one.name_zh}（{one.unit_zh}）")


def _print(value: "Value", *, evidence: bool) -> None:
    figure = value.figure
    written = "no value" if value.value is None else f"{value.value:,}"
    click.echo(f"{figure.name_en} · {figure.name_zh}")
    click.echo(f"{written} {figure.unit_en} · {figure.unit_zh}")
    click.echo(f"area {value.area or 'everything'}, {value.first.isoformat()} to {value.last.isoformat()}")
    click.echo(f"{value.records:,} records from {value.entries:,} ledger entries of {value.size:,}")
    click.echo(f"query version {figure.version}")
    if evidence:
        from yinghuo.core.figures.queries import all_evidence

        click.echo(f"evidence root {_root(value.asked)}")
        for record in all_evidence(value.asked):
            click.echo(f"{record.entry_id} {record.line}")


def _as_json(value: "Value", *, evidence: bool) -> str:
    said: dict[str, Any] = {
        "key": value.figure.key,
        "name_zh": value.figure.name_zh,
        "name_en": value.figure.name_en,
        "value": None if value.value is None else str(value.value),
        "unit_zh": value.figure.unit_zh,
        "unit_en": value.figure.unit_en,
        "area": value.area,
        "first": value.first.isoformat(),
        "last": value.last.isoformat(),
        "records": value.records,
        "entries": value.entries,
        "size": value.size,
        "version": value.figure.version,
    }
    if evidence:
        from yinghuo.core.figures.queries import all_evidence

        said["evidence_root"] = _root(value.asked)
        said["evidence"] = [{"entry": str(one.entry_id), "line": one.line} for one in all_evidence(value.asked)]
    return json.dumps(said, ensure_ascii=False, indent=2)


def _root(asked: "Asked") -> str:
    from yinghuo.core.figures.queries import evidence_root

    return evidence_root(asked).hex()
