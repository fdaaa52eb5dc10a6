"""Many orders at once, because facts demand it; each call is one statement and one ledger entry."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from yinghuo.core.refusal import Refused
from yinghuo.core.work.actions.batch import Params, write
from yinghuo.core.work.rules import ACTIVE, State, before

# Rows are locked in the order of their ids, so that two of these statements wait for each other and never deadlock.
TAKE = """
    WITH given (id) AS ({select}),
    locked AS (
        SELECT w.id FROM work_order w
        WHERE w.id IN (SELECT id FROM given) AND w.state = 'open' ORDER BY w.id FOR UPDATE OF w
    ),
    written AS (
        UPDATE work_order w SET state = %(work_to)s, crew = %(work_by)s, taken_at = %(work_at)s
        FROM locked WHERE w.id = locked.id
        RETURNING w.id
    )
"""
FINISH = """
    WITH given (id, at, who) AS ({select}),
    wanted AS (SELECT DISTINCT ON (id) id, at, who FROM given ORDER BY id, at, who),
    locked AS (
        SELECT w.id, wanted.at, wanted.who FROM work_order w JOIN wanted ON wanted.id = w.id
        WHERE w.state = ANY(%(work_before)s) ORDER BY w.id FOR UPDATE OF w
    ),
    written AS (
        UPDATE work_order w SET state = %(work_to)s, done_at = locked.at, done_by = locked.who,
                                done_entry = %(work_entry)s
        FROM locked WHERE w.id = locked.id
        RETURNING w.id
    )
"""
VERIFY = """
    WITH given (id, at, who) AS ({select}),
    wanted AS (
        SELECT DISTINCT ON (g.id) g.id, g.at, g.who FROM given g JOIN work_order w ON w.id = g.id AND w.done_by <> g.who
        ORDER BY g.id, g.at, g.who
    ),
    locked AS (
        SELECT w.id, wanted.at, wanted.who FROM work_order w JOIN wanted ON wanted.id = w.id
        WHERE w.state = ANY(%(work_before)s) AND w.done_by <> wanted.who ORDER BY w.id FOR UPDATE OF w
    ),
    written AS (
        UPDATE work_order w SET state = %(work_to)s, closed_at = locked.at, verified_by = locked.who,
                                closed_entry = %(work_entry)s
        FROM locked WHERE w.id = locked.id
        RETURNING w.id
    )
"""
CANCEL = """
    WITH given (id) AS ({select}),
    locked AS (
        SELECT w.id FROM work_order w
        WHERE w.id IN (SELECT id FROM given) AND w.state = ANY(%(work_before)s) ORDER BY w.id FOR UPDATE OF w
    ),
    written AS (
        UPDATE work_order w SET state = %(work_to)s, closed_at = %(work_at)s, reason = %(work_reason)s,
                                closed_entry = %(work_entry)s
        FROM locked WHERE w.id = locked.id
        RETURNING w.id
    )
"""
ESCALATE = """
    WITH late AS (
        SELECT id FROM work_order
        WHERE state = ANY(%(work_active)s) AND due_at < %(work_at)s
          AND (escalated_due_at IS NULL OR escalated_due_at < due_at)
        ORDER BY id FOR UPDATE SKIP LOCKED
    ),
    written AS (
        UPDATE work_order w SET escalation = w.escalation + 1, escalated_due_at = w.due_at
        FROM late WHERE w.id = late.id
        RETURNING w.id
    )
"""
LISTED = "SELECT unnest(%(work_ids)s::uuid[]), %(work_at)s, %(work_by)s"


def take_from_select(select: str, params: Params, *, by: str, at: datetime) -> int:
    """Makes `by` the crew of those of the orders of `select` (id) that are open; returns how many."""
    values = {**params, **_steps(State.TAKEN)}
    return write(TAKE.format(select=select), values, kind="orders.taken", subject="orders", by=by, at=at)


def finish_from_select(select: str, params: Params, *, by: str, at: datetime) -> int:
    """Work reported done, for each row of `select` whose order is neither done nor ended; returns how many.

    select: SQL with %(name)s parameters, yielding id, at (when it was done), who (did it); the earliest row counts
    """
    values = {**params, **_steps(State.DONE)}
    return write(FINISH.format(select=select), values, kind="orders.finished", subject="orders", by=by, at=at)


def verify_from_select(select: str, params: Params, *, by: str, at: datetime) -> int:
    """Closes done orders, for each row of `select` but those whose `who` did the work; returns how many.

    select: SQL with %(name)s parameters, yielding id, at (when it was checked), who or what checked it
    """
    values = {**params, **_steps(State.CLOSED)}
    return write(VERIFY.format(select=select), values, kind="orders.verified", subject="orders", by=by, at=at)


def cancel_from_select(select: str, params: Params, *, by: str, at: datetime, reason: str) -> int:
    """Cancels those of the orders of `select` (id) that are neither done nor ended; returns how many."""
    if not (why := reason.strip()):
        raise Refused("access.reason")
    values = {**params, **_steps(State.CANCELLED), "work_reason": why}
    statement = CANCEL.format(select=select)
    return write(statement, values, kind="orders.cancelled", subject="orders", by=by, at=at, reason=why)


def finish_many(ids: Sequence[UUID], *, by: str, at: datetime) -> int:
    """Work of all these orders reported done by `by`; those that are done or ended stay as they are."""
    return finish_from_select(LISTED, {"work_ids": list(ids)}, by=by, at=at)


def verify_many(ids: Sequence[UUID], *, by: str, at: datetime) -> int:
    """Closes those of these orders that are done, and not by `by`; returns how many."""
    return verify_from_select(LISTED, {"work_ids": list(ids)}, by=by, at=at)


def escalate_due(*, now: datetime) -> int:
    """Marks each order whose running clock has passed, once per clock; returns how many were marked.

    An order that somebody else is writing at this moment is left for the next call.
    """
    values = {"work_active": list(ACTIVE)}
    return write(ESCALATE, values, kind="orders.escalated", subject="orders", by="system:clock", at=now)


def _steps(to: State) -> dict[str, object]:
    return {"work_before": before(to), "work_to": to.value}
