"""`yinghuo head-end`: holds the sockets of terminals and meters, and reads them."""

import sys
from typing import TYPE_CHECKING, Any

import click

from yinghuo.cli import connect

if TYPE_CHECKING:
    from yinghuo.desks.metering.head_end.process import Ways


@click.command("head-end")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind; terminals come from outside.")
@click.option(
    "--port", default=5376, show_default=True, help="Port for terminals; their protocol is told by the first bytes."
)
@click.option("--gdw376-port", type=int, help="A port for Q/GDW 376.1 alone.")
@click.option("--dlt698-port", type=int, help="A port for DL/T 698.45 alone.")
@click.option("--metrics-port", default=0, show_default=True, help="Port on 127.0.0.1 for Prometheus; 0 for none.")
@click.option("--answer-within", default=10.0, show_default=True, help="Seconds that an answer may take.")
@click.option("--tries", default=3, show_default=True, help="Tries of a reading before it rests.")
@click.option("--per-minute", default=1200.0, show_default=True, help="Requests a minute to one terminal.")
@click.option("--days", default=7, show_default=True, help="Days back in which gaps are looked for and filled.")
@click.option("--instant-every", default=0.0, help="Seconds between readings of the moment; 0 for none.  [default: 0]")
@click.option("--held", default=64, show_default=True, help="Sessions of unknown terminals from one address.")
def head_end(**given: Any) -> None:
    """Listen for terminals, dial serial servers, read meters: curves, daily freezes, clocks, on-demand reads."""
    connect()
    from django.conf import settings

    from yinghuo.desks.metering.head_end.process import Store, run
    from yinghuo.web.clock import now

    store = Store(settings.METERING_SPOOL, settings.METERING_LAKE)
    try:
        run(_ways(given), store, clock=now, tell=_tell)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo("", err=True)


def _ways(given: dict[str, Any]) -> "Ways":
    from yinghuo.desks.metering.head_end.pace import Limits
    from yinghuo.desks.metering.head_end.process import Ways
    from yinghuo.desks.metering.head_end.running import Ports
    from yinghuo.desks.metering.head_end.wanting import Programme

    of_one, in_all = given["held"], Limits.held[1]
    return Ways(
        Ports(given["host"], either=given["port"], gdw376=given["gdw376_port"], dlt698=given["dlt698_port"]),
        Limits(
            answer_s=given["answer_within"],
            tries=given["tries"],
            requests_per_min=given["per_minute"],
            held=(of_one, in_all),
        ),
        Programme(days=given["days"], instant_every_s=given["instant_every"]),
        given["metrics_port"],
    )


def _tell(line: str) -> None:
    """The port is said always; how it goes only on a screen."""
    if line.endswith("\n") or sys.stderr.isatty():
        click.echo(line, nl=False, err=True)
