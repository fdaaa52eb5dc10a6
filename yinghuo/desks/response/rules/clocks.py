"""The clocks of the response, as dated rows: report, core facts, investigation, 7-1-7, transfer, isolation, rounds.

Sources: the project's facts on the response (2 h, 4 h and 24 h: one source each; 7-1-7: 717alliance.org). What is this
project's own choice, or comes from memory of a standard that was not checked against its text, says so in its because.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
FIRST = date(2021, 5, 14)  # the day of the oldest version of the rules
MEMORY_EN = "From memory of the standard; not checked against its text."
MEMORY_ZH = "凭记忆填入，尚未对照原文。"
CHOICE_EN = "This project's choice."
CHOICE_ZH = "本系统自定。"


class Clock(NamedTuple):
    """From `valid_from` on, what `key` names has to have happened `hours` after `counted_from`.

    counted_from: emerged, detected, notified, opened (the event), judged (the case or contact), asked (the need),
                  found (the infection)
    """

    key: str
    valid_from: date
    hours: int
    counted_from: str
    name_en: str
    name_zh: str
    because_en: str
    because_zh: str

    @property
    def span(self) -> timedelta:
        """The hours as a span."""
        return timedelta(hours=self.hours)


CLOCKS = (
    Clock(
        "direct_report",
        FIRST,
        2,
        "found",
        "Direct report of a found infection",
        "网络直报",
        "Direct report within 2 hours; one source.",
        "发现感染者后2小时内网络直报；仅一处来源。",
    ),
    Clock(
        "core_facts",
        FIRST,
        4,
        "notified",
        "Core facts of the investigation",
        "流调核心信息",
        "Core facts within 4 hours; one source.",
        "4小时内完成核心信息调查；仅一处来源。",
    ),
    Clock(
        "investigation",
        FIRST,
        24,
        "notified",
        "Investigation complete",
        "完成流调",
        "Investigation within 24 hours; one source.",
        "24小时内完成流行病学调查；仅一处来源。",
    ),
    Clock(
        "detection",
        FIRST,
        7 * 24,
        "emerged",
        "Detection (7-1-7)",
        "发现（7-1-7）",
        "7 days from emergence to detection (717alliance.org).",
        "自发生至发现不超过7天（717alliance.org）。",
    ),
    Clock(
        "notification",
        FIRST,
        24,
        "detected",
        "Notification (7-1-7)",
        "报告（7-1-7）",
        "1 day from detection to notification (717alliance.org).",
        "自发现至报告不超过1天（717alliance.org）。",
    ),
    Clock(
        "first_action",
        FIRST,
        24,
        "notified",
        "First action (7-1-7)",
        "首项处置（7-1-7）",
        "First action initiated within 1 day of notification (717alliance.org).",
        "报告后1天内启动首项处置（717alliance.org）。",
    ),
    Clock(
        "early_response",
        FIRST,
        7 * 24,
        "notified",
        "Early response complete (7-1-7)",
        "早期处置完成（7-1-7）",
        "7 days from notification to the latest of the applicable early actions (717alliance.org).",
        "自报告起7天内完成全部适用的早期处置，以最晚一项为准（717alliance.org）。",
    ),
    Clock(
        "case_transfer",
        FIRST,
        2,
        "opened",
        "Case taken to a hospital",
        "病例转运到院",
        f"Cases are taken to the designated hospital within 2 hours. {MEMORY_EN}",
        f"病例2小时内转运至定点医院。{MEMORY_ZH}",
    ),
    Clock(
        "contact_isolation",
        FIRST,
        8,
        "opened",
        "Close contacts in their rooms",
        "密接入住隔离点",
        f"Close contacts are in isolation within 8 hours of being determined. {MEMORY_EN}",
        f"密接判定后8小时内转运至隔离点。{MEMORY_ZH}",
    ),
    Clock(
        "disinfection",
        FIRST,
        24,
        "opened",
        "Disinfection done",
        "消杀完成",
        f"Terminal disinfection within 24 hours. {CHOICE_EN}",
        f"24小时内完成终末消毒。{CHOICE_ZH}",
    ),
    Clock(
        "disinfection_check",
        FIRST,
        48,
        "opened",
        "Disinfection checked",
        "消杀效果评价",
        f"Effect checked within 48 hours. {CHOICE_EN}",
        f"48小时内完成消毒效果评价。{CHOICE_ZH}",
    ),
)


def clock_on(key: str, day: date) -> Clock:
    """The row of a clock in force on a day, the oldest before any; KeyError for a key that is not in the table.

    >>> clock_on("core_facts", date(2022, 5, 7)).hours
    4
    """
    rows = [row for row in CLOCKS if row.key == key]
    if not rows:
        raise KeyError(key)
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=rows[0])


def due(key: str, since: datetime) -> datetime:
    """When a clock that began to run at `since` (aware) runs out, by the row in force on that day in China.

    >>> from datetime import UTC
    >>> due("core_facts", datetime(2022, 5, 7, 12, tzinfo=UTC)).hour
    16
    """
    return since + clock_on(key, since.astimezone(CHINA).date()).span
