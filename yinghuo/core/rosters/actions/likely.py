"""Likely duplicates: pairs that share a blocking key, compared behind the seal, proposed for a person to decide."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.people.access import require, scope
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.actions.standing import merge
from yinghuo.core.rosters.models import Likely, Verdict
from yinghuo.core.rosters.rules import LARGEST_BLOCK
from yinghuo.engines.rosters.matching import LIKELY, Facets, likeness

AT_ONCE = 5_000
# Pairs of one block, of which one person was made or changed since; no pair that was proposed before.
PAIRS = """
    WITH pairs AS (
        {by_phone} UNION {by_name}
    )
    SELECT x.one, x.other, p.area_code, p.identity, q.identity
    FROM pairs x JOIN people_person p ON p.id = x.one JOIN people_person q ON q.id = x.other
    WHERE p.identity IS NOT NULL AND q.identity IS NOT NULL
      AND (p.created_at >= %(since)s OR q.created_at >= %(since)s)
      AND starts_with(p.area_code, %(area)s) AND starts_with(q.area_code, %(area)s)
      AND NOT EXISTS (SELECT 1 FROM rosters_likely l WHERE l.one = x.one AND l.other = x.other)
      AND NOT EXISTS (SELECT 1 FROM rosters_standing s WHERE s.undone_at IS NULL
                      AND (s.person, s.stands) IN ((x.one, x.other), (x.other, x.one)))
    ORDER BY x.one, x.other
"""
BLOCK = """
    SELECT a.person AS one, b.person AS other
    FROM (SELECT {key} FROM rosters_blockingkey WHERE {key} IS NOT NULL
          GROUP BY {key} HAVING count(*) BETWEEN 2 AND %(most)s) block
    JOIN rosters_blockingkey a USING ({key}) JOIN rosters_blockingkey b USING ({key})
    WHERE a.person < b.person
"""
_PAIR = UUID("6f1f6a3c-3a2b-5b7e-9a53-5b9c2f0f4c11")  # a name space of this file


class Pair(NamedTuple):
    """Two people whose identities are compared."""

    one: UUID
    other: UUID
    area_code: str
    identity: memoryview
    other_identity: memoryview


@transaction.atomic
def propose(*, area_code: str, since: datetime, by: str, at: datetime) -> int:
    """Proposes likely duplicates among those of an area of whom one was taken in at `since` or later.

    returns: how many pairs are new; a second call finds none
    """
    query = PAIRS.format(by_phone=BLOCK.format(key="phone"), by_name=BLOCK.format(key="name_born"))
    with connection.cursor() as cursor:
        cursor.execute(query, {"area": area_code, "since": since, "most": LARGEST_BLOCK})
        found = [likely for row in cursor.fetchall() if (likely := _compared(Pair(*row), at))]
    fresh, rest = 0, iter(found)
    while some := list(islice(rest, AT_ONCE)):
        fresh += len(Likely.objects.bulk_create(some, ignore_conflicts=True))
    if fresh:
        ledger.enter("people.likely_duplicates", f"area:{area_code}", by=by, at=at, body={"pairs": fresh})
    return fresh


@transaction.atomic
def decide(likely_id: UUID, *, verdict: str, reason: str, user: User, at: datetime) -> Likely:
    """A person decides: one person (the one who was there first stands for both), or two.

    Refused: "roster.unknown", "roster.decided" when it was decided otherwise, and what `merge` refuses
    """
    likely = scope(user, Likely.objects.select_for_update().filter(id=likely_id)).first()
    if likely is None:
        raise Refused("roster.unknown", roster=str(likely_id))
    require(user, "roster.manage", area_code=likely.area_code or user.area_code)
    if likely.verdict == verdict:
        return likely
    if likely.verdict != Verdict.OPEN or verdict not in (Verdict.ONE, Verdict.TWO):
        raise Refused("roster.decided")
    if not reason.strip():
        raise Refused("access.reason")
    if verdict == Verdict.ONE:
        first, later = _in_order(likely)
        merge(later, into=first, reason=reason, user=user, at=at)
    likely.verdict, likely.decided_at, likely.decided_by = verdict, at, user.label
    likely.save(update_fields=["verdict", "decided_at", "decided_by"])
    body = {"one": str(likely.one), "other": str(likely.other), "verdict": verdict}
    ledger.enter("duplicate.decided", f"likely:{likely.id}", by=user.label, at=at, body=body)
    return likely


def _in_order(likely: Likely) -> Iterator[UUID]:
    """The two, who was registered first in front."""
    with connection.cursor() as cursor:
        query = "SELECT id FROM people_person WHERE id = ANY(%s) ORDER BY created_at, id"
        cursor.execute(query, [[likely.one, likely.other]])
        return iter([row[0] for row in cursor.fetchall()])


def _compared(pair: Pair, at: datetime) -> Likely | None:
    found = likeness(_facets(pair.one, pair.identity), _facets(pair.other, pair.other_identity))
    if found.score < LIKELY:
        return None
    return Likely(
        id=uuid5(_PAIR, f"{pair.one}{pair.other}"),
        one=pair.one,
        other=pair.other,
        area_code=pair.area_code,
        score=found.score,
        reasons=list(found.reasons),
        found_at=at,
    )


def _facets(person: UUID, sealed: memoryview) -> Facets:
    known = identity.unseal(person, sealed)
    born = known.get("born", "")
    return Facets(
        number=known.get("number", ""),
        name=known.get("name", ""),
        birth=date.fromisoformat(born) if born else None,
        phone=known.get("phone", ""),
    )
