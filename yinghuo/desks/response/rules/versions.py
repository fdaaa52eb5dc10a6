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


class Step(NamedTuple):
    """How an area's level comes down: from `level` to `to`, after days without a new infection and a negative round.

    clean_days: day 0 is the day of the last infection found there, or of the level's first day when none was
    round_day:  the earliest day, counted likewise, of a round of assays that must be all negative; None: no round
    after:      the step holds only for a level that came down from this one; None: for any other
    """

    level: str
    clean_days: int
    round_day: int | None
    to: str
    after: str | None = None


class Version(NamedTuple):
    """The rules in force from `valid_from` on, until the next version's day.

    look_back_days:  days before onset, or before sampling for who has no symptoms, that contacts are looked for
    close, second:   management of close contacts, and of contacts of close contacts (None: no longer determined)
    levels:          the levels that areas can have, the highest first
    steps:           how levels come down
    widest:          level -> the widest extent (`rules.levels.EXTENTS`) that it is given to
    areas_known:     whether the project's facts give the rules for areas; False: from memory, to be checked
    because_en/_zh:  source, and what is carried over
    """

    name: str
    valid_from: date
    look_back_days: int
    close: Managed
    second: Managed | None
    levels: tuple[str, ...]
    steps: tuple[Step, ...]
    widest: dict[str, str]
    areas_known: bool
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
        steps=(Step("high", 14, None, "low"), Step("medium", 14, None, "low")),
        widest={"high": "street", "medium": "street", "low": "county"},
        areas_known=False,
        because_en=(
            "Protocol in force to May 2022: 4 days back, close contacts 14 + 7 days, contacts of contacts 7 days. "
            "Days of assays are from memory of the standard; not checked against its text. For areas the project's "
            "facts give nothing at this date: three levels, streets at the widest and 14 days without a new infection "
            "are from memory, and so are not to be relied on before somebody checks them."
        ),
        because_zh=(
            "2022年5月以前执行的防控方案：追溯4天，密接14天集中加7天居家，次密接7天集中。"
            "检测频次凭记忆填入，尚未对照原文。本项目资料未载明该时段的风险区规定：三级划分、最大到街道、"
            "连续14天无新增后降级均凭记忆填入，核对原文前不得作为依据。"
        ),
    ),
    Version(
        name="9th edition",
        valid_from=date(2022, 6, 28),
        look_back_days=2,
        close=Managed(7, 3, (1, 2, 3, 5, 7, 10)),
        second=Managed(0, 7, (1, 4, 7)),
        levels=("high", "medium", "low"),
        steps=(
            Step("high", 7, 7, "medium"),
            Step("medium", 7, 7, "low"),
            Step("medium", 3, None, "low", after="high"),
        ),
        widest={"high": "cell", "medium": "cell", "low": "county"},
        areas_known=True,
        because_en=(
            "9th edition, 28 June 2022: close contacts 7 + 3 days, contacts of contacts 7 days at home; one source "
            "still prints a look-back of 4 days. Areas high, medium, low; that high and medium are at the widest one "
            "residential compound is from memory of the standard; not checked against its text."
        ),
        because_zh=(
            "第九版防控方案（2022年6月28日）：密接7天集中加3天居家，次密接7天居家；另有一处来源仍写追溯4天。"
            "风险区分高、中、低三类；中高风险区最大到一个小区（村）凭记忆填入，尚未对照原文。"
        ),
    ),
    Version(
        name="20 measures",
        valid_from=date(2022, 11, 11),
        look_back_days=2,
        close=Managed(5, 3, (1, 2, 3, 5, 8)),
        second=None,
        levels=("high", "low"),
        steps=(Step("high", 5, None, "low"),),
        widest={"high": "building", "low": "county"},
        areas_known=True,
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
