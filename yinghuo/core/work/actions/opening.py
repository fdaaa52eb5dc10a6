"""Opening orders: one, a list, or as many as a SELECT yields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yinghuo.core.work.actions.batch import Params, rows_json, write
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State, kind_of

# A clock given for one order goes before its kind's; none runs out after the work has to be finished, save the check.
OPEN = """
    WITH given (id, subject, area_code, party_id, campaign_id, detail, opened_at,
                accept_by, arrive_by, finish_by, verify_by) AS ({select}),
    written AS (
        INSERT INTO work_order (
            id, kind, subject, area_code, party_id, campaign_id, role, crew, state, detail, reason,
            opened_at, opened_by, opened_entry, done_by, verified_by, clocks_from,
            accept_by, arrive_by, finish_by, verify_by, escalation, reopened
        )
        SELECT g.id, %(work_kind)s, g.subject, coalesce(g.area_code, ''), g.party_id, g.campaign_id, %(work_role)s,
               '', '{open}', coalesce(g.detail, '{{}}'), '',
               g.opened_at, %(work_by)s, %(work_entry)s, '', '', g.opened_at,
               CASE WHEN k.accept IS NOT NULL THEN least(k.accept, k.arrive, k.finish) END,
               CASE WHEN k.arrive IS NOT NULL THEN least(k.arrive, k.finish) END,
               k.finish,
               CASE WHEN k.verify IS NOT NULL THEN greatest(k.verify, k.finish) END,
               0, 0
        FROM given g CROSS JOIN LATERAL (
            SELECT coalesce(g.accept_by, g.opened_at + %(work_accept)s::interval) AS accept,
                   coalesce(g.arrive_by, g.opened_at + %(work_arrive)s::interval) AS arrive,
                   coalesce(g.finish_by, g.opened_at + %(work_finish)s::interval) AS finish,
                   coalesce(g.verify_by, g.opened_at + %(work_verify)s::interval) AS verify
        ) AS k
        ORDER BY g.id
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
"""
SELECTED = """
    SELECT id, subject, area_code, party_id, campaign_id, detail, opened_at,
           NULL::timestamptz, NULL::timestamptz, finish_by, NULL::timestamptz
    FROM ({select}) AS s (id, subject, area_code, party_id, campaign_id, detail, opened_at, finish_by)
"""
LISTED = """
    SELECT id, subject, area_code, party_id, campaign_id, detail, coalesce(opened_at, %(work_at)s),
           accept_by, arrive_by, finish_by, verify_by
    FROM json_to_recordset(%(work_rows)s::json) AS r (
        id uuid, subject text, area_code text, party_id uuid, campaign_id uuid, detail jsonb, opened_at timestamptz,
        accept_by timestamptz, arrive_by timestamptz, finish_by timestamptz, verify_by timestamptz
    )
"""


@dataclass(frozen=True)
class NewOrder:
    """An order to be opened. The opener makes the id: the same id again is the same order.

    detail:    small, no personal data
    opened_at: when the need arose; None: when it is entered
    accept_by … verify_by: clocks of this order alone; None: its kind's
    """

    id: UUID
    subject: str
    area_code: str
    party_id: UUID | None = None
    campaign_id: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    opened_at: datetime | None = None
    accept_by: datetime | None = None
    arrive_by: datetime | None = None
    finish_by: datetime | None = None
    verify_by: datetime | None = None


def open_from_select(select: str, params: Params, *, kind: str, by: str, at: datetime) -> int:
    """Opens an order for each row of `select`; a row whose id is an order already changes nothing.

    select:  SQL with %(name)s parameters, yielding id, subject, area_code, party_id, campaign_id, detail (jsonb),
             opened_at, finish_by (NULL: by the kind's clock)
    returns: how many are new
    """
    statement, own = _opening(SELECTED.format(select=select), kind)
    return write(statement, {**params, **own}, kind="orders.opened", subject="orders", by=by, at=at, of=kind)


def open_many(rows: Sequence[NewOrder | Mapping[str, Any]], *, kind: str, by: str, at: datetime) -> int:
    """Opens orders of one kind; rows are `NewOrder`s, or mappings with its names. Returns how many are new."""
    statement, own = _opening(LISTED, kind)
    values = own | {"work_rows": rows_json(rows)}
    return write(statement, values, kind="orders.opened", subject="orders", by=by, at=at, of=kind)


@transaction.atomic
def open_order(order: NewOrder, *, kind: str, by: str, at: datetime) -> Order:
    """Opens one order and returns it; an order that has this id already is returned as it stands."""
    statement, own = _opening(LISTED, kind)
    values = own | {"work_rows": rows_json([order])}
    write(statement, values, kind="order.opened", subject=f"order:{order.id}", by=by, at=at, of=kind)
    return Order.objects.get(id=order.id)


def _opening(select: str, kind: str) -> tuple[str, dict[str, Any]]:
    """The statement that opens what `select` yields, and its own parameters."""
    known = kind_of(kind)
    spans = {f"work_{name}": span for name, span in known.clocks.items()}
    return OPEN.format(select=select, open=State.OPEN.value), {"work_kind": kind, "work_role": known.role, **spans}
