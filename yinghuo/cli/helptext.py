"""What the docs say word for word as the program does: python -m yinghuo.cli.helptext commands | refusals."""

import re
import sys
from collections.abc import Iterator

import click

from yinghuo.cli import yinghuo

WIDTH = 100
HEAD = """# Commands

Generated from the program: `python -m yinghuo.cli.helptext commands > docs/commands.md`. A test compares.
A command ends with code 0 when all is well, 1 when it found a fault or was refused, 2 when it was called wrongly."""
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Full name and help text of each command in a group, and of the groups in it, in the order of the help."""
    outer = click.Context(group, info_name=" ".join(path), terminal_width=WIDTH)
    for name in group.list_commands(outer):
        command = group.get_command(outer, name)
        if command is None:
            continue
        full = (*path, name)
        yield " ".join(full), command.get_help(click.Context(command, info_name=" ".join(full), terminal_width=WIDTH))
        if isinstance(command, click.Group):
            yield from commands(command, full)


def commands_markdown() -> str:
    """The page `docs/commands.md`, whole."""
    parts = [f"## `{name}`\n\n```text\n{text}\n```" for name, text in commands(yinghuo, ("yinghuo",))]
    return "\n\n".join([HEAD, *parts]) + "\n"


def refusals_markdown() -> str:
    """The table of refusal codes in `docs/api.md`: code, HTTP status, sentence with [facts]; needs Django set up."""
    from django.utils.translation import override

    from yinghuo.web.refusals import SENTENCES, status_of

    lines = ["| Code | Status | Sentence |", "|---|---|---|"]
    with override("en"):
        for code, template in sorted(SENTENCES.items()):
            sentence = PLACEHOLDER.sub(r"[\1]", str(template))
            lines.append(f"| `{code}` | {status_of(code)} | {sentence} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """The command line; 2 when it was called wrongly."""
    match arguments:
        case ["commands"]:
            print(commands_markdown(), end="")
        case ["refusals"]:
            from yinghuo.cli import connect

            connect()
            print(refusals_markdown(), end="")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
