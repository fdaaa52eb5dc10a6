"""Reading what was published, netted so that a person is counted once."""

from collections.abc import Sequence
from datetime import date

from yinghuo.core.areas import queries as areas
from yinghuo.core.bulletins.models import Bulletin
from yinghuo.engines.bulletins import COUNTS, DailyRow, NetNew, close_splits, series

Series = list[tuple[date, NetNew | None]]


def period() -> tuple[date, date] | None:
    """The first and the last day of which anything was published; None if nothing was."""
    days = Bulletin.objects.order_by("day").values_list("day", flat=True)
    return (days[0], days.reverse()[0]) if days.exists() else None


def net_new(codes: Sequence[str], *, whole: str, first: date, last: date) -> dict[str, Series]:
    """New infections by area and day, conversions netted; None on a day that nobody published.

    codes: the areas asked for; whole: the area that all reported ones add up to
    """
    parts = [area.code for area in areas.reported(whole)]
    rows = close_splits(_rows(), whole=whole, parts=parts)
    return {code: series(rows, code, first=first, last=last, parts=parts if code == whole else ()) for code in codes}


def _rows() -> list[DailyRow]:
    return [
        DailyRow(row.day, row.area_code, **{count: getattr(row, count) for count in COUNTS}, sources=tuple(row.sources))
        for row in Bulletin.objects.order_by("day", "area_code")
    ]
