"""Which rules of validation hold on a day, and for which meters."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from yinghuo.desks.metering.models import Found, Gone, ValidationRule
from yinghuo.desks.metering.validation_rules import ESTIMATION

# Findings that say nothing of whether a day's curve may stand for another day's.
HARMLESS = ("gap", "duplicate", "clock", "contract", "high_low", "sum_of_tariffs")


def in_force(day: date) -> list[ValidationRule]:
    """The rules of a day; of one name and class the one that began last."""
    holding = ValidationRule.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    latest = {(rule.name, rule.customer_class): rule for rule in holding.order_by("valid_from")}
    return [latest[key] for key in sorted(latest)]


def places_of(
    rules: Sequence[ValidationRule], classes: Sequence[str]
) -> dict[str, list[tuple[ValidationRule, np.ndarray]]]:
    """Each rule with the places of the meters it holds for; a rule of their own class goes before one for all.

    classes: the customer class of each meter
    """
    of = np.array(classes, dtype=object)
    own = {(rule.name, rule.customer_class) for rule in rules}
    applying: dict[str, list[tuple[ValidationRule, np.ndarray]]] = defaultdict(list)
    for rule in rules:
        others = [one for one in set(classes) if (rule.name, one) in own]
        holds = of == rule.customer_class if rule.customer_class else ~np.isin(of, others)
        if holds.any():
            applying[rule.name].append((rule, np.flatnonzero(holds)))
    return dict(applying)


def lookback_days(rules: Sequence[ValidationRule]) -> int:
    """How far back reference days are looked for by the rule that looks furthest."""
    return max((int(rule.parameters["lookback_days"]) for rule in rules if rule.name == ESTIMATION), default=0)


def unclean_days(day: date, meters: Sequence[int]) -> set[tuple[int, date]]:
    """Meters and earlier days whose curve a finding speaks against."""
    first = day - timedelta(days=lookback_days(in_force(day)) + 1)
    found = Found.objects.filter(day__gte=first, day__lt=day, meter_id__in=meters).exclude(rule__in=HARMLESS)
    return set(standing_of(found).values_list("meter_id", "day").distinct())


def standing_of(found: QuerySet[Found]) -> QuerySet[Found]:
    """The findings among these that no later run has said to be gone."""
    return found.filter(~Exists(Gone.objects.filter(meter_id=OuterRef("meter_id"), id=OuterRef("id"))))
