"""What a plan counts by: dated rules with their source, history kept, and assumptions that say that they are such."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yinghuo.engines.capacity import Norms

LARGE_CITY = 5_000_000  # the guides of 2021 give larger places more time
GUIDE_1 = _(
    "Guide to organising nucleic acid testing of whole populations, State Council joint mechanism, February 2021"
)
GUIDE_2 = _("Guide to organising nucleic acid testing of whole populations, 2nd edition, 13 September 2021")
GUIDE_3 = _("Guide to organising regional nucleic acid testing, 3rd edition, 22 March 2022")
TWENTY_IN_ONE = _("Technical rules for 20-in-1 mixed sampling, 18 January 2022")
MAKER = _("Volume printed by makers of sampling tubes; check your own")
ASSUMED = _("Assumption of this system: set your own figure")


@dataclass(frozen=True)
class Rule:
    """A rule as of a day; a later row of the same key replaces it from its own day on, and it stays here.

    value:   the numbers, by key:
             site_people (fewest, most) people for one site; sampler_people people for one sampler;
             round_h hours for one round (places up to LARGE_CITY, larger); modes people per tube that are allowed;
             recollect_h hours until a positive tube's people are collected again; tube_ml mL for (10, 20) people;
             laboratory_tubes tubes one laboratory unit assays in 24 h; vehicle_sites sites of one vehicle's round trip;
             shift_h hours one sampler works; service_s seconds for one person; carriage_h, assay_h hours;
             sensitivity_percent, specificity_percent of the assay
    assumed: nobody ordered it
    """

    key: str
    since: date
    value: tuple[int, ...]
    source: Promise
    assumed: bool = False


ALWAYS = date(2020, 1, 1)
RULES: tuple[Rule, ...] = (
    Rule("round_h", date(2021, 2, 1), (48, 120), GUIDE_1),
    Rule("round_h", date(2021, 9, 13), (48, 72), GUIDE_2),
    Rule("round_h", date(2022, 3, 22), (24, 24), GUIDE_3),
    Rule("modes", date(2021, 2, 1), (1, 5, 10), GUIDE_1),
    Rule("modes", date(2022, 1, 18), (1, 5, 10, 20), TWENTY_IN_ONE),
    Rule("site_people", date(2022, 3, 22), (2_000, 3_000), GUIDE_3),
    Rule("sampler_people", date(2022, 3, 22), (360,), GUIDE_3),
    Rule("recollect_h", ALWAYS, (24,), ASSUMED, assumed=True),
    Rule("tube_ml", ALWAYS, (6, 12), MAKER, assumed=True),
    Rule("laboratory_tubes", ALWAYS, (10_000,), ASSUMED, assumed=True),
    Rule("vehicle_sites", ALWAYS, (8,), ASSUMED, assumed=True),
    Rule("shift_h", ALWAYS, (8,), ASSUMED, assumed=True),
    Rule("service_s", ALWAYS, (60,), ASSUMED, assumed=True),
    Rule("carriage_h", ALWAYS, (2,), ASSUMED, assumed=True),
    Rule("assay_h", ALWAYS, (4,), ASSUMED, assumed=True),
    Rule("sensitivity_percent", ALWAYS, (95,), ASSUMED, assumed=True),
    Rule("specificity_percent", ALWAYS, (100,), ASSUMED, assumed=True),
)
# People who come in each hour of the day, midnight first, relative to each other: few at night, a peak before and a
# higher one after work (assumed).
ARRIVALS = (1, 1, 1, 1, 1, 2, 5, 9, 10, 8, 6, 5, 6, 5, 5, 6, 8, 11, 13, 12, 9, 6, 3, 2)


def in_force(key: str, day: date, rules: Sequence[Rule] | None = None) -> Rule | None:
    """The rule of this key on a day; None before the first.

    >>> in_force("round_h", date(2022, 3, 21)).value, in_force("round_h", date(2022, 3, 22)).value
    ((48, 72), (24, 24))
    >>> in_force("sampler_people", date(2022, 3, 21)) is None
    True
    """
    begun = [rule for rule in history(key, rules) if rule.since <= day]
    return begun[-1] if begun else None


def history(key: str, rules: Sequence[Rule] | None = None) -> list[Rule]:
    """All rules of a key, the earliest first."""
    return sorted((rule for rule in rules or RULES if rule.key == key), key=lambda rule: rule.since)


def used(key: str, day: date) -> Rule:
    """The rule that a plan of this day counts by: the one in force, and where there is none yet the first that came.

    Whoever shows it says so: such a rule's `since` is after the day.
    """
    return in_force(key, day) or history(key)[0]


def round_h(day: date, population: int) -> int:
    """Hours within which a round of this many people is to be done."""
    usual, large = used("round_h", day).value
    return large if population > LARGE_CITY else usual


def norms(day: date) -> Norms:
    """What `plan_round` counts by on a day."""
    fewest, most = used("site_people", day).value
    return Norms(
        people_per_site=(fewest, most),
        people_per_sampler=used("sampler_people", day).value[0],
        tubes_per_laboratory=used("laboratory_tubes", day).value[0],
        sites_per_vehicle=used("vehicle_sites", day).value[0],
    )
