"""Taking in what authorities published."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.areas.models import Area
from yinghuo.core.bulletins.models import Bulletin, StatedFact
from yinghuo.engines.bulletins import COUNTS, parse_daily, with_codes
from yinghuo.engines.stated_facts import parse_facts


@transaction.atomic
def load_daily(text: str, *, by: str, at: datetime) -> int:
    """Takes in a daily.csv (engines.bulletins.parse_daily); returns how many rows are new.

    ValueError when the file is not of that form or names an area nobody knows.
    """
    codes = dict(Area.objects.exclude(short_zh="").values_list("short_zh", "code"))
    rows = [
        Bulletin(
            day=row.day,
            area_code=row.area,
            sources=list(row.sources),
            **{count: getattr(row, count) for count in COUNTS},
        )
        for row in with_codes(parse_daily(text), codes)
    ]
    return _add(Bulletin, rows, text, by=by, at=at)


@transaction.atomic
def load_facts(text: str, *, by: str, at: datetime) -> int:
    """Takes in an other_facts.csv (engines.stated_facts.parse_facts); returns how many are new."""
    rows = [
        StatedFact(
            first_day=fact.first_day,
            last_day=fact.last_day,
            what=fact.what,
            value=fact.value,
            unit=fact.unit,
            source=fact.source,
        )
        for fact in parse_facts(text)
    ]
    return _add(StatedFact, rows, text, by=by, at=at)


def _add(table: type[Bulletin] | type[StatedFact], rows: list[Any], text: str, *, by: str, at: datetime) -> int:
    before = table.objects.count()
    table.objects.bulk_create(rows, ignore_conflicts=True)
    added = table.objects.count() - before
    if added:
        body = {"count": added, "sha256": sha256(text.encode()).hexdigest()}
        ledger.enter("bulletins.loaded", f"bulletins:{table._meta.model_name}", by=by, at=at, body=body)
    return added
