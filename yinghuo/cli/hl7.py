"""`yinghuo hl7-listen`, `hl7-file`, `hl7-export`: exchange of results by HL7 v2.5.1."""

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from yinghuo.cli import connect

PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
AREA = click.option("--area", default="", help="Take messages of laboratories in this area only, e.g. 2201.")


@click.command("hl7-listen")
@click.option("--port", default=2575, show_default=True, help="Port to listen on.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to bind; put a TLS tunnel before another."
)
@click.option("--workers", default=8, show_default=True, help="Messages stored at one time.")
@click.option("--connections", default=512, show_default=True, help="Connections at one time.")
@AREA
def hl7_listen(*, port: int, host: str, workers: int, connections: int, area: str) -> None:
    """Listen for HL7 messages (MLLP); each is answered after it is stored."""
    connect()
    from yinghuo.desks.sampling.api.mllp import Limits, Listener
    from yinghuo.web.clock import now

    limits = Limits(connections=connections, an_address=max(connections // 2, 1), workers=workers)
    with Listener((host, port), clock=now, limits=limits, area_code=area) as listener:
        click.echo(f"mllp://{host}:{listener.server_address[1]}   (Ctrl-C stops)")
        listener.serve_forever(poll_interval=0.2)


@click.command("hl7-file")
@click.argument("path", type=PATH)
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path), help="Write the acknowledgements here.")
@AREA
def hl7_file(path: Path, *, answers: Path | None, area: str) -> None:
    """Take a file of HL7 messages, single or in a batch (FHS, BHS); exit code 1 when any was not accepted."""
    connect()
    from yinghuo.desks.sampling.actions.messages import Door, receive_file
    from yinghuo.desks.sampling.models import Channel
    from yinghuo.engines.messages.batches import split
    from yinghuo.web.clock import now

    read = split(path.read_bytes())
    for fault in read.faults:
        click.echo(f"{fault.place or 'file'}: {fault.code} {fault.detail}", err=True)
    counts: Counter[str] = Counter()
    said = []
    door = Door(Channel.FILE, "system:console", area_code=area)
    for one in receive_file(read, door=door, now=now()):
        counts[one.receipt.ack] += 1
        said.append(one.receipt.answer)
        click.echo(f"\r{one.number:,} of {one.of:,}", nl=False, err=True)
    click.echo("\r", nl=False, err=True)
    if answers:
        answers.write_bytes(b"\r".join(said))
    click.echo(
        f"{len(said):,} messages: {counts['AA']:,} accepted, {counts['AE']:,} in error, {counts['AR']:,} refused"
    )
    sys.exit(0 if counts["AA"] == len(said) and not read.faults else 1)


@click.command("hl7-export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--area", required=True, help="Code of the area, e.g. 2201.")
@click.option("--first", required=True, help="From this time on, ISO with offset.")
@click.option("--last", required=True, help="Up to this time, ISO with offset.")
def hl7_export(path: Path, *, area: str, first: str, last: str) -> None:
    """Write an area's results of a time to PATH as HL7 ORU^R01 messages in one batch."""
    connect()
    from yinghuo.desks.sampling.queries.messages import exported
    from yinghuo.web.clock import now

    between = (datetime.fromisoformat(first), datetime.fromisoformat(last))
    if any(at.tzinfo is None for at in between):
        raise click.BadParameter("times need an offset, e.g. 2022-05-08T00:00+08:00")
    count, content = exported(area, first=between[0], last=between[1], now=now())
    path.write_bytes(content)
    click.echo(f"{count:,} results in {path}")
