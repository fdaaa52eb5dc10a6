"""The command `yinghuo`: every operation of an installation, from the shell."""

import os
import signal
import sys
from importlib import import_module

import click

COMMANDS = {
    "brief": "brief",
    "figure": "figures",
    "ledger": "ledger",
    "migrate": "database",
    "backup": "database",
    "restore": "database",
    "serve": "serving",
    "worker": "serving",
    "run": "serving",
    "user": "people",
    "region": "region",
    "roster": "rosters",
    "look-ups": "lookups",
    "certificates": "lookups",
    "demo": "demo",
    "meters": "meters",
    "readings": "readings",
    "head-end": "head_end",
    "hl7-listen": "hl7",
    "hl7-file": "hl7",
    "hl7-export": "hl7",
    "simulate-meters": "simulating",
}


class Commands(click.Group):
    """Finds a command in its module when it is called, so that `--help` needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"yinghuo.cli.{COMMANDS[cmd_name]}"), cmd_name.replace("-", "_"))
        return found


# Said before languages are there, and so in both.
BLANK = (
    "the path %s has a blank in it, and PostgreSQL does not start there: give YINGHUO_VAR a path without one"
    "（路径中有空格，数据库无法启动，请将 YINGHUO_VAR 设为不含空格的路径）"
)


def connect() -> None:
    """Makes sure a database is there, and starts Django on it; each command calls this first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinghuo.web.settings")
    from yinghuo.web import embedded

    if " " in str(embedded.var_dir()) and not os.environ.get("DATABASE_URL"):
        raise click.ClickException(BLANK % embedded.var_dir())
    embedded.ensure()
    import django

    django.setup()
    from django.utils import translation

    translation.activate("zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en")


@click.group(cls=Commands)
@click.version_option(package_name="yinghuo")
def yinghuo() -> None:
    """Operations system of a region that must stop an outbreak and keep working."""


def main() -> None:
    """Runs the command; a refusal is one line on standard error and exit code 1. SIGTERM ends it as Ctrl-C does."""
    from yinghuo.core.refusal import Refused

    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        yinghuo.main(standalone_mode=False)
    except Refused as refused:
        from yinghuo.web.refusals import sentence

        click.echo(f"{refused.code}: {sentence(refused)}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
