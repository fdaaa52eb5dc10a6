"""Reading a counted curve: the newest run, each area's last known days, how forecasts did beside the flat one."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from yinghuo.core.bulletins.models import Bulletin
from yinghuo.desks.response.models import CurveRun
from yinghuo.desks.response.rules.curves import PROVISIONAL_DAYS

Said = dict[str, Any]
FEWEST_SCORED = 10  # forecasts; of fewer nobody says who was better


@dataclass(frozen=True)
class Curve:
    """One area of a run, with its days."""

    run: CurveRun
    area_code: str
    said: Said

    @property
    def days(self) -> list[date]:
        """From the run's first to its last."""
        return [self.run.first + timedelta(days=n) for n in range((self.run.last - self.run.first).days + 1)]

    @property
    def reported(self) -> int | None:
        """Place of the last day whose new infections are known, exactly or within bounds."""
        return _last(self.said["low"])

    @property
    def latest(self) -> int | None:
        """Place of the last day whose week says something of the reproduction number."""
        return _last(self.said["r"]["q50"])

    @property
    def provisional_from(self) -> int:
        """Place of the first of the last days, whose figures later bulletins still change."""
        return max((self.reported or 0) + 1 - PROVISIONAL_DAYS, 0)

    def gaps(self) -> int:
        """Days of the run that no bulletin bounds."""
        return sum(value is None for value in self.said["low"])

    def exact(self) -> int:
        """Days of the run whose new infections are known exactly."""
        return sum(
            low is not None and low == high for low, high in zip(self.said["low"], self.said["high"], strict=True)
        )


@dataclass(frozen=True)
class Marks:
    """How forecasts did, ours and the flat one: mean scores, and the share of days that fell into the intervals."""

    forecasts: int
    wis: float
    flat_wis: float
    log_wis: float
    flat_log_wis: float
    in_50: float
    flat_in_50: float
    in_95: float
    flat_in_95: float

    @property
    def better(self) -> str:
        """By the log score, where enough was scored: "ours", "flat", "level" (within 5 %), "few"."""
        if self.forecasts < FEWEST_SCORED:
            return "few"
        if abs(self.log_wis - self.flat_log_wis) <= 0.05 * max(self.log_wis, self.flat_log_wis):
            return "level"
        return "ours" if self.log_wis < self.flat_log_wis else "flat"


def newest(area_code: str) -> CurveRun | None:
    """The region's newest run; None when nothing was counted yet."""
    return CurveRun.objects.filter(area_code=area_code).defer("figures").order_by("-counted_at").first()


def curves_of(run: CurveRun) -> dict[str, Curve]:
    """What the run said of each area, by code, the region first."""
    said = {one.area_code: one.said for one in run.areas.all()}
    return {code: Curve(run, code, said[code]) for code in run.codes}


def newer_figures(run: CurveRun) -> int:
    """Figures published since that the run does not have."""
    return Bulletin.objects.filter(area_code__in=run.codes).count() - run.records


def marks(rows: Iterable[list[float]]) -> Marks | None:
    """Rows of `scored` taken together; None without any."""
    rows = list(rows)
    if not rows:
        return None
    means = [fmean(row[place] for row in rows) for place in range(3, 11)]
    return Marks(len(rows), *means)


def marks_by(rows: Iterable[list[float]], key: Callable[[list[float]], Hashable]) -> dict[Any, Marks]:
    """Rows of `scored` in groups, in the order of their keys."""
    groups: dict[Any, list[list[float]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: found for name in sorted(groups) if (found := marks(groups[name]))}


def week_of(curve: Curve) -> Callable[[list[float]], date]:
    """The Monday of the week in which a forecast was made."""

    def monday(row: list[float]) -> date:
        made = curve.run.first + timedelta(days=int(row[0]))
        return made - timedelta(days=made.weekday())

    return monday


def _last(values: list[Any]) -> int | None:
    return next((place for place in range(len(values) - 1, -1, -1) if values[place] is not None), None)
