"""Replacing a rule of validation: a further row from a day on; the one before ends the day before and stays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from yinghuo.core import ledger
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.models import ValidationRule


@dataclass(frozen=True)
class Replacement:
    """What a rule shall be from a day on; parameters under the names that it has now."""

    valid_from: date
    parameters: Mapping[str, Any]
    effect: str
    source: str


@transaction.atomic
def replace_rule(rule: ValidationRule, wanted: Replacement, *, by: str, at: datetime) -> ValidationRule:
    """Replaces a rule from a day on; replacing it by the same again changes nothing.

    Refused("rule.no_source"), Refused("rule.parameters"), Refused("rule.later_row") when the rule has a row that begins
    on that day or later.
    """
    if not wanted.source.strip():
        raise Refused("rule.no_source")
    if wrong := _wrong(rule.parameters, wanted.parameters):
        raise Refused("rule.parameters", names=", ".join(wrong))
    alike = ValidationRule.objects.select_for_update().filter(name=rule.name, customer_class=rule.customer_class)
    rows = list(alike.order_by("valid_from"))
    said = {"parameters": dict(wanted.parameters), "effect": wanted.effect, "source_en": wanted.source}
    for row in rows:
        if row.valid_from == wanted.valid_from and all(getattr(row, name) == value for name, value in said.items()):
            return row
    if rows[-1].valid_from >= wanted.valid_from:
        raise Refused("rule.later_row", day=rows[-1].valid_from.isoformat())
    still = alike.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=wanted.valid_from))
    still.update(valid_to=wanted.valid_from - timedelta(days=1))
    made = ValidationRule(id=new_id(), name=rule.name, customer_class=rule.customer_class, **said)
    made.valid_from, made.source_zh = wanted.valid_from, wanted.source
    made.save(force_insert=True)
    body = {"name": made.name, "class": made.customer_class, "from": made.valid_from.isoformat()}
    body |= {
        "effect": made.effect,
        "source": made.source_en,
        "parameters": json.dumps(said["parameters"], sort_keys=True),
    }
    ledger.enter("rule.changed", f"rule:{made.id}", by=by, at=at, body=body)
    return made


def _wrong(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Names that are missing or new, and numbers that are none."""
    unknown = sorted(set(now) ^ set(wanted))
    return unknown or [
        name for name, value in wanted.items() if not isinstance(now[name], list) and not _is_number(value)
    ]


def _is_number(value: object) -> bool:
    try:
        return float(str(value)) >= 0
    except ValueError:
        return False
