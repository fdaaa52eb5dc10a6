"""Taking a roster in: all rows in one transaction, slice by slice over the pseudonyms; or nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.people import identity
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters.actions import judging
from yinghuo.core.rosters.actions.intakes import locked
from yinghuo.core.rosters.actions.running import hush, silent, tell, working_on
from yinghuo.core.rosters.models import Intake
from yinghuo.core.rosters.reading import files, staging
from yinghuo.core.rosters.rules import Policy, Stage, step

SLICE_ROWS = 65_000
REOPENED_AT_ONCE = 5_000

# Somebody erased who is on a roster again starts anew. Whoever was registered a moment ago counts as found known.
TAKE_IN = """
    WITH judged AS MATERIALIZED ({judged}),
    made AS (
        INSERT INTO people_person AS known (id, area_code, party_id, "group", identity, keep_until, created_at)
        SELECT id, coalesce(nullif(area_code, ''), %(area)s), party_id, "group", identity, %(keep_until)s, %(at)s
        FROM judged WHERE found = 'new' ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            area_code = excluded.area_code, party_id = excluded.party_id, "group" = excluded."group",
            identity = excluded.identity, keep_until = excluded.keep_until, created_at = excluded.created_at,
            erased_at = NULL
        WHERE known.erased_at IS NOT NULL
        RETURNING id
    ), changed AS (
        UPDATE people_person p SET
            area_code = coalesce(nullif(j.area_code, ''), p.area_code), party_id = coalesce(j.party_id, p.party_id),
            "group" = coalesce(nullif(j."group", ''), p."group"), keep_until = greatest(p.keep_until, %(keep_until)s)
        FROM judged j WHERE j.found = 'differs' AND p.id = j.id AND %(merge)s
        RETURNING p.id
    ), keyed AS (
        INSERT INTO rosters_blockingkey AS known (person, content, name_born, phone)
        SELECT j.id, j.content, j.name_born, j.phone FROM judged j
        WHERE j.nth = 1 AND (j.found = 'new' OR %(merge)s AND j.found = 'differs') ORDER BY j.id
        ON CONFLICT (person) DO UPDATE SET
            content = excluded.content, name_born = coalesce(excluded.name_born, known.name_born),
            phone = coalesce(excluded.phone, known.phone)
    )
    SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM changed),
           (SELECT json_object_agg(found, rows) FROM (SELECT found, count(*) AS rows FROM judged GROUP BY 1) found),
           (SELECT array_agg(j.id) FROM judged j JOIN changed USING (id)
            WHERE j.nth = 1 AND j.numbered AND j.content IS DISTINCT FROM j.known_content)
"""
REOPEN = """
    SELECT DISTINCT ON (s.id) s.id, p.identity, s.identity FROM {table} s JOIN people_person p USING (id)
    WHERE s.id = ANY(%s) ORDER BY s.id, s.row
"""
RESEAL = """
    UPDATE people_person p SET identity = given.identity
    FROM unnest(%s::uuid[], %s::bytea[]) AS given (id, identity) WHERE p.id = given.id
