"""Figures that others have printed, dated and with their source, to be shown beside what was counted."""

import csv
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Stated:
    """One printed figure: of what, where and when, its value, who printed it, and what it says in our words."""

    key: str
    area: str
    first: datetime
    last: datetime
    value: Decimal
    source: str
    sentence_zh: str
    sentence_en: str

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return self.sentence_en if get_language() == "en" else self.sentence_zh


def stated(*, area: str, first: datetime, last: datetime) -> list[Stated]:
    """Printed figures of places in an area whose period ends within [first, last), in the order of their source.

    Both ends of a printed period are as printed: "to 8 May" ends at midnight after it, which is `last` of that day.
    """
    return [one for one in _table() if one.area.startswith(area) and first < one.last <= last]


@cache
def _table() -> tuple[Stated, ...]:
    rows = []
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [_stated(row) for row in csv.DictReader(file)]
    return tuple(rows)


def _stated(row: dict[str, str]) -> Stated:
    return Stated(
        key=row["key"],
        area=row["area"],
        first=datetime.fromisoformat(row["first"]),
        last=datetime.fromisoformat(row["last"]),
        value=Decimal(row["value"]),
        source=row["source"],
        sentence_zh=row["sentence_zh"],
        sentence_en=row["sentence_en"],
    )
