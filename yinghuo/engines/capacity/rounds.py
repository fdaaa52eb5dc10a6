"""What one round of sampling takes: sites, samplers, tubes, laboratories, vehicles, and who is collected again."""

import math
from dataclasses import dataclass

import numpy as np

from yinghuo.engines.capacity.checks import part, positive, whole
from yinghuo.engines.pooling.clusters import checked_clustering, none_among

DAY_H = 24.0


@dataclass(frozen=True)
class Norms:
    """What the rules of a date allow for; the first two are the national guide's of 22 March 2022.

    people_per_site:        fewest and most people for one site
    people_per_sampler:     people for one sampler in the round
    tubes_per_laboratory:   tubes that one laboratory unit assays in 24 h (assumed; a region sets its own)
    sites_per_vehicle:      sites that one vehicle serves in its round trip (assumed; a region sets its own)
    """

    people_per_site: tuple[int, int] = (2_000, 3_000)
    people_per_sampler: int = 360
    tubes_per_laboratory: int = 10_000
    sites_per_vehicle: int = 8


@dataclass(frozen=True)
class Round:
    """What a round takes. Counts are rounded up; expected numbers are left as they are.

    sites:          fewest and most
    samplers, tubes, laboratories, vehicles: counts; vehicles serve the most sites
    people_per_h, people_per_s, tubes_per_h: means over the hours of the round
    positive_tubes: expected at the given share
    recollected:    people expected in a positive tube of several, each to be swabbed again singly
    """

    sites: tuple[int, int]
    samplers: int
    tubes: int
    laboratories: int
    vehicles: int
    people_per_h: float
    people_per_s: float
    tubes_per_h: float
    positive_tubes: float
    recollected: float


@dataclass(frozen=True)
class Pace:
    """What a day asks of each sampler: people an hour, and the time for one person at which it is just done."""

    people_per_staff_h: float
    break_even_s: float


def plan_round(
    population: int, hours: float, mode: int, *, norms: Norms | None = None, share: float = 0.0, clustering: float = 0.0
) -> Round:
    """Plans one round by the norms of its date.

    population: people to be sampled, 1 or more
    hours:      time for sampling and assaying, above 0
    mode:       people per tube, 1 or more (swab pooling)
    norms:      counts of the rule in force; those of 22 March 2022 when none are given
    share:      positive share, 0..1, for what is expected
    clustering: correlation of people in one tube, 0 for independent people (beta-binomial)
    returns:    ValueError for anything outside these bounds

    >>> city = plan_round(20_000_000, 24, 10, share=1e-4)
    >>> city.sites, city.samplers, city.tubes, round(city.people_per_s)
    ((6667, 10000), 55556, 2000000, 231)
    >>> round(city.positive_tubes), round(city.recollected)
    (1999, 19991)
    """
    population, mode = whole(population, "the population"), whole(mode, "people per tube")
    hours, share = positive(hours, "the time"), part(share, "the positive share")
    norms = norms or Norms()
    fewest, most = sorted(norms.people_per_site)
    sites = (math.ceil(population / most), math.ceil(population / fewest))
    tubes = math.ceil(population / mode)
    positive_share = 1 - float(none_among(np.asarray(share), mode, checked_clustering(clustering)))
    return Round(
        sites=sites,
        samplers=math.ceil(population / norms.people_per_sampler),
        tubes=tubes,
        laboratories=math.ceil(tubes / (norms.tubes_per_laboratory * hours / DAY_H)),
        vehicles=math.ceil(sites[1] / norms.sites_per_vehicle),
        people_per_h=population / hours,
        people_per_s=population / hours / 3600,
        tubes_per_h=tubes / hours,
        positive_tubes=population / mode * positive_share,
        recollected=population * positive_share if mode > 1 else 0.0,
    )


def staff_pace(people: int, staff: int, hours: float) -> Pace:
    """What a day asks of its staff, without breaks.

    >>> pace = staff_pace(14_000, 30, 16)
    >>> round(pace.people_per_staff_h, 2), round(pace.break_even_s, 1)
    (29.17, 123.4)
    """
    per_hour = whole(people, "people") / (whole(staff, "staff") * positive(hours, "the time"))
    return Pace(people_per_staff_h=per_hour, break_even_s=3600 / per_hour)
