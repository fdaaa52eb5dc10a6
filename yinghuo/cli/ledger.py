"""`yinghuo ledger`: verify, sign, prove and export the ledger."""

import json
import sys
from pathlib import Path
from uuid import UUID

import click

from yinghuo.cli import connect


@click.group()
def ledger() -> None:
    """Verify, sign, prove and export the ledger."""
    connect()


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(*, as_json: bool) -> None:
    """Recompute everything from the rows; exit code 1 names what does not fit."""
    from yinghuo.core.ledger.verify import verify as run

    report = run(progress=lambda done: click.echo(f"\r{done:,} entries", nl=False, err=True))
    click.echo("\r", nl=False, err=True)
    faults = [{"code": fault.code, "where": fault.where, "detail": fault.detail} for fault in report.faults]
    summary = {
        "ok": report.ok,
        "entries": report.entries,
        "checkpoints": report.checkpoints,
        "facts": report.facts,
        "root": report.root,
        "faults": faults,
    }
    if as_json:
        click.echo(json.dumps(summary))
    else:
        for fault in faults:
            click.echo(f"FAULT {fault['code']} at {fault['where']}: {fault['detail']}")
        rows = sum(report.facts.values())
        click.echo(f"{report.entries:,} entries, {report.checkpoints:,} checkpoints, {rows:,} facts checked")
        click.echo("the ledger is as it was signed" if report.ok else f"{len(faults)} faults")
    sys.exit(0 if report.ok else 1)


@ledger.command()
def checkpoint() -> None:
    """Sequence what waits, sign the tree and print the newest checkpoint."""
    from yinghuo.core.ledger import sequencer
    from yinghuo.core.ledger.models import Checkpoint
    from yinghuo.web.clock import now

    sequencer.sequence_all()
    sequencer.checkpoint(at=now())
    newest = Checkpoint.objects.order_by("-size").first()
    click.echo(newest.note if newest else "the ledger is empty", nl=newest is None)


@ledger.command()
@click.argument("entry", type=click.UUID)
def prove(entry: UUID) -> None:
    """Print the proof that ENTRY stands under the newest checkpoint, as JSON."""
    from yinghuo.core.ledger.proofs import prove as run

    click.echo(json.dumps(run(entry).as_json(), ensure_ascii=False, indent=2))


@ledger.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the log to FOLDER as static tiles that any witness can check."""
    from yinghuo.core.ledger.proofs import export as run

    size = run(folder, progress=lambda done, of: click.echo(f"\r{done:,} of {of:,}", nl=False, err=True))
    click.echo(f"\r{size:,} entries in {folder}")


@ledger.command("key")
def public_key() -> None:
    """Print the public key that checks our signatures."""
    from yinghuo.core.ledger.sequencer import public_key as run

    click.echo(run())
