"""Keeping what a validation found: findings, estimates, counts of the day; in lake, PostgreSQL and ledger."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from yinghuo.core import ledger
from yinghuo.core.ledger import facts
from yinghuo.core.ledger.actions import canonical, new_id
from yinghuo.desks.metering.actions.correcting import correct
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import DayCount, Found, SpecialDays, ValidationRule, ValidationRun
from yinghuo.desks.metering.queries.rules import standing_of
from yinghuo.desks.metering.validation_rules import STANDARD

BY = "system:validation"
OF_A_METER = {"id": "uuid", "meter_id": "bigint", "area_code": "text", "customer_class": "text", "quantity": "integer"}
FOUND = facts.register(
    facts.FactTable(
        "readings.doubted",
        "metering_found",
        ("meter_id", "id"),
        OF_A_METER
        | {"day": "date", "at": "timestamptz", "until": "timestamptz", "rule": "text", "rule_id": "uuid"}
        | {"verdict": "text", "effect": "text", "observed": "numeric(18,4)", "allowed": "numeric(18,4)"},
    )
)
GONE = facts.register(
    facts.FactTable(
        "doubts.gone", "metering_gone", ("meter_id", "id"), {"id": "uuid", "meter_id": "bigint", "at": "timestamptz"}
    )
)
ESTIMATED = facts.register(
    facts.FactTable(
        "readings.estimated",
        "metering_estimated",
        ("meter_id", "id"),
        OF_A_METER
        | {"day": "date", "at": "timestamptz", "until": "timestamptz"}
        | {"points": "integer", "method": "text", "because": "text"},
    )
)
QUALITIES = ("meters", "points", "measured", "estimated", "edited", "rejected", "missing")
COUNTED = facts.register(
    facts.FactTable(
        "day.counted",
        "metering_daycount",
        ("area_code", "id"),
        {"id": "uuid", "area_code": "text", "customer_class": "text", "day": "date", "at": "timestamptz"}
        | {"revision": "integer"}
        | dict.fromkeys(QUALITIES, "integer"),
    )
)
ESTIMATES = UUID("6f1a0a52-6f6e-4c68-8a6d-40d6b2a3f1d7")  # names the ids of estimates: the same again is the same row
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('metering.validation'), hashtext(%s))"
SAME = ("meter_id", "quantity", "rule_id", "at", "until", "verdict", "observed", "allowed")
Row = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What a run over one day came to.

    meters: ids of all that were looked at; found, estimated, counted: rows as the tables have them, without ids
    """

    day: date
    lake_version: int
    rules: Sequence[ValidationRule]
    meters: Sequence[int]
    found: Sequence[Row]
    estimated: Sequence[Row]
    counted: Sequence[Row]
    corrections: Sequence[Correction]


@transaction.atomic
def keep(lake: Lake, outcome: Outcome, *, started_at: datetime, now: datetime) -> ValidationRun:
    """Keeps an outcome: what is new is added, what is no longer seen is said to be gone; twice adds a run only.

    The corrections are committed to the lake first: when PostgreSQL fails after that, the next run finds them there.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [outcome.day.isoformat()])
    if outcome.corrections:
        correct(lake, outcome.corrections, by=BY, now=now)
    fresh, gone = _changed(outcome)
    found = _add(FOUND, [row | {"id": new_id()} for row in fresh], now)
    _add(GONE, [{"id": row.id, "meter_id": row.meter_id, "at": now} for row in gone], now)
    estimated = _add(ESTIMATED, [row | {"id": _estimate_id(row)} for row in outcome.estimated], now)
    _add(COUNTED, _recounted(outcome), now)
    took_ms = round((now - started_at).total_seconds() * 1000)
    run = ValidationRun(
        id=new_id(), day=outcome.day, at=now, lake_version=outcome.lake_version, meters=len(outcome.meters), found=found
    )
    run.gone, run.estimated, run.took_ms, run.rules_sha256 = len(gone), estimated, took_ms, digest(outcome.rules)
    return _entered(run)


@transaction.atomic
def add_special_days(days: SpecialDays, *, by: str, at: datetime) -> SpecialDays:
    """Says that some days of an area are no usual days; saying it twice is saying it once."""
    same = {"area_code": days.area_code, "kind": days.kind, "first": days.first, "last": days.last}
    if known := SpecialDays.objects.filter(**same).first():
        return known
    body = {**same, "first": days.first.isoformat(), "last": days.last.isoformat(), "source": days.source_en}
    days.entry_id = ledger.enter("special_days.added", f"special_days:{days.id}", by=by, at=at, body=body)
    days.save(force_insert=True)
    return days


def lay_down_standard() -> None:
    """The standard rules, where they are not there."""
    ValidationRule.objects.bulk_create([ValidationRule(**one.fields()) for one in STANDARD], ignore_conflicts=True)


def digest(rules: Iterable[ValidationRule]) -> str:
    """SHA-256 over the rules that were in force, in hexadecimal: canonical JSON of id, name, class and parameters."""
    rows = sorted([str(one.id), one.name, one.customer_class, _exact(one.parameters)] for one in rules)
    return hashlib.sha256(canonical(rows).encode()).hexdigest()


def _exact(parameters: dict[str, Any]) -> str:
    return json.dumps(parameters, sort_keys=True, ensure_ascii=False)


def _changed(outcome: Outcome) -> tuple[list[Row], list[Found]]:
    """Findings that do not stand yet, and standing ones that were not found again."""
    of_the_day = standing_of(Found.objects.filter(day=outcome.day, meter_id__in=outcome.meters))
    standing = {_same(vars(row)): row for row in of_the_day}
    now_found = {_same(row): row for row in outcome.found}
    fresh = [row for same, row in now_found.items() if same not in standing]
    return fresh, [row for same, row in standing.items() if same not in now_found]


def _same(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in SAME)


def _recounted(outcome: Outcome) -> list[Row]:
    """Counts that differ from the latest of their area, class and day, as the next revision."""
    latest: dict[tuple[str, str], DayCount] = {}
    for count in DayCount.objects.filter(day=outcome.day).order_by("revision"):
        latest[count.area_code, count.customer_class] = count
    rows = []
    for row in outcome.counted:
        known = latest.get((row["area_code"], row["customer_class"]))
        if known is None or any(getattr(known, name) != row[name] for name in QUALITIES):
            rows.append(row | {"id": new_id(), "revision": known.revision + 1 if known else 1})
    return rows


def _estimate_id(row: Row) -> UUID:
    return uuid5(ESTIMATES, f"{row['meter_id']}|{row['quantity']}|{row['at']}|{row['until']}|{row['because']}")


def _add(table: facts.FactTable, rows: Sequence[Row], now: datetime) -> int:
    """Adds rows of a fact table with one entry; returns how many were new."""
    if not rows:
        return 0
    return facts.keep(table, json.dumps(rows, default=str), {}, by=BY, at=now, sent_at=now).fresh


def _entered(run: ValidationRun) -> ValidationRun:
    body = {"lake_version": run.lake_version, "meters": run.meters, "rules": run.rules_sha256}
    body |= {"found": run.found, "gone": run.gone, "estimated": run.estimated}
    subject = f"day:{run.day.isoformat()}"
    run.entry_id = ledger.enter("readings.validated", subject, by=BY, at=run.at, body=body)
    run.save(force_insert=True)
    return run
