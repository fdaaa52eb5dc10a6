"""`yinghuo brief`: printed figures beside counted ones, times, open work and the proof."""

import json
from datetime import date

import click

from yinghuo.cli import connect
from yinghuo.cli.period import AREA, days, period


@click.command()
@AREA
@days
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--format", "form", type=click.Choice(["md", "html", "json"]), default="md", show_default=True)
def brief(*, area: str, first_day: date | None, last_day: date | None, language: str, form: str) -> None:
    """Print the brief; what waits is sequenced, judged and signed first, so that nothing is left out."""
    connect()
    from yinghuo.web import brief as briefs
    from yinghuo.web.clock import now
    from yinghuo.web.worker import catch_up

    catch_up()
    first, last = period(first_day, last_day)
    made = briefs.build(area, first, last, now())
    if form == "json":
        click.echo(json.dumps(briefs.as_json(made), ensure_ascii=False, indent=2))
    else:
        render = {"md": briefs.as_markdown, "html": briefs.as_html}[form]
        click.echo(render(made, language), nl=False)
