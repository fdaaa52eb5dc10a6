"""Putting a brief together: every number in it is counted, none is typed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from yinghuo.core.areas.models import Area
from yinghuo.core.figures import queries as figures
from yinghuo.core.figures.registry import open_figures
from yinghuo.core.figures.stated import Stated, stated
from yinghuo.desks.sampling.queries import turnaround
from yinghuo.desks.sampling.queries.progress import StageTime
from yinghuo.web.brief import counts

STAFF = {"sampling.samplers", "sampling.laboratory_staff", "sampling.vehicles"}


@dataclass(frozen=True)
class StatedRow:
    """A printed figure beside what was counted for the same place and period."""

    stated: Stated
    counted: figures.Value
    scale: Decimal

    @property
    def expected(self) -> Decimal | None:
        """What a run at this scale should come to: printed times scale, rounded half up; None for head-counts of staff,
        which a small run cannot scale with.
        """
        if self.scale != 1 and self.stated.key in STAFF:
            return None
        return (self.stated.value * self.scale).quantize(self.stated.value, ROUND_HALF_UP)

    @property
    def equal(self) -> bool | None:
        """Whether exactly that was counted; None where nothing is expected."""
        return None if self.expected is None else self.counted.value == self.expected


@dataclass(frozen=True)
class Brief:
    """Everything a brief says, without language. Periods are half-open; minutes are minutes.

    figures: every registered figure for the area and period asked
    stated:  printed figures whose period ends within the period asked
    signed:  the checkpoint that all of this was counted at
    """

    area: str
    area_zh: str
    area_en: str
    first: datetime
    last: datetime
    now: datetime
    scale: Decimal
    signed: counts.Signed
    figures: list[figures.Value]
    stated: list[StatedRow]
    turnaround: dict[int, StageTime]
    recollections: counts.Recollections
    doubts: list[counts.DoubtRow]
    enterprises: list[counts.EnterpriseRow]


def build(area: str, first: datetime, last: datetime, now: datetime, *, scale: Decimal | None = None) -> Brief:
    """The brief of an area (code prefix, '' = everything) and a period, as of the newest signed checkpoint.

    It checks nobody's area: the caller gives an area that its reader may see.
    scale: share of the real numbers that a demonstration was run at; None reads it from the ledger
    Refused("figure.period") unless first < last
    """
    signed = counts.signed()
    scale = counts.scale() if scale is None else Decimal(scale)
    named = Area.objects.filter(code=area).only("name_zh", "name_en").first()
    printed = stated(area=area, first=first, last=last)
    asked = [figures.ask(one.key, area=area, first=first, last=last, size=signed.size) for one in open_figures()]
    beside = [figures.ask(s.key, area=s.area, first=s.first, last=s.last, size=signed.size) for s in printed]
    values = figures.compute_many(asked + beside)
    return Brief(
        area=area,
        area_zh=named.name_zh if named else area,
        area_en=named.name_en if named else area,
        first=first,
        last=last,
        now=now,
        scale=scale,
        signed=signed,
        figures=values[: len(asked)],
        stated=[StatedRow(s, value, scale) for s, value in zip(printed, values[len(asked) :], strict=True)],
        turnaround=turnaround(area_code=area, first=first, last=last),
        recollections=counts.recollections(area, first, last, now=now),
        doubts=counts.doubts(area, first, last),
        enterprises=counts.enterprises(area, first, last, size=signed.size),
    )
