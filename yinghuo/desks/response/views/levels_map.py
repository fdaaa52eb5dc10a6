"""The map of levels: the highest level of each prefecture, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yinghuo.console import charts
from yinghuo.core.areas.models import Area
from yinghuo.desks.response.models import AreaLevel, Rank
from yinghuo.desks.response.rules.levels import rank

MAP_SPAN = timedelta(days=60)


def level_map(levels: Sequence[AreaLevel], outlined: Sequence[Area], *, first: date, today: date) -> dict[str, Any]:
    """The highest level of each prefecture day by day, as far back as MAP_SPAN."""
    first = max(first, today - MAP_SPAN)
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    outlines = [charts.Outline(one.code, one.short.split()[0], one.outline or {}) for one in outlined]
    values = {one.code: [_highest(levels, one.code, day) for day in days] for one in outlined}
    spec = charts.day_map(
        name="levels", title=_("Highest level by prefecture"), unit="", days=days, outlines=outlines, values=values
    )
    words = [_("no level"), *(str(Rank(one).label) for one in (Rank.LOW, Rank.MEDIUM, Rank.HIGH))]
    shades = [{"min": number, "max": number, "label": word} for number, word in enumerate(words)]
    return spec | {"shades": shades, "worded": True}


def _highest(levels: Sequence[AreaLevel], code: str, day: date) -> int:
    standing = [
        rank(level.rank)
        for level in levels
        if level.area_code.startswith(code)
        and level.starts_on <= day
        and (level.ended_on is None or day < level.ended_on)
    ]
    return max(standing, default=0)
