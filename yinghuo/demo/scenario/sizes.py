"""How many of everything there are, at full size and scaled down."""

from dataclasses import dataclass
from math import sqrt

from yinghuo.demo.scenario.shapes import Odd

SMALLEST, LARGEST = 0.01, 4.0

# Jilin Daily, 14 May 2022: samples, tubes, staff and vehicles to 8 May; people and staff of 9 May.
SWABS, TUBES, SAMPLERS, TECHNICIANS, LABORATORIES = 825_321, 135_988, 254, 163, 11
ONE_DAY_PEOPLE, ONE_DAY_SAMPLERS = 14_000, 30

# Invented: what the page does not say.
OTHER_PLANTS = (5_200, 4_600, 3_700, 2_500)
SPARE_PEOPLE = 240  # of the first plant, away on the one day
SITES, ONE_DAY_SITES = (8, 5, 5, 4, 4), 5
COURIERS = 12
CASES, GREY_TUBES, INVALID_TUBES = 62, 7, 5
ODD_COUNTS = {
    Odd.PERSON_TWICE: 6,
    Odd.OVER_CAPACITY: 5,
    Odd.UNKNOWN_TUBE: 4,
    Odd.AFTER_SEALING: 6,
    Odd.IDENTITY: 5,
    Odd.OTHER_SITE: 4,
    Odd.CLOCK_SKEW: 3,
    Odd.BOX_COUNT: 2,
    Odd.MALFORMED: 6,
    Odd.LOST: 3,
    Odd.CORRECTED: 3,
}
LEAST_MALFORMED = 3  # one of each sort
BY_NUMBER = 40  # swabs entered by a right identity number, because the person had no code at hand


@dataclass(frozen=True)
class Sizes:
    """Counts of one run; `plants` holds people, `sites` sites of each plant."""

    swabs: int
    tubes: int
    plants: tuple[int, ...]
    sites: tuple[int, ...]
    samplers: int
    technicians: int
    laboratories: int
    couriers: int
    one_day_people: int
    one_day_sites: int
    one_day_samplers: int
    cases: int
    grey_tubes: int
    invalid_tubes: int
    by_number: int
    odd: dict[Odd, int]


def sizes_at(scale: float) -> Sizes:
    """Counts at a scale, 1 being that of the newspaper page; ValueError outside 0.01 to 4.

    Swabs, tubes and people are rounded shares; sites shrink by the square root, so that each keeps some work; nothing
    falls below what a story needs (two sites a plant, two samplers a site, one of each oddity).

    >>> sizes_at(0.1).swabs, sizes_at(0.1).tubes, sizes_at(0.1).sites
    (82532, 13599, (3, 2, 2, 2, 2))
    """
    if not SMALLEST <= scale <= LARGEST:
        raise ValueError(f"scale {scale}: {SMALLEST} to {LARGEST}")

    def share(count: int, *, least: int = 1) -> int:
        return max(least, round(count * scale))

    sites = tuple(max(2, round(count * sqrt(min(scale, 1)))) for count in SITES)
    one_day_sites = max(2, round(ONE_DAY_SITES * sqrt(min(scale, 1))))
    odd = {kind: share(count) for kind, count in ODD_COUNTS.items()}
    return Sizes(
        swabs=share(SWABS),
        tubes=share(TUBES),
        plants=(share(ONE_DAY_PEOPLE) + share(SPARE_PEOPLE, least=12), *(share(count) for count in OTHER_PLANTS)),
        sites=sites,
        samplers=share(SAMPLERS, least=2 * sum(sites)),
        technicians=share(TECHNICIANS, least=4),
        laboratories=share(LABORATORIES, least=2),
        couriers=share(COURIERS, least=2),
        one_day_people=share(ONE_DAY_PEOPLE),
        one_day_sites=one_day_sites,
        one_day_samplers=share(ONE_DAY_SAMPLERS, least=2 * one_day_sites),
        cases=share(CASES, least=4),
        grey_tubes=share(GREY_TUBES),
        invalid_tubes=share(INVALID_TUBES),
        by_number=share(BY_NUMBER, least=2),
        odd=odd | {Odd.MALFORMED: share(ODD_COUNTS[Odd.MALFORMED], least=LEAST_MALFORMED)},
    )
