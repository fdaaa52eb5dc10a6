"""Who is a contact of which grade, as dated rows, each decision with its because; how long an open visit lasts; pure.

The definitions: near contact without effective protection, living together, the same closed workplace, a meal or an
entertainment together (the project's facts on the response). No source gives minutes: these are this project's choice.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from yinghuo.desks.response.rules.versions import Version

LEAST_MINUTES = 5  # of one pair and day: under it two people met no more than in passing
CLOCK_SKEW_S = 60  # by which the clocks of gates and phones may differ: this project's choice, on the safe side
SECOND_MINUTES = 15  # with a close contact, to be a contact of a contact
GRADES = ("general", "second", "close")  # the higher the later


class ContactRule(NamedTuple):
    """How people who met are graded from `valid_from` on.

    close_minutes:  kind of place -> minutes of one day from which a meeting is close contact; others are general
    always:         kinds of place where protection makes no difference: one lives, sleeps or eats there
    same_group:     kinds of place where members of one household, room or workshop line are close from the first minute
    because_en/_zh: source, and what is this project's choice
    """

    valid_from: date
    close_minutes: Mapping[str, int]
    always: frozenset[str]
    same_group: frozenset[str]
    because_en: str
    because_zh: str


RULES = (
    ContactRule(
        valid_from=date(2021, 5, 14),
        close_minutes={"home": 5, "dormitory": 5, "canteen": 15, "workplace": 30, "leisure": 15, "medical": 15},
        always=frozenset({"home", "dormitory", "canteen"}),
        same_group=frozenset({"home", "dormitory", "workplace"}),
        because_en=(
            "Close contact: near contact without effective protection; lives together, same closed workplace, meal, "
            "entertainment. Shared transport or venue below that: general contact. Minutes are this project's choice."
        ),
        because_zh=(
            "密切接触：近距离接触且未采取有效防护，包括共同居住、同一密闭工作场所、共同就餐、共同娱乐；"
            "仅共用交通工具或场所而未达上述条件的为一般接触。时长门槛为本系统自定。"
        ),
    ),
)

# Seconds that somebody is held to have stayed who never checked out, by kind of place: this project's choice.
OPEN_STAY_H = {
    "home": 12,
    "dormitory": 10,
    "workplace": 8,
    "canteen": 1,
    "bus": 1,
    "shop": 1,
    "leisure": 3,
    "medical": 2,
    "outdoors": 1,
    "other": 4,
}
LONGEST_STAY_H = 24  # a visit that began longer ago is not looked for

# How much more a minute weighs where the air is worse: an order of risk, no measurement; this project's choice.
AIR_WEIGHTS = {"open": 0.25, "good": 1.0, "unknown": 1.5, "poor": 2.0, "none": 3.0}


class Meeting(NamedTuple):
    """What is known of one pair at one kind of place on one day; `protected` None where nobody said."""

    kind: str
    minutes: int
    day: date
    protected: bool | None
    same_group: bool


def rule_on(day: date) -> ContactRule:
    """The row in force on a day; the first one for any day before it."""
    return max((one for one in RULES if one.valid_from <= day), key=lambda one: one.valid_from, default=RULES[0])


def grade_of(met: Meeting, rule: ContactRule) -> tuple[str, dict[str, Any]]:
    """The grade of one meeting, and its because: codes and figures that pages put into words; no person in it.

    >>> grade_of(Meeting("canteen", 25, date(2022, 5, 6), True, False), RULES[0])[0]
    'close'
    >>> grade_of(Meeting("bus", 40, date(2022, 5, 6), None, True), RULES[0])
    ('general', {'kind': 'bus', 'minutes': 40, 'day': '2022-05-06', 'codes': ['shared_place']})
    """
    least = rule.close_minutes.get(met.kind)
    together = met.same_group and met.kind in rule.same_group
    if least is None:
        return "general", _because(met, "shared_place")
    if met.protected and met.kind not in rule.always:
        return "general", _because(met, "protected")
    if together:
        return "close", _because(met, "same_group", _protection(met, rule))
    if met.minutes >= least:
        return "close", _because(met, "long_enough", _protection(met, rule)) | {"least": least}
    return "general", _because(met, "too_short") | {"least": least}


def highest(grades: list[tuple[str, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """The highest grade with its because; of equal ones, that of the longest, then the latest meeting."""
    return max(grades, key=lambda one: (GRADES.index(one[0]), one[1]["minutes"], one[1]["day"]))


def managed_until(grade: str, last_on: date, version: Version) -> date | None:
    """The last day of management by a version; None where its rule manages no such contact.

    >>> from yinghuo.desks.response.rules.versions import version_on
    >>> managed_until("close", date(2022, 7, 1), version_on(date(2022, 7, 1)))
    datetime.date(2022, 7, 11)
    """
    rule = {"close": version.close, "second": version.second}.get(grade)
    return last_on + timedelta(days=rule.days) if rule else None


def _protection(met: Meeting, rule: ContactRule) -> str:
    return "together_unprotected" if met.kind in rule.always else "unprotected"


def _because(met: Meeting, *codes: str) -> dict[str, Any]:
    return {"kind": met.kind, "minutes": met.minutes, "day": met.day.isoformat(), "codes": list(codes)}
