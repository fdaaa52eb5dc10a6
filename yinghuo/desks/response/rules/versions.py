"""The definitions that changed within months: who is a contact, for how long managed, which levels areas have.

Source of the rows: the project's facts on the response (prevention and control protocol to May 2022; its 9th edition of
28 June 2022; the measures of 11 November 2022). What no source gives carries over from the row before, and says so.
"""

from datetime import date
from typing import NamedTuple


class Managed(NamedTuple):
    """How long and how a contact is managed: days in a facility, then at home, and the days on which assays are due.

    assay_days: day of management (1 is the first), of facility and home counted through
    """

    facility_days: int
    home_days: int
    assay_days: tuple[int, ...]

    @property
    def days(self) -> int:
        """Days of management in all."""
        return self.facility_days + self.home_days


class Version(NamedTuple):
    """The rules in force from `valid_from` on, until the next version's day.

    look_back_days:  days before onset, or before sampling for who has no symptoms, that contacts are looked for
    close, second:   management of close contacts, and of contacts of close contacts (None: no longer determined)
    levels:          the levels that areas can have, the highest first
    step_days:       level -> (days without a new infection, day of the round that must be negative, next level)
    because_en/_zh:  source, and what is carried over
    """

    name: str
    valid_from: date
    look_back_days: int
    close: Managed
    second: Managed | None
    levels: tuple[str, ...]
    step_days: dict[str, tuple[int, int | None, str]]
    because_en: str
    because_zh: str


VERSIONS = (
    Version(
        name="8th edition",
        valid_from=date(2021, 5, 14),
        look_back_days=4,
        close=Managed(14, 7, (1, 4, 7, 14, 16, 21)),
        second=Managed(7, 0, (1, 4, 7)),
        levels=("high", "medium", "low"),
        step_days={"high": (14, None, "low"), "medium": (14, None, "low")},
        because_en=(
            "Protocol in force to May 2022: 4 days back, close contacts 14 + 7 days, contacts of contacts 7 days. "
            "Days of assays and the 14 days of areas are from memory of the standard; not checked against its text."
        ),
        because_zh=(
            "2022年5月以前执行的防控方案：追溯4天，密接14天集中加7天居家，次密接7天集中。"
            "检测频次与风险区14天降级条件凭记忆填入，尚未对照原文。"
        ),
    ),
    Version(
        name="9th edition",
        valid_from=date(2022, 6, 28),
        look_back_days=2,
        close=Managed(7, 3, (1, 2, 3, 5, 7, 10)),
        second=Managed(0, 7, (1, 4, 7)),
        levels=("high", "medium", "low"),
        step_days={"high": (7, 7, "medium"), "medium": (7, 7, "low"), "high_then_medium": (3, None, "low")},
        because_en=(
            "9th edition, 28 June 2022: close contacts 7 + 3 days, contacts of contacts 7 days at home; one source "
            "still prints a look-back of 4 days."
        ),
        because_zh="第九版防控方案（2022年6月28日）：密接7天集中加3天居家，次密接7天居家；另有一处来源仍写追溯4天。",
    ),
    Version(
        name="20 measures",
        valid_from=date(2022, 11, 11),
        look_back_days=2,
        close=Managed(5, 3, (1, 2, 3, 5, 8)),
        second=None,
        levels=("high", "low"),
        step_days={"high": (5, None, "low")},
        because_en=(
            "Measures of 11 November 2022: close contacts 5 + 3 days, contacts of contacts no longer determined, "
            "levels high and low. The look-back and the days of assays are carried over."
        ),
        because_zh="2022年11月11日优化措施：密接5天集中加3天居家，不再判定次密接，风险区分为高、低两类。追溯天数与检测频次沿用第九版。",
    ),
)


def version_on(day: date) -> Version:
    """The version in force on a day.

    >>> version_on(date(2022, 5, 10)).name, version_on(date(2022, 6, 28)).name, version_on(date(2022, 11, 30)).name
    ('8th edition', '9th edition', '20 measures')
    """
    return max((one for one in VERSIONS if one.valid_from <= day), key=lambda one: one.valid_from, default=VERSIONS[0])
