"""What look-ups, certificates and visits decide by: dated rows with their reasons, limits, the kind of a case draft."""

from datetime import date, timedelta
from typing import NamedTuple

from yinghuo.core.people.models import Role
from yinghuo.core.work.rules import Kind

ADDRESS_DAYS = 3  # an address answers on the day it was given and on the two that follow
CODE_DAYS = 7  # a code from a slip can be exchanged for an address so long
FRESH_S, STALE_S = 10, 6 * 3600  # an answer is fresh so long; kept for a time without database or server so long
REVIEW_CARRIES = timedelta(days=14)  # a tube that is not negative weighs on its people so long, unless swabbed singly
LATEST_SWABS = 10  # of a person that a look-up reads at the most

WRONG_BY_ADDRESS, ADDRESS_WINDOW_S = 60, 600  # many people share one address behind a carrier
WRONG_BY_IDENTITY, IDENTITY_WINDOW_S = 10, 3600

CASE = "response.case_draft"
CASE_DRAFT = Kind(
    key=CASE,
    name_zh="病例初报",
    name_en="Case draft",
    role=Role.DUTY.value,
    accept=timedelta(minutes=30),
    finish=timedelta(hours=2),  # this project's choice, as long as direct reporting of a class A disease may take
    verify=timedelta(hours=24),
)


class CertificateRule(NamedTuple):
    """From `valid_from` on, a certificate of an area's campaign holds for `hours` after sampling: 24, 48 or 72."""

    valid_from: date
    area_code: str
    hours: int
    because_en: str
    because_zh: str


CERTIFICATE_RULES = (
    CertificateRule(
        date(2021, 11, 1),
        "",
        48,
        "This project's choice: the middle one of the three spans in use (24, 48, 72 hours), counted from sampling. "
        "A certificate cannot be called back, so it must be short.",
        "本系统自定：取24、48、72小时三档的中间一档，自采样时间起算。凭证发出后无法收回，故时效宜短。",
    ),
)


def certificate_rule(
    area_code: str, day: date, rules: tuple[CertificateRule, ...] = CERTIFICATE_RULES
) -> CertificateRule | None:
    """The rule in force on `day` for an area, the nearest area's first, then the latest; None before the first.

    >>> certificate_rule("2201", date(2022, 5, 8)).hours, certificate_rule("2201", date(2020, 1, 1))
    (48, None)
    """
    fitting = [rule for rule in rules if area_code.startswith(rule.area_code) and rule.valid_from <= day]
    return max(fitting, key=lambda rule: (len(rule.area_code), rule.valid_from), default=None)
