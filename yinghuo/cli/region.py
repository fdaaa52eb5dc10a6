"""`yinghuo region`: the areas that come with the project."""

import click

from yinghuo.cli import connect


@click.command()
def region() -> None:
    """Load Jilin's province, prefectures, counties and streets, with population and outlines; again changes nothing."""
    connect()
    from yinghuo.core.areas.actions import load_region
    from yinghuo.web.clock import now

    click.echo(f"{load_region(by='system:console', at=now()):,} areas added")
