"""Validation of a day: the rules in force put to every meter, what is missing estimated, all of it kept."""

import time
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils import timezone

from yinghuo.desks.metering.actions.validation import Outcome, keep, lay_down_standard
from yinghuo.desks.metering.jobs.validating.filling import Filled, Past, fill
from yinghuo.desks.metering.jobs.validating.grids import DAY_POINTS, Outage, read
from yinghuo.desks.metering.jobs.validating.judging import EDITED, Verdicts, judge
from yinghuo.desks.metering.lake.readings import Correction
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Meter, SpecialDays, ValidationRule, ValidationRun
from yinghuo.desks.metering.queries.moments import begin_of
from yinghuo.desks.metering.queries.rules import in_force, places_of, unclean_days
from yinghuo.desks.metering.validation_rules import CURVES, ESTIMATION
from yinghuo.engines.meters.quantities import BY_NAME

RECENT_DAYS = 3
METERS_AT_ONCE = 1_000  # bounds the memory: about 500 MB
JUDGED = slice(DAY_POINTS, 2 * DAY_POINTS)
Row = dict[str, Any]


def validate(lake: Lake, day: date, *, now: datetime, outages: Collection[Outage] = ()) -> ValidationRun:
    """Validates one day of every meter that was installed then; safe to run again, and meant to be: what came late
    makes findings go and estimates withdraw.

    outages: known failures of supply, besides those that the voltages show
    """
    started_s = time.monotonic()
    lay_down_standard()
    version, rules = lake.table().version(), in_force(day)
    meters = list(Meter.objects.filter(installed_on__lte=day).exclude(retired_on__lt=day).order_by("id"))
    found: list[Row] = []
    estimated: list[Row] = []
    counts: dict[tuple[str, str], Row] = {}
    corrections: list[Correction] = []
    for some in _chunks(meters):
        verdicts, filled = _look(lake, day, some, rules, outages)
        found += _found(verdicts)
        estimated += _estimated(verdicts, filled)
        corrections += filled.corrections
        _count(verdicts, filled, counts)
    outcome = Outcome(
        day=day, lake_version=version, rules=rules, meters=[one.id for one in meters], found=found,
        estimated=estimated, counted=list(counts.values()), corrections=corrections,
    )  # fmt: skip
    return keep(lake, outcome, started_at=now - timedelta(seconds=time.monotonic() - started_s), now=now)


def validate_recent(lake: Lake, *, now: datetime) -> list[ValidationRun]:
    """Validates the last RECENT_DAYS days, the oldest first: catching up may have brought readings of each."""
    today = timezone.localdate(now)
    return [validate(lake, today - timedelta(days=back), now=now) for back in range(RECENT_DAYS, 0, -1)]


def _look(
    lake: Lake, day: date, meters: Sequence[Meter], rules: Sequence[ValidationRule], outages: Collection[Outage]
) -> tuple[Verdicts, Filled]:
    grid = read(lake, day, meters, outages)
    applying = places_of(rules, [one.customer_class for one in meters])
    how = applying.pop(ESTIMATION, [])
    verdicts = judge(grid, applying)
    specials = list(SpecialDays.objects.order_by("first"))
    return verdicts, fill(verdicts, how, Past(lake, specials, unclean_days(day, [one.id for one in meters])))


def _chunks(meters: Sequence[Meter]) -> Iterator[Sequence[Meter]]:
    for first in range(0, len(meters), METERS_AT_ONCE):
        yield meters[first : first + METERS_AT_ONCE]


def _found(verdicts: Verdicts) -> list[Row]:
    grid = verdicts.grid
    meters = {one.id: one for one in grid.meters}
    return [
        _of(meters[finding.meter], finding.quantity)
        | {"day": grid.day, "at": grid.at(finding.first), "until": grid.at(finding.last)}
        | {"rule": finding.rule, "rule_id": rule.id, "verdict": finding.verdict, "effect": rule.effect}
        | {"observed": _exact(finding.observed), "allowed": _exact(finding.limit)}
        for finding, rule in verdicts.judged
    ]


def _estimated(verdicts: Verdicts, filled: Filled) -> list[Row]:
    grid = verdicts.grid
    meters = {one.id: one for one in grid.meters}
    return [
        _of(meters[gap.estimate.meter], gap.estimate.quantity)
        | {"day": grid.day, "at": grid.at(gap.estimate.first), "until": grid.at(gap.estimate.last)}
        | {"points": len(gap.estimate.values), "method": gap.estimate.method, "because": gap.because}
        for gap in filled.gaps
    ]


def _count(verdicts: Verdicts, filled: Filled, counts: dict[tuple[str, str], Row]) -> None:
    """Adds the points of these meters to the counts of their areas and classes."""
    grid = verdicts.grid
    tallies = {name: np.zeros(len(grid.meters), dtype=np.int64) for name in ("points", *_KINDS)}
    for name in CURVES:
        expected = verdicts.expected[name]
        tallies["points"] += expected * DAY_POINTS
        for kind, points in _kinds(verdicts, filled, name).items():
            tallies[kind] += expected * points[:, JUDGED].sum(axis=1)
    for row, meter in enumerate(grid.meters):
        place = meter.area_code, meter.customer_class
        at_start = {"area_code": place[0], "customer_class": place[1], "day": grid.day, "at": begin_of(grid.day)}
        count = counts.setdefault(place, at_start | dict.fromkeys(("meters", *tallies), 0))
        count["meters"] += 1
        for name, tally in tallies.items():
            count[name] += int(tally[row])


_KINDS = ("measured", "estimated", "edited", "rejected", "missing")


def _kinds(verdicts: Verdicts, filled: Filled, name: str) -> dict[str, np.ndarray]:
    """Each point is of one kind."""
    edited = verdicts.grid.quality[name] == EDITED
    estimated = filled.points[name] & ~edited
    rejected = verdicts.rejected[name] & ~edited & ~estimated
    measured = np.isfinite(verdicts.columns.values[name]) & ~edited & ~estimated & ~rejected
    missing = ~(edited | estimated | rejected | measured)
    return dict(zip(_KINDS, (measured, estimated, edited, rejected, missing), strict=True))


def _of(meter: Meter, quantity: str) -> Row:
    number = BY_NAME[quantity].number
    return {"meter_id": meter.id, "area_code": meter.area_code, "customer_class": meter.customer_class} | {
        "quantity": number
    }


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(Decimal("0.0001"))
