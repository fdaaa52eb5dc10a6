"""Who asks for a result: checked, counted against guessing, and given the address of the answer.

Wrong tries are counted in the memory of the process, which writes nothing and so works while nothing can be written:
at most 50,000 addresses and 50,000 identity numbers (as pseudonyms) are remembered, the least recent are forgotten.
Each server process counts for itself; behind N processes N times as many tries pass.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from yinghuo.core.people import identity
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import lookup_rules as rules
from yinghuo.desks.sampling.queries.lookups import by_code, by_identity
from yinghuo.engines import addresses, slips
from yinghuo.engines.identity import NUMBER_CHARACTERS, identity_number_error
from yinghuo.engines.limits import Tries

LONGEST_NUMBER, LONGEST_NAME = 40, 100
BY_ADDRESS = Tries(most=rules.WRONG_BY_ADDRESS, window_s=rules.ADDRESS_WINDOW_S)
BY_IDENTITY = Tries(most=rules.WRONG_BY_IDENTITY, window_s=rules.IDENTITY_WINDOW_S)


@dataclass(frozen=True)
class Asked:
    """What somebody typed: a code, or an identity number and a name; `address` is where the question came from."""

    address: str
    number: str = ""
    name: str = ""
    code: str = ""


def find(asked: Asked, *, now: datetime) -> UUID:
    """The person whose result is asked for.

    Refused: "look_up.missing", "look_up.number" and "look_up.code" for what is misspelt, "look_up.too_often" after too
    many wrong tries, and "look_up.no_match", which does not tell whether anybody has this number.
    """
    _check(asked)
    tries: dict[Tries, object] = {BY_ADDRESS: _network(asked.address)}
    if not asked.code:
        tries[BY_IDENTITY] = identity.pseudonym(asked.number)
    now_s = now.timestamp()
    for counted, key in tries.items():
        if counted.over(key, now_s=now_s):
            raise Refused("look_up.too_often", minutes=counted.again_in_s(now_s) // 60 + 1)
    person = by_code(asked.code, now=now) if asked.code else by_identity(asked.number, asked.name)
    if person is None:
        for counted, key in tries.items():
            counted.note(key, now_s=now_s)
        raise Refused("look_up.no_match")
    return person


def address_of(person: UUID, *, now: datetime) -> str:
    """The address under which a person's result stands today and for the days that follow; the same all day."""
    last_day = timezone.localdate(now) + timedelta(days=rules.ADDRESS_DAYS - 1)
    return addresses.sealed(person, last_day, settings.LOOKUP_KEY)


def person_at(address: str, *, now: datetime) -> UUID:
    """Whose result stands at an address; Refused: "look_up.unknown" for none of ours, "look_up.over" for an old one."""
    try:
        person, last_day = addresses.opened(address, settings.LOOKUP_KEY)
    except ValueError as error:
        raise Refused("look_up.unknown") from error
    if timezone.localdate(now) > last_day:
        raise Refused("look_up.over")
    return person


def _check(asked: Asked) -> None:
    if asked.code:
        if slips.read(asked.code) is None:
            raise Refused("look_up.code")
        return
    if not (asked.number.strip() and asked.name.strip()):
        raise Refused("look_up.missing")
    if len(asked.number) > LONGEST_NUMBER or len(asked.name) > LONGEST_NAME:
        raise Refused("look_up.too_long")
    number = identity.normalised(asked.number)
    if len(number) == NUMBER_CHARACTERS and number[:-1].isdecimal() and identity_number_error(number):
        raise Refused("look_up.number")


def _network(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the first 64 bits of an IPv6 address."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    return address if known.version == 4 else str(ip_network((known, 64), strict=False))
