"""Blocking keys of people who were not on a roster file: registered one by one, they shall be found alike as well."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.people import identity
from yinghuo.engines.rosters.matching import Facets, born, plain_name

# Somebody who has keys keeps what is known; a roster that says more changes it when it is taken in.
KEEP = """
    INSERT INTO rosters_blockingkey AS known (person, content, name_born, phone)
    SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[]) ORDER BY 1
    ON CONFLICT (person) DO UPDATE SET
        name_born = coalesce(known.name_born, excluded.name_born), phone = coalesce(known.phone, excluded.phone)
"""


class Keys(NamedTuple):
    """Keyed hashes of a person, as the table of blocking keys holds them; None where it is not known."""

    name_born: int | None
    phone: int | None


def keys_of(facets: Facets) -> Keys:
    """The blocking keys of what is known of somebody; the same that a roster's row gets."""
    day = born(facets.number, facets.birth)
    name = plain_name(facets.name)
    return Keys(
        _hashed("name_born", f"{name}|{day}" if name and day else ""),
        _hashed("phone", facets.phone),
    )


def key_people(known: Sequence[tuple[UUID, Facets]]) -> None:
    """Keeps blocking keys for people that were registered singly; who has keys keeps them."""
    rows = dict(known)
    keys = [keys_of(facets) for facets in rows.values()]
    content = [_hashed("content", "|".join([one.number, one.name, one.phone])) for one in rows.values()]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [list(rows), content, [key.name_born for key in keys], [key.phone for key in keys]])


def _hashed(what: str, text: str) -> int | None:
    if not text:
        return None
    (digest,) = identity.keyed_hashes([text], what=what.encode())
    return int.from_bytes(digest, "little", signed=True)
