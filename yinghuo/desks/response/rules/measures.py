"""Measures that restrict people, and the ceiling that each has under a level: dated rows with their source.

The project's facts give no ceilings. All rows are from memory of the protocols and notices, not checked against their
text, or this project's own choice of what is least; each row says which.
"""

from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.response.rules.levels import EXTENTS, NO_LEVEL, rank


class MeasureKind(TextChoices):
    """What is done to people or to a place."""

    CLOSE_BUILDING = "close_building", _("building closed, nobody leaves")
    STAY_IN_AREA = "stay_in_area", _("people stay in the area")
    DISTRICT_ROUND = "district_round", _("round of assays of a whole district")
    CLOSE_ENTERPRISE = "close_enterprise", _("enterprise closed")


class Ceiling(NamedTuple):
    """From `valid_from` on: what a kind of measure may be at most.

    lowest_level: the measure needs at least this level of the place; NO_LEVEL: it needs none
    widest:       the widest extent; most_days: the most days from its first to its last, both counted
    bases:        keys of `levels_basis` of which one at least must be named
    """

    kind: str
    valid_from: date
    lowest_level: str
    widest: str
    most_days: int
    bases: tuple[str, ...]
    because_en: str
    because_zh: str


PLACES = ("law.places", "regulation.emergency", "law.2025")
ORDERS = ("law.emergency", "regulation.emergency", "law.2025")
CEILINGS = (
    Ceiling(
        "close_building", date(2021, 5, 14), "high", "building", 14, PLACES,
        "At high level, as long as the level's 14 days. From memory; not checked.",
        "仅限高风险区，不超过降级所需14天。凭记忆，未核对。",
    ),
    Ceiling(
        "close_building", date(2022, 6, 28), "high", "building", 10, PLACES,
        "At high level, 7 days and 3 more. From memory of the 9th edition; not checked.",
        "仅限高风险区，7天加3天。凭记忆摘自第九版，未核对。",
    ),
    Ceiling(
        "close_building", date(2022, 11, 11), "high", "building", 5, PLACES,
        "At high level, 5 days. From memory of the twenty measures; not checked.",
        "仅限高风险区，5天。凭记忆摘自“二十条”，未核对。",
    ),
    Ceiling(
        "stay_in_area", date(2021, 5, 14), "medium", "street", 14, PLACES,
        "At medium level and above. From memory; not checked.", "中风险区及以上。凭记忆，未核对。",
    ),
    Ceiling(
        "stay_in_area", date(2022, 6, 28), "medium", "cell", 10, PLACES,
        "Medium: leave the area not at all. From memory of the 9th edition; not checked.",
        "中风险区人不出区。凭记忆摘自第九版，未核对。",
    ),
    Ceiling(
        "stay_in_area", date(2022, 11, 11), "high", "building", 5, PLACES,
        "There is no medium any more, and high is a unit or building.", "已取消中风险区，高风险区以单元、楼栋为单位。",
    ),
    Ceiling(
        "district_round", date(2021, 5, 14), "low", "county", 3, ORDERS,
        "Where a level stands in the district. From memory; the 3 days are this project's choice.",
        "所在县（区）已划定风险区。凭记忆；3天为本系统自定。",
    ),
    Ceiling(
        "district_round", date(2022, 11, 11), "high", "street", 3, ORDERS,
        "Not by whole districts, save where source and chains are unclear. From memory of the twenty measures; not "
        "checked.",
        "一般不按行政区域开展全员检测，感染来源和传播链条不清时除外。凭记忆摘自“二十条”，未核对。",
    ),
    Ceiling(
        "close_enterprise", date(2021, 5, 14), "high", "venue", 14, ORDERS,
        "The part of the enterprise that is at high level, no more. From memory; not checked.",
        "仅限企业内的高风险区域。凭记忆，未核对。",
    ),
    Ceiling(
        "close_enterprise", date(2022, 6, 28), "high", "venue", 7, ORDERS,
        "The part of the enterprise that is at high level, 7 days. From memory; not checked.",
        "仅限企业内的高风险区域，7天。凭记忆，未核对。",
    ),
    Ceiling(
        "close_enterprise", date(2022, 11, 11), "high", "venue", 5, ORDERS,
        "No stopping of production at will; the part that is at high level, 5 days. From memory of the twenty "
        "measures; not checked.",
        "不得随意停产停业；仅限高风险区域，5天。凭记忆摘自“二十条”，未核对。",
    ),
)  # fmt: skip


class Taken(NamedTuple):
    """A measure as it is, or is to be: where, from when to when, what level its place has, on what basis."""

    kind: str
    extent: str
    level: str
    starts_on: date
    ends_on: date | None
    bases: tuple[str, ...] = ()


def ceiling_on(kind: str, day: date) -> Ceiling:
    """The ceiling in force on a day.

    >>> [ceiling_on("close_building", date(2022, month, 20)).most_days for month in (5, 7, 11)]
    [14, 10, 5]
    """
    own = [one for one in CEILINGS if one.kind == kind]
    return max((one for one in own if one.valid_from <= day), key=lambda one: one.valid_from, default=own[0])


def above_ceiling(taken: Taken, on: date) -> tuple[str, ...]:
    """In what a measure is above its ceiling on a day; empty when it is not.

    "no_level" (its place has not the level that it needs), "too_wide", "no_end", "too_long", "no_basis"
    """
    ceiling = ceiling_on(taken.kind, on)
    faults = {
        "no_level": ceiling.lowest_level != NO_LEVEL and rank(taken.level) < rank(ceiling.lowest_level),
        "too_wide": EXTENTS.index(taken.extent) > EXTENTS.index(ceiling.widest),
        "no_end": taken.ends_on is None,
        "too_long": days_of(taken, on) > ceiling.most_days,
        "no_basis": not set(taken.bases) & set(ceiling.bases),
    }
    return tuple(name for name, present in faults.items() if present)


def days_of(taken: Taken, on: date) -> int:
    """Days from the first to the last, both counted; to today where no last day is set."""
    return ((taken.ends_on or max(on, taken.starts_on)) - taken.starts_on).days + 1
