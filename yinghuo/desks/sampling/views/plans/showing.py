"""What the planner shows of a plan: its sentence, its key figures each with where it comes from, its charts."""

import math
from typing import Any

from django.utils.translation import gettext as _

from yinghuo.console import charts, pieces
from yinghuo.console.templatetags.page import thousands
from yinghuo.desks.sampling.planning_rules import in_force, used
from yinghuo.desks.sampling.queries.plans import Asked, Reckoned
from yinghuo.engines.pooling import LARGEST_SHARE

PER = 10_000
GRACE_H = 0.25
NEVER = "∞"


def sentence(plan: Reckoned) -> str:
    """The plan in one line."""
    asked = plan.asked
    return _("%(people)s people in %(hours)s h at %(mode)s:1 · %(sites)s sites, %(samplers)s samplers") % {
        "people": thousands(asked.population),
        "hours": asked.hours,
        "mode": asked.mode,
        "sites": thousands(plan.sites),
        "samplers": thousands(plan.samplers),
    }


def by_rule(key: str, plan: Reckoned) -> str:
    """Where a number comes from: the rule and its date, or that it is assumed."""
    rule = used(key, plan.asked.day)
    if rule.assumed:
        return _("assumed; set your own figure")
    if in_force(key, plan.asked.day) is None:
        return _("no rule on that day; as the rule of %(since)s") % {"since": rule.since}
    return _("rule of %(since)s") % {"since": rule.since}


def needs(plan: Reckoned) -> list[pieces.Stat]:
    """Sites, people, tubes, laboratories and vehicles."""
    taken = plan.round
    low, high = (thousands(count) for count in taken.sites)
    sites = _("%(low)s to %(high)s: %(why)s") % _because("site_people", plan, low=low, high=high)
    asked_for = _because("sampler_people", plan, asked=thousands(taken.samplers))
    laboratories = _("first assays only; %(why)s") % _because("laboratory_tubes", plan)
    vehicles = _("for the most sites; %(why)s") % _because("vehicle_sites", plan)
    by_second = taken.people_per_s >= 1
    load = round(taken.people_per_s if by_second else taken.people_per_h, 1)
    return [
        pieces.Stat(_("Sites"), plan.sites, "", sites),
        pieces.Stat(_("Samplers"), plan.samplers, _("all shifts"), _("%(asked)s asked for: %(why)s") % asked_for),
        pieces.Stat(_("Tubes"), taken.tubes, "", _("people ÷ %(mode)s a tube") % {"mode": plan.asked.mode}),
        pieces.Stat(_("Laboratory units"), taken.laboratories, "", laboratories),
        pieces.Stat(_("Vehicles"), taken.vehicles, "", vehicles),
        pieces.Stat(
            _("Mean load"), load, _("people a second") if by_second else _("people an hour"), _("people ÷ time")
        ),
    ]


def outcome(plan: Reckoned) -> list[pieces.Stat]:
    """When it ends, how long people wait, and who is expected to be collected again."""
    asked = plan.asked
    late = pieces.State("late", _("after the time")) if too_late(plan) else None
    played = plan.site_days
    band = _("middle of %(runs)s days played; %(early)s to %(late)s h") % {
        "runs": 9, "early": f"{played.finish_h[0]:.1f}", "late": f"{played.finish_h[2]:.1f}"
    } if played else _("people ÷ pace; too many at one site to be played")  # fmt: skip
    positive = {"share": thousands(asked.share * PER, 2), "mode": asked.mode}
    return [
        pieces.Stat(_("Sampling done after"), round(plan.finish_h, 1), _("h"), band, state=late),
        pieces.Stat(
            _("All results after"), round(plan.results_h, 1), _("h"),
            _("with carriage and assay: %(why)s") % _because("assay_h", plan),
        ),
        pieces.Stat(
            _("Nine tenths wait at most"), round(played.wait_min) if played else None, _("min"),
            _("days played; %(present)s samplers at once at a mean site") % {"present": plan.present},
        ),
        pieces.Stat(
            _("Mean wait in the long run"), _minutes(plan.queue.wait_h), _("min"),
            _("Erlang C at the mean pace; %(enough)s at once keep it under 10 min") % {"enough": plan.enough},
        ),
        pieces.Stat(
            _("Positive tubes expected"), round(plan.round.positive_tubes), "",
            _chances(plan) % positive,
        ),
        pieces.Stat(
            _("People to collect again"), round(plan.round.recollected), _("people"),
            _("everybody in a positive tube; within %(hours)s h (%(why)s)")
            % _because("recollect_h", plan, hours=used("recollect_h", asked.day).value[0]),
        ),
    ]  # fmt: skip


def too_late(plan: Reckoned) -> bool:
    """Whether sampling ends after the time: people come until its last minute and are served a little later."""
    return plan.finish_h > plan.asked.hours + GRACE_H


def queue_chart(plan: Reckoned) -> dict[str, Any] | None:
    """People waiting at a mean site, hour by hour, with the range of the days played."""
    if plan.site_days is None:
        return None
    lows, middles, highs = zip(*plan.site_days.queue, strict=True)
    line = charts.Line(_("In the queue"), middles, low=lows, high=highs)
    return charts.course(
        name="queue",
        title=_("Queue at a mean site of %(people)s people") % {"people": thousands(plan.people_at_site)},
        unit=_("people waiting; band: lowest and highest of the days played"),
        axis=_("Hour"),
        places=[clock_of(plan.asked, hour) for hour in plan.site_days.hours],
        lines=[line],
    )


def cost_chart(plan: Reckoned) -> dict[str, Any]:
    """Assays per person against the size of the pool."""
    pools, two, three = zip(*plan.cost, strict=True)
    rounded = [[round(value, 4) for value in values] for values in (two, three)]
    return charts.course(
        name="cost",
        title=_("Cost against the size of the pool"),
        unit=_("assays per person; 1 is everybody singly"),
        axis=_("People in the pool"),
        places=[str(pool) for pool in pools],
        lines=[
            charts.Line(_("Two stages"), rounded[0]),
            charts.Line(_("Three stages"), rounded[1], "done"),
        ],
    )


def clock_of(asked: Asked, hour: int) -> str:
    """An hour since opening as the clock says it, with the day's number when there are several."""
    at = asked.opens + hour
    said = f"{at % 24:02}:00"
    return said if asked.hours <= 24 else f"{at // 24 + 1}/{said}"


def advice(plan: Reckoned) -> list[str]:
    """What the numbers say against the plan; nothing when they say nothing."""
    said = []
    if plan.asked.share >= LARGEST_SHARE:
        said.append(_("So many are positive that no pool saves an assay (above 30.66%, two stages): assay singly."))
    if plan.site_days is None:
        said.append(_("One site would hold more people than a queue can be played for: plan more sites."))
    if too_late(plan):
        said.append(_("With these samplers the round is not done in time: add samplers or hours."))
    return said


def _chances(plan: Reckoned) -> str:
    if plan.asked.clustering:
        return _("beta-binomial, %(mode)s a tube, %(share)s per 10,000, clustering as given")
    return _("tubes × (1 − (1 − share)^%(mode)s) at %(share)s per 10,000")


def _because(key: str, plan: Reckoned, **words: object) -> dict[str, object]:
    return {"why": by_rule(key, plan), **words}


def _minutes(hours: float) -> object:
    return NEVER if math.isinf(hours) else round(60 * hours, 1)
