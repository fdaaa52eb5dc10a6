"""People with invented identities in the sampling world, for the tests of what happens after the result."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from tests.desks.sampling.world import NOW, START, World
from yinghuo.core.people import actions as people
from yinghuo.core.people import identity
from yinghuo.desks.sampling.queries import asking
from yinghuo.engines.identity import identity_check_digit

LATER = START + timedelta(hours=5)


def number_of(serial: int) -> str:
    """An invented identity number with its check character."""
    first17 = f"22010619900101{serial:03d}"
    return first17 + identity_check_digit(first17)


def register(*names: str, **fields: Any) -> list[UUID]:
    """Registers people by name; the first has serial 0."""
    rows = [people.NewPerson(number_of(place), name, area_code="220106001") for place, name in enumerate(names)]
    rows = [row._replace(**fields) for row in rows]
    people.register_people(rows, by="user:1", at=START)
    return [identity.pseudonym(row.number) for row in rows]


def swabbed(world: World, tube: int, *persons: UUID, **more: Any) -> None:
    """These people into one tube, and the judge told."""
    world.send("swabs", [world.swab(tube, person=str(one), **more) for one in persons])
    world.judge()


def reported(world: World, tube: int, result: str, **more: Any) -> None:
    """The tube's result, and the judge told."""
    world.send("results", [world.result(tube, result, **more)])
    world.judge()


def token_of(person: UUID) -> str:
    """The address of a person's result today."""
    return asking.address_of(person, now=NOW)


def stranger(**headers: str) -> Client:
    """A browser in which nobody is signed in."""
    return Client(headers=headers or None)


def forget_tries() -> None:
    """As after a fresh start of the server."""
    for counted in (asking.BY_ADDRESS, asking.BY_IDENTITY):
        counted._counts.clear()
