"""What follow-up goes by: how many visits a round holds, what counts as fever, who counts as not reached."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind
from yinghuo.desks.response.models.followups import FollowUpStatus

CHINA = ZoneInfo("Asia/Shanghai")
MOST_A_ROUND = 40  # this project's choice: what two people visit in a day
FEVER_C = Decimal("37.3")  # from memory of the standard; not checked against its text
LOST_AFTER_DAYS = 2  # so many days in a row not seen: somebody goes and looks
VISITS_KEPT_DAYS = 21  # the project's facts on privacy: venue records 21 days, then deletion with proof (England)
SEEN = frozenset({FollowUpStatus.WELL.value, FollowUpStatus.ILL.value})
REVEALS_A_HOUR = 20  # by one user; more is no longer one person for one case

NOT_REACHED = Kind(
    "response.not_reached",
    "随访失联查找",
    "Find a contact who was not reached",
    Role.RESPONSE.value,
    accept=timedelta(hours=1),
    finish=timedelta(hours=12),
)


def alarming(status: str, symptoms: Collection[str], temperature_c: float | Decimal | None) -> bool:
    """Whether what a visit found has to be reported at once: unwell, any symptom, or fever.

    >>> alarming("seen_well", [], 36.8), alarming("seen_well", [], 37.3), alarming("seen_well", ["cough"], None)
    (False, True, True)
    """
    feverish = temperature_c is not None and Decimal(str(temperature_c)) >= FEVER_C
    return status == FollowUpStatus.ILL or bool(symptoms) or feverish


def day_of(at: datetime) -> date:
    """The day in China on which a moment lies.

    >>> from datetime import UTC
    >>> day_of(datetime(2022, 5, 9, 17, tzinfo=UTC))
    datetime.date(2022, 5, 10)
    """
    return at.astimezone(CHINA).date()


def kept_from(today: date) -> date:
    """The first day of which visits are kept still.

    >>> kept_from(date(2022, 5, 28))
    datetime.date(2022, 5, 7)
    """
    return today - timedelta(days=VISITS_KEPT_DAYS)
