"""The clocks of what people in isolation ask for, as dated rows by kind."""

from datetime import date, timedelta
from typing import NamedTuple

from yinghuo.desks.response.rules.clocks import FIRST

CHOICE_EN = "This project's choice: dialysis and birth bear no delay; food is missed at the next meal."
CHOICE_ZH = "本系统自定：透析和临产不能等；饮食以下一餐为限。"


class NeedClock(NamedTuple):
    """From `valid_from` on, a need of a kind is taken up within `accept_min` minutes, met within `finish_h` hours."""

    kind: str
    valid_from: date
    accept_min: int
    finish_h: int
    because_en: str = CHOICE_EN
    because_zh: str = CHOICE_ZH

    @property
    def accept(self) -> timedelta:
        """The minutes as a span."""
        return timedelta(minutes=self.accept_min)

    @property
    def finish(self) -> timedelta:
        """The hours as a span."""
        return timedelta(hours=self.finish_h)


NEED_CLOCKS = (
    NeedClock("dialysis", FIRST, 10, 4),
    NeedClock("pregnancy", FIRST, 10, 2),
    NeedClock("medicine", FIRST, 15, 2),
    NeedClock("child", FIRST, 15, 2),
    NeedClock("food", FIRST, 30, 4),
    NeedClock("animal", FIRST, 60, 12),
    NeedClock("other", FIRST, 60, 24),
)


def need_clock(kind: str, day: date) -> NeedClock:
    """The row in force on a day; KeyError for a kind without one.

    >>> need_clock("dialysis", date(2022, 5, 8)).finish_h
    4
    """
    rows = [row for row in NEED_CLOCKS if row.kind == kind]
    if not rows:
        raise KeyError(kind)
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=rows[0])
