"""The published figures that a curve is counted from: bounds by area and day, days that state conversions, the root."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yinghuo.core.areas import queries as areas
from yinghuo.core.bulletins.models import Bulletin
from yinghuo.engines import merkle
from yinghuo.engines.bulletins import DailyRow, NetNew, close_splits, series
from yinghuo.engines.transmission import Donors

LEAST_CONFIRMED = 10  # a day with fewer says too little of the share that was converted
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Published:
    """What was published of a region, as of now.

    codes: the region itself, then the parts that bulletins name; days: all from the first to the last bulletin's
    low, high: bounds of new infections, people, (areas, days); NaN where no bulletin gives that bound
    donors: days on which some part states its conversions
    figures: what was used, by area and day: [area, day, confirmed, converted, asymptomatic]; None where not stated
    """

    codes: list[str]
    days: list[date]
    low: Floats
    high: Floats
    donors: Donors
    figures: list[list[Any]]

    @property
    def root(self) -> str:
        """RFC 6962 root over the figures, each a line of JSON, hexadecimal: another figure anywhere is another root."""
        return merkle.root(json.dumps(line).encode() for line in self.figures).hex()


def published(area_code: str) -> Published | None:
    """The figures of a region as they stand; None when nothing was published yet."""
    codes = [area_code, *sorted(area.code for area in areas.reported(area_code) if area.code != area_code)]
    rows = Bulletin.objects.filter(area_code__in=codes).order_by("area_code", "day")
    figures = [
        [row.area_code, row.day.isoformat(), row.confirmed_new, row.of_which_converted, row.asymptomatic_new]
        for row in rows
    ]
    return of_figures(codes, figures) if figures else None


def of_figures(codes: Sequence[str], figures: list[list[Any]]) -> Published:
    """The same from figures that a run kept; codes: the region, then its parts."""
    whole, *parts = codes
    rows = [DailyRow(date.fromisoformat(day), code, *counts) for code, day, *counts in figures]
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    closed = close_splits(rows, whole=whole, parts=parts)
    found = {code: series(closed, code, first=first, last=last, parts=parts if code == whole else ()) for code in codes}
    return Published(
        codes=list(codes),
        days=[day for day, _net in found[whole]],
        low=np.array([[_bound(net, "low") for _day, net in found[code]] for code in codes]),
        high=np.array([[_bound(net, "high") for _day, net in found[code]] for code in codes]),
        donors=_donors([row for row in rows if row.area != whole], first),
        figures=figures,
    )


def _bound(net: NetNew | None, end: str) -> float:
    return np.nan if net is None or None in (net.low, net.high) else float(getattr(net, end))


def _donors(rows: list[DailyRow], first: date) -> Donors:
    stated = [
        ((row.day - first).days, row.of_which_converted / row.confirmed_new)
        for row in rows
        if row.of_which_converted is not None and row.confirmed_new and row.confirmed_new >= LEAST_CONFIRMED
    ]
    days, shares = zip(*stated, strict=True) if stated else ((), ())
    return Donors(np.array(days, dtype=np.int64), np.array(shares, dtype=np.float64))
