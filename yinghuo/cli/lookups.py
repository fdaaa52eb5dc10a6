"""`yinghuo look-ups`: the process that answers look-ups alone; `yinghuo certificates`: verify one, print the key."""

import os
import sys

import click

from yinghuo.cli import connect


@click.command("look-ups")
@click.option("--port", default=8001, show_default=True, help="Port on 127.0.0.1.")
@click.option("--workers", default=2, show_default=True, help="Server processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process that read the database.")
def look_ups(*, port: int, workers: int, threads: int) -> None:
    """Answer look-ups alone, on 127.0.0.1, from a read-only database; it goes on while all else is down."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yinghuo.web.lookups.settings"
    replica = os.environ.get("LOOKUPS_DATABASE_URL")
    if replica:
        os.environ["DATABASE_URL"] = replica
    connect()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "yinghuo.web.lookups.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=4096,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )
    server.serve()


@click.group()
def certificates() -> None:
    """Verify certificates of negative results without network, and print the key that checks them."""


@certificates.command()
@click.argument("text")
@click.option("--key", "given", help="Public key in base64url (`x` of the key set); else this installation's.")
def verify(*, text: str, given: str | None) -> None:
    """Verify TEXT, as the QR code holds it; exit code 1 says that it is not genuine, 2 that it is over."""
    from yinghuo.engines import certificates as engine

    public = _bytes(given) if given else _own_key()
    try:
        found = engine.opened(text.rpartition("#")[2].strip(), {engine.key_id(public): public})
    except ValueError as error:
        raise click.ClickException(f"not genuine: {error}") from error
    for name, value in found._asdict().items():
        click.echo(f"{name}: {value}")
    from yinghuo.console.clock import now

    over = found.valid_until <= now()
    click.echo("genuine, but no longer valid" if over else "genuine and valid")
    sys.exit(2 if over else 0)


@certificates.command("key")
def public_key() -> None:
    """Print the public key in base64url."""
    from base64 import urlsafe_b64encode

    click.echo(urlsafe_b64encode(_own_key()).decode().rstrip("="))


def _own_key() -> bytes:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinghuo.web.settings")
    from django.conf import settings

    from yinghuo.engines.certificates import public_key as run

    return run(settings.CERTIFICATE_KEY)


def _bytes(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    try:
        return urlsafe_b64decode(f"{text}==")
    except ValueError as error:
        raise click.BadParameter("the key is not base64url") from error
