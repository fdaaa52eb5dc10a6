"""Raising issues, and settling them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work.actions.batch import Params, rows_json, write
from yinghuo.core.work.models import Issue
from yinghuo.core.work.rules import Settlement

ISSUES = UUID("0b2f6f0e-7a43-5a0c-9d0e-3c1c6a2f51d7")  # the space in which code and subject name an issue

RAISE = """
    WITH given (id, code, subject, area_code, campaign_id, detail, raised_at) AS ({select}),
    written AS (
        INSERT INTO work_issue (id, code, subject, area_code, campaign_id, detail, raised_at, raised_by, raised_entry,
                                settled_by, settlement, reason)
        SELECT id, code, subject, coalesce(area_code, ''), campaign_id, coalesce(detail, '{{}}'), raised_at,
               %(work_by)s, %(work_entry)s, '', '', ''
        FROM given
        ORDER BY id
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
"""
LISTED = """
    SELECT id, code, subject, area_code, campaign_id, detail, coalesce(raised_at, %(work_at)s)
    FROM json_to_recordset(%(work_rows)s::json) AS r (
        id uuid, code text, subject text, area_code text, campaign_id uuid, detail jsonb, raised_at timestamptz
    )
"""


@dataclass(frozen=True)
class NewIssue:
    """A doubt to be raised; code and subject tell it from others, unless an id is given.

    area_code: "" where it is not known
    raised_at: None: when it is entered
    """

    code: str
    subject: str
    area_code: str = ""
    campaign_id: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    raised_at: datetime | None = None
    id: UUID | None = None


def issue_id(code: str, subject: str) -> UUID:
    """The id (version 5) of the one issue with this code about this subject.

    >>> issue_id("box.count", "box:1") == issue_id("box.count", "box:1") != issue_id("box.count", "box:2")
    True
    """
    return uuid5(ISSUES, f"{code} {subject}")


def raise_from_select(select: str, params: Params, *, by: str, at: datetime) -> int:
    """Raises an issue for each row of `select`; one that was raised before, settled or not, stays as it is.

    select:  SQL with %(name)s parameters, yielding id, code, subject, area_code, campaign_id, detail (jsonb), raised_at
    returns: how many are new
    """
    return write(RAISE.format(select=select), params, kind="issues.raised", subject="issues", by=by, at=at)


def raise_many(rows: Sequence[NewIssue | Mapping[str, Any]], *, by: str, at: datetime) -> int:
    """Raises issues; rows are `NewIssue`s, or mappings with its names. Returns how many are new."""
    new = [row if isinstance(row, NewIssue) else NewIssue(**row) for row in rows]
    named = [replace(issue, id=issue.id or issue_id(issue.code, issue.subject)) for issue in new]
    return raise_from_select(LISTED, {"work_rows": rows_json(named)}, by=by, at=at)


@transaction.atomic
def settle_issue(issue_id: UUID, *, settlement: str, reason: str, by: str, at: datetime) -> Issue:
    """Settles an issue, with the reason; the first settlement stands.

    Refused: "issue.unknown", "issue.settlement", "access.reason"; "issue.settled" when it is settled otherwise
    """
    issue, why = Issue.objects.select_for_update().filter(id=issue_id).first(), reason.strip()
    if issue is None:
        raise Refused("issue.unknown")
    if settlement not in Settlement.values:
        raise Refused("issue.settlement", settlement=settlement)
    if not why:
        raise Refused("access.reason")
    if issue.settled_at is not None:
        return _settled_before(issue, settlement, by)
    issue.settled_at, issue.settled_by, issue.settlement, issue.reason = at, by, settlement, why
    body = {"of": issue.code, "reason": why, "settlement": settlement}
    issue.settled_entry = ledger.enter("issue.settled", f"issue:{issue.id}", by=by, at=at, body=body)
    issue.save()
    return issue


def _settled_before(issue: Issue, settlement: str, by: str) -> Issue:
    if (issue.settlement, issue.settled_by) != (settlement, by):
        raise Refused("issue.settled", settlement=issue.settlement)
    return issue
