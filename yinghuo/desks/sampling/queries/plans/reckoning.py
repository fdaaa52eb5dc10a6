"""A round as asked for, reckoned by the rules of its day: what it takes, when it ends, and what else could be done."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from yinghuo.desks.sampling.planning_rules import norms, used
from yinghuo.desks.sampling.queries.plans.site_days import SiteDays, play_site
from yinghuo.engines import capacity, pooling

DICE = 20220514  # the same plan shows the same played days
MODES = (1, 5, 10, 20)
LARGEST_POOL, SIDES = 40, range(2, 21)
LONGEST_WAIT_H = 10 / 60


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for.

    day:       whose rules count
    hours:     the sites are open for so many hours, from `opens` o'clock
    mode:      people per tube
    share:     positive share, 0..1
    service_s: seconds for one person
    sites, samplers: what there is; None takes what the rule asks for
    clustering: correlation of people in one tube or pool, 0 for independent people
    """

    area_code: str
    day: date
    population: int
    hours: int
    mode: int
    share: float
    service_s: int
    opens: int = 7
    sites: int | None = None
    samplers: int | None = None
    clustering: float = 0.0

    def written(self) -> dict[str, Any]:
        """As kept with a plan: shares as text, so that they can stand in the ledger too."""
        texts = {"share": f"{self.share:.10g}", "clustering": f"{self.clustering:.10g}"}
        return asdict(self) | {"day": self.day.isoformat()} | texts

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Asked":
        """Back from what was kept; what an older plan did not yet say has its usual value."""
        numbers = {name: float(str(written.get(name, 0))) for name in ("share", "clustering")}
        return cls(**{**written, **numbers, "day": date.fromisoformat(str(written["day"]))})


@dataclass(frozen=True)
class Alternative:
    """One way to assay everybody.

    key:         people per tube of swab pooling as text, or "three" or "array" (single tubes, mixed in the laboratory)
    performance: None for one assay a person
    tubes:       tubes filled at the sites
    assays:      expected for all, with those of the people collected again
    allowed:     by the modes in force; single tubes always are
    """

    key: str
    performance: pooling.Performance | None
    sensitivity: float
    tubes: int
    assays: float
    laboratories: int
    positive_tubes: float
    recollected: float
    shift_ct: float
    allowed: bool


@dataclass(frozen=True)
class Reckoned:
    """A plan, reckoned.

    sites, samplers:  counted on: as given, else the middle of what the rule asks for, and what it asks for
    present:          samplers at work at once at a mean site
    people_at_site:   who comes to a mean site
    queue:            in the long run at the mean pace; enough: samplers at once for a mean wait of at most ten minutes
    site_days:        a mean site played; None where it would hold more people than can be played
    finish_h:         sampling done, hours after opening; results_h: all results there
    cost:             for pools of 2, 3, … people: assays per person in two and in three stages
    """

    asked: Asked
    round: capacity.Round
    sites: int
    samplers: int
    present: int
    people_at_site: int
    queue: capacity.Queue
    enough: int
    site_days: SiteDays | None
    finish_h: float
    results_h: float
    alternatives: list[Alternative]
    cost: list[tuple[int, float, float]]


def reckon(asked: Asked) -> Reckoned:
    """Reckons a plan; ValueError for what no round can be."""
    taken = _round(asked, asked.mode)
    sites = asked.sites or max(1, round(sum(taken.sites) / 2))
    samplers = asked.samplers or taken.samplers
    on_duty = min(1.0, used("shift_h", asked.day).value[0] / asked.hours)
    present = max(1, math.floor(samplers * on_duty / sites))
    at_site = math.ceil(asked.population / sites)
    played = play_site(at_site, asked.hours, servers=present, service_s=asked.service_s, opens=asked.opens, seed=DICE)
    pace, rate = at_site / asked.hours, 3600 / asked.service_s
    finish_h = played.finish_h[1] if played else max(asked.hours, at_site / (present * rate))
    three = pooling.best_three_stage(asked.share, LARGEST_POOL, *_error(asked.day), clustering=asked.clustering)
    return Reckoned(
        asked=asked,
        round=taken,
        sites=sites,
        samplers=samplers,
        present=present,
        people_at_site=at_site,
        queue=capacity.erlang_c(pace, rate, present),
        enough=capacity.servers_for(pace, rate, longest_wait_h=LONGEST_WAIT_H),
        site_days=played,
        finish_h=finish_h,
        results_h=_results_h(asked.day, finish_h),
        alternatives=_alternatives(asked, three[0]),
        cost=_cost(asked, three),
    )


