"""`yinghuo user`: the first user of an installation, and passwords that were forgotten."""

import click

from yinghuo.cli import connect

PASSWORD = click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="YINGHUO_PASSWORD")


@click.group()
def user() -> None:
    """Add users, give new passwords, end access."""
    connect()


@user.command()
@click.argument("username")
@click.option("--role", required=True, help="admin, manager, laboratory, duty, safety, auditor or statistician.")
@click.option("--area", required=True, help="Code of the area whose subtree the user sees, e.g. 22 or 2201.")
@click.option("--name-zh", default="", help="Name in Chinese.")
@click.option("--name-en", default="", help="Name in English.")
@PASSWORD
def add(username: str, *, role: str, area: str, name_zh: str, name_en: str, password: str) -> None:
    """Add USERNAME."""
    from yinghuo.core.people.actions import add_user
    from yinghuo.web.clock import now

    made = add_user(
        username=username,
        password=password,
        role=role,
        area_code=area,
        name_zh=name_zh or username,
        name_en=name_en or username,
        by="system:console",
        at=now(),
    )
    click.echo(f"{made.username}: {made.role}, {made.area_code}")


@user.command()
@click.argument("username")
@PASSWORD
def password(username: str, *, password: str) -> None:
    """Give USERNAME a new password; sessions of the old one end."""
    from yinghuo.core.people.actions import set_password
    from yinghuo.web.clock import now

    set_password(username, password=password, by="system:console", at=now())
    click.echo(f"{username}: password changed")


@user.command()
@click.argument("username")
def end(username: str) -> None:
    """End the access of USERNAME; what they did stays."""
    from yinghuo.core.people.actions import deactivate_user
    from yinghuo.web.clock import now

    deactivate_user(username, by="system:console", at=now())
    click.echo(f"{username}: may no longer sign in")
