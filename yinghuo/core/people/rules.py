"""How long personal data are kept, as dated rows; and how a day's limit follows from them."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

Kept = Literal["identity", "record"]


class Retention(NamedTuple):
    """From `valid_from` on, `what` is kept for `days` days after it was written down; `because` says why so long."""

    what: Kept
    valid_from: date
    days: int
    because_en: str
    because_zh: str


PIPL_IN_FORCE = date(2021, 11, 1)

# What was kept under an older row keeps that row's day. A new order is a new row.
RETENTION = (
    Retention(
        "identity",
        PIPL_IN_FORCE,
        60,
        "This project's choice: two months, as long as the longest sampling campaign it was built after, so that a "
        "positive tube's people can be found until it ends. Personal Information Protection Law, art. 19: no longer "
        "than the purpose needs.",
        "本系统自定：两个月，与所依据的最长一次采样任务等长，任务结束前可找到阳性管内人员。"
        "《个人信息保护法》第十九条：保存期限应当为实现处理目的所必要的最短时间。",
    ),
    Retention(
        "record",
        PIPL_IN_FORCE,
        3 * 366,
        "Objections, and the reasons for which identities were looked at. Personal Information Protection Law, "
        "art. 56: records of processing are kept for at least three years.",
        "异议以及查看身份的事由。《个人信息保护法》第五十六条：处理情况记录应当至少保存三年。",
    ),
)


def retention(what: Kept, day: date) -> Retention:
    """The row in force on `day`; LookupError for a day before the first row.

    >>> retention("identity", date(2022, 3, 13)).days
    60
    """
    rows = [row for row in RETENTION if row.what == what and row.valid_from <= day]
    if not rows:
        raise LookupError(f"no retention rule for {what} on {day}")
    return max(rows, key=lambda row: row.valid_from)


def keep_until(what: Kept, day: date) -> date:
    """The last day on which what is written down on `day` is kept.

    >>> keep_until("identity", date(2022, 3, 13))
    datetime.date(2022, 5, 12)
    """
    return day + timedelta(days=retention(what, day).days)
