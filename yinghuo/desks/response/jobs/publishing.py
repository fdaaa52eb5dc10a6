"""The desk's tables for everybody, once a week: counted, masked, stored as they are, entered with their digest."""

import hashlib
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.ledger.actions import canonical
from yinghuo.desks.response.models import PublishedTable
from yinghuo.desks.response.queries.published import COUNTS, TABLES, week_of

BY = "system:publishing"


def publish_week(today: date, *, at: datetime) -> int:
    """Publishes the tables of the last whole week before `today` that are not published yet; returns how many.

    A published table is never counted again: a case that is corrected later changes nothing in it, so that the
    difference of two readings tells nothing of one person.
    """
    first, last = week_of(today)
    return sum(_publish(key, first, last, at=at) for key in TABLES)


@transaction.atomic
def _publish(key: str, first: date, last: date, *, at: datetime) -> bool:
    table_id = uuid5(NAMESPACE_URL, f"yinghuo:published:{key}:{first}")
    if PublishedTable.objects.filter(id=table_id).exists():
        return False
    made = COUNTS[key](first, last)
    content = {"cells": made.cells, "columns": made.columns, "rows": made.rows}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    body = {"digest": digest, "first_day": first.isoformat(), "last_day": last.isoformat(), "table": key}
    entry_id = ledger.enter("table.published", f"table:{table_id}", by=BY, at=at, body=body)
    PublishedTable.objects.create(
        id=table_id, key=key, first_day=first, last_day=last, made_at=at, entry_id=entry_id, **content
    )
    return True
