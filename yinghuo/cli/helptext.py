"""The help of every command as Markdown, for the docs: python -m yinghuo.cli.helptext."""

from collections.abc import Iterator

import click

from yinghuo.cli import yinghuo

WIDTH = 100
HEAD = """# Commands

Generated from the program: `python -m yinghuo.cli.helptext > docs/commands.md`. A test compares.
Every command ends with code 0 when all is well, 1 when it found a fault or was refused, 2 when it was called wrongly."""


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


def markdown() -> str:
    """The page `docs/commands.md`, whole."""
    parts = [f"## `{name}`\n\n```text\n{text}\n```" for name, text in commands(yinghuo, ("yinghuo",))]
    return "\n\n".join([HEAD, *parts]) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