"""


class _Stopped(Exception):
    """Somebody asked to stop; what was done is rolled back."""


@transaction.atomic
def start_applying(intake_id: UUID, *, by: str) -> Intake:
    """Decides that an intake shall be taken in. Refused: "roster.stage", "roster.lost" (read it again first)."""
    intake = locked(intake_id)
    if intake.stage in (Stage.APPLYING, Stage.DONE):
        return intake
    to = step(intake.stage, Stage.APPLYING)
    if staging.height(intake_id) != intake.staged:
        raise Refused("roster.lost")
    intake.stage, intake.done_by, intake.stop_asked = to, by, False
    intake.save(update_fields=["stage", "done_by", "stop_asked"])
    return intake


def apply(intake_id: UUID, *, at: datetime, progress: Callable[[int], None] = silent) -> Intake:
    """Takes an intake in that was decided to be; killed or stopped on the way, nothing of it was done.

    progress: called with the number of rows dealt with
    """
    with working_on(intake_id):
        _refuse_if_lost(intake_id)
        try:
            intake = _apply(intake_id, at=at, progress=progress)
        except _Stopped:
            return _back_to_ready(intake_id)
        finally:
            hush()
    files.erase(intake_id)
    return intake


@transaction.atomic
def _apply(intake_id: UUID, *, at: datetime, progress: Callable[[int], None]) -> Intake:
    intake = Intake.objects.get(id=intake_id)
    if intake.stage != Stage.APPLYING:
        return intake
    totals: Counter[str] = Counter()
    for first, last in _slices(intake.staged):
        if Intake.objects.filter(id=intake_id, stop_asked=True).exists():
            raise _Stopped
        totals.update(_take_in(intake, judging.params(intake, at=at, first=first, last=last), at=at))
        tell(intake_id, rows := totals["dealt_with"])
        progress(rows)
    return _done(locked(intake_id), totals, at=at)


def _refuse_if_lost(intake_id: UUID) -> None:
    """Refused("roster.lost") when a crash of PostgreSQL took the staged rows; the intake is then to be read again."""
    intake = Intake.objects.get(id=intake_id)
    if intake.stage == Stage.APPLYING and staging.height(intake_id) != intake.staged:
        _back_to_ready(intake_id)
        raise Refused("roster.lost")


def _take_in(intake: Intake, params: dict[str, Any], *, at: datetime) -> Counter[str]:
    """One slice: who is new is made, who differs is brought up to date if the policy says so."""
    given = params | {"at": at, "merge": intake.policy == Policy.MERGE}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IN.format(judged=judging.judged_sql(intake)), given)
        made, changed, found, differing = cursor.fetchone()
    found = Counter(found or {})
    late = found["new"] - made
    found.update({"new": -late, "same": late, "dealt_with": sum(found.values())})
    found.update({"differs": changed - found["differs"]} if intake.policy == Policy.MERGE else {})
    _reseal(intake.id, differing or [])
    return found


def _reseal(intake_id: UUID, person_ids: list[UUID]) -> None:
    """Adds what the roster says to the identities of who is known; an empty cell takes nothing away."""
    for at in range(0, len(person_ids), REOPENED_AT_ONCE):
        with connection.cursor() as cursor:
            query = REOPEN.format(table=staging.table_of(intake_id))
            cursor.execute(query, [person_ids[at : at + REOPENED_AT_ONCE]])
            ids, sealed = [], []
            for person_id, known, given in cursor.fetchall():
                before = identity.unseal(person_id, known) if known else {}
                ids.append(person_id)
                sealed.append(identity.seal(person_id, before | _said(identity.unseal(person_id, given))))
            cursor.execute(RESEAL, [ids, sealed])


def _said(given: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in given.items() if value}


def _slices(rows: int) -> Iterator[tuple[UUID, UUID]]:
    """Ranges of pseudonyms, in order, that hold about SLICE_ROWS rows each; all rows of a person are in one."""
    count = max(1, -(-rows // SLICE_ROWS))
    bounds = [(1 << 128) * place // count for place in range(count + 1)]
    for first, after in pairwise(bounds):
        yield UUID(int=first), UUID(int=after - 1)


def _done(intake: Intake, totals: Counter[str], *, at: datetime) -> Intake:
    found = {name: count for name, count in totals.items() if name != "dealt_with"}
    intake.counts = judging.outcomes(intake, found) | {"alike": intake.counts.get("alike", 0)}
    intake.stage, intake.done_at, intake.file_nonce = step(intake.stage, Stage.DONE), at, None
    intake.progress = intake.staged
    intake.save(update_fields=["counts", "stage", "done_at", "file_nonce", "progress"])
    staging.drop(intake.id)
    counts = {name: intake.counts[name] for name in ("read", "new", "merged", "skipped", "rejected")}
    body = {"sha256": intake.sha256, "policy": intake.policy, "area": intake.area_code, **counts}
    ledger.enter("roster.taken_in", f"roster:{intake.id}", by=intake.done_by, at=at, body=body)
    return intake


@transaction.atomic
def _back_to_ready(intake_id: UUID) -> Intake:
    intake = locked(intake_id)
    intake.stage, intake.stop_asked, intake.done_by = step(intake.stage, Stage.READY), False, ""
    intake.save(update_fields=["stage", "stop_asked", "done_by"])
    return intake