def saved_numbers(plan: Reckoned) -> dict[str, Any]:
    """What is kept of a plan with its campaign; whole numbers, hours and expectations rounded to tenths as text."""
    taken = plan.round
    return {
        "sites": plan.sites,
        "sites_by_rule": list(taken.sites),
        "samplers": plan.samplers,
        "samplers_by_rule": taken.samplers,
        "tubes": taken.tubes,
        "laboratories": taken.laboratories,
        "vehicles": taken.vehicles,
        "finish_h": f"{plan.finish_h:.1f}",
        "results_h": f"{plan.results_h:.1f}",
        "positive_tubes": f"{taken.positive_tubes:.1f}",
        "recollected": f"{taken.recollected:.1f}",
    }


def _results_h(day: date, finish_h: float) -> float:
    return finish_h + used("carriage_h", day).value[0] + used("assay_h", day).value[0]


def _error(day: date) -> tuple[float, float]:
    return used("sensitivity_percent", day).value[0] / 100, used("specificity_percent", day).value[0] / 100


def _alternatives(asked: Asked, three: pooling.Performance) -> list[Alternative]:
    sensitivity, _specificity = _error(asked.day)
    array = pooling.best_square_array(asked.share, SIDES, sensitivity, *_error(asked.day))[0]
    swabs = [_pooled_swabs(asked, mode) if mode > 1 else None for mode in MODES]
    pooled = [_alternative(asked, str(mode), one, mode) for mode, one in zip(MODES, swabs, strict=True)]
    return [*pooled, _alternative(asked, "three", three, 1), _alternative(asked, "array", array, 1)]


def _alternative(asked: Asked, key: str, one: pooling.Performance | None, mode: int) -> Alternative:
    taken = _round(asked, mode)
    assays = asked.population * (float(one.assays_per_person) if one else 1.0)
    of_one = used("laboratory_tubes", asked.day).value[0] * asked.hours / capacity.DAY_H
    return Alternative(
        key=key,
        performance=one,
        sensitivity=float(one.sensitivity) if one else _error(asked.day)[0],
        tubes=taken.tubes,
        assays=assays,
        laboratories=math.ceil(assays / of_one),
        positive_tubes=taken.positive_tubes,
        recollected=taken.recollected,
        shift_ct=pooling.shift_ct(_pooled(one)) if one else 0.0,
        allowed=mode in used("modes", asked.day).value,
    )


def _round(asked: Asked, mode: int) -> capacity.Round:
    chances = {"share": asked.share, "clustering": asked.clustering}
    return capacity.plan_round(asked.population, asked.hours, mode, norms=norms(asked.day), **chances)


def _pooled_swabs(asked: Asked, mode: int) -> pooling.Performance:
    return pooling.two_stage(asked.share, mode, *_error(asked.day), clustering=asked.clustering)


def _pooled(one: pooling.Performance) -> int:
    """People mixed at the first stage: the pool, the master pool, or a row of the array."""
    return int(one.design) if isinstance(one.design, int) else int(one.design[0])


def _cost(asked: Asked, three: list[pooling.Performance]) -> list[tuple[int, float, float]]:
    split = {one.people: float(one.assays_per_person) for one in three}
    pools = range(2, LARGEST_POOL + 1)
    two = [_pooled_swabs(asked, pool).assays_per_person for pool in pools]
    return [(pool, float(plain), split[pool]) for pool, plain in zip(pools, two, strict=True)]
