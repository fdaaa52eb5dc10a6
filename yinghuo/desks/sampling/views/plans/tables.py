"""Tables of the planner: what the rules in force say, every rule kept, and the alternatives side by side."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State, Words
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import share as percent
from yinghuo.console.templatetags.page import thousands
from yinghuo.desks.sampling.planning_rules import LARGE_CITY, RULES, Rule, in_force, used
from yinghuo.desks.sampling.queries.plans import Alternative, Asked, Reckoned

NAMES: dict[str, Words] = {
    "round_h": lazy("Time for one round"),
    "modes": lazy("People per tube allowed"),
    "site_people": lazy("People for one site"),
    "sampler_people": lazy("People for one sampler"),
    "recollect_h": lazy("Time to collect again"),
    "tube_ml": lazy("Tube volume for 10 and for 20 people"),
    "laboratory_tubes": lazy("Tubes of one laboratory unit in 24 h"),
    "vehicle_sites": lazy("Sites of one vehicle"),
    "shift_h": lazy("Hours of one sampler’s shift"),
    "service_s": lazy("Seconds for one person"),
    "carriage_h": lazy("Hours from site to laboratory"),
    "assay_h": lazy("Hours from receipt to result"),
    "sensitivity_percent": lazy("Sensitivity of the assay"),
    "specificity_percent": lazy("Specificity of the assay"),
}
UNITS = {"round_h": " h", "recollect_h": " h", "tube_ml": " mL", "shift_h": " h", "service_s": " s"}
UNITS |= {"carriage_h": " h", "assay_h": " h", "sensitivity_percent": "%", "specificity_percent": "%"}
DESIGNS: dict[str, Words] = {
    "three": lazy("Three stages, single tubes kept"),
    "array": lazy("Square array, single tubes kept"),
}
MET, NOT_MET = State("done", lazy("met")), State("late", lazy("not met"))
NONE_THEN, ASSUMED, SAID = (
    State("off", lazy("no rule on that day")),
    State("waiting", lazy("assumed")),
    State("done", lazy("in force")),
)


def rules(plan: Reckoned) -> Table:
    """What the rule in force on the plan's day says, and whether the plan meets it."""
    columns = [
        Column("name", lazy("What")),
        Column("says", lazy("It says")),
        Column("here", lazy("This plan")),
        Column("state", lazy("State"), kind="state"),
        Column("since", lazy("Since"), kind="day"),
        Column("source", lazy("Source")),
    ]
    ruled = [rule for key in NAMES if not (rule := used(key, plan.asked.day)).assumed]
    rows = [_rule_row(rule, plan) for rule in ruled]
    return Table(name="rules", caption=lazy("What the rule in force says"), columns=columns, rows=rows, row_key="key")


def assumptions(plan: Reckoned) -> Table:
    """What the plan counts by though nobody ordered it, and what this plan has instead."""
    columns = [
        Column("name", lazy("What")),
        Column("says", lazy("It says")),
        Column("here", lazy("This plan")),
        Column("state", lazy("State"), kind="state"),
        Column("source", lazy("Source")),
    ]
    assumed = [rule for key in NAMES if (rule := used(key, plan.asked.day)).assumed]
    rows = [_rule_row(rule, plan) for rule in assumed]
    return Table(name="assumed", caption=lazy("What is assumed"), columns=columns, rows=rows, row_key="key")


def history(day: date) -> Table:
    """Every rule that is kept, the replaced ones too."""
    columns = [
        Column("name", lazy("What")),
        Column("says", lazy("It says")),
        Column("since", lazy("Since"), kind="day"),
        Column("state", lazy("On the day of the plan"), kind="state"),
        Column("source", lazy("Source")),
    ]
    ruled = [rule for rule in RULES if not rule.assumed]
    rows = [
        {"key": number, "name": NAMES[rule.key], "says": says(rule), "since": rule.since, "source": rule.source}
        | {"state": SAID if in_force(rule.key, day) == rule else State("off", _("not in force"))}
        for number, rule in enumerate(ruled)
    ]
    return Table(name="history", caption=lazy("All rules kept"), columns=columns, rows=rows, row_key="key")


def alternatives(plan: Reckoned) -> Table:
    """The ways to sample and assay the same people, side by side."""
    columns = [
        Column("name", lazy("Design"), note="note"),
        Column("tubes", lazy("Tubes"), kind="number"),
        Column("assays", lazy("Assays in all"), kind="number"),
        Column("per_person", lazy("Per person"), kind="number", unit=lazy("assays")),
        Column("laboratories", lazy("Laboratory units"), kind="number"),
        Column("positive", lazy("Positive tubes"), kind="number"),
        Column("again", lazy("Collected again"), kind="number", unit=lazy("people")),
        Column("sensitivity", lazy("Positives found"), kind="share"),
        Column("shift", lazy("Ct later by"), kind="number", unit=lazy("cycles")),
        Column("state", lazy("Rule"), kind="state"),
    ]
    rows = [_alternative_row(one, plan.asked) for one in plan.alternatives]
    caption = lazy("Alternatives side by side")
    return Table(name="alternatives", caption=caption, columns=columns, rows=rows, files=True, wide=True, row_key="key")


def says(rule: Rule) -> str:
    """A rule's numbers in words."""
    first = thousands(rule.value[0])
    match rule.key:
        case "round_h" if rule.value[0] != rule.value[1]:
            words = {"usual": first, "large": rule.value[1], "limit": thousands(LARGE_CITY)}
            return _("%(usual)s h up to %(limit)s people, %(large)s h above") % words
        case "modes":
            return ", ".join(f"{mode}:1" for mode in rule.value)
        case "site_people":
            return f"{first}–{thousands(rule.value[1])}"
        case "tube_ml":
            return f"{first} mL, {rule.value[1]} mL"
    return f"{first}{UNITS.get(rule.key, '')}"


def _rule_row(rule: Rule, plan: Reckoned) -> dict[str, object]:
    row = {"key": rule.key, "name": NAMES[rule.key], "says": says(rule), "since": rule.since, "source": rule.source}
    here, met = HERE[rule.key](plan, rule) if rule.key in HERE else ("", None)
    if rule.assumed:
        return row | {"since": None, "state": ASSUMED, "here": here}
    if in_force(rule.key, plan.asked.day) is None:
        return row | {"state": NONE_THEN, "here": here}
    return row | {"state": {True: MET, False: NOT_MET, None: SAID}[met], "here": here, "late": met is False}


def _alternative_row(one: Alternative, asked: Asked) -> dict[str, object]:
    best = one.performance
    return {
        "key": one.key,
        "name": DESIGNS.get(one.key) or _("Swabs %(mode)s:1 in one tube") % {"mode": one.key},
        "note": _note(one, asked),
        "tubes": one.tubes,
        "assays": round(one.assays),
        "per_person": round(float(best.assays_per_person), 4) if best else 1,
        "laboratories": one.laboratories,
        "positive": round(one.positive_tubes),
        "again": round(one.recollected),
        "sensitivity": one.sensitivity,
        "shift": round(one.shift_ct, 2),
        "state": State("done", _("allowed")) if one.allowed else State("wrong", _("not allowed on that day")),
    }


def _note(one: Alternative, asked: Asked) -> str:
    best = one.performance
    if one.key == "three" and best:
        return f"{best.design[0]} → {' + '.join(str(part) for part in best.design[1])} → 1"
    if one.key == "array" and best:
        return f"{best.design} × {best.design}"
    return _("this plan") if one.key == str(asked.mode) else ""


def _round(plan: Reckoned, rule: Rule) -> tuple[str, bool]:
    usual, large = rule.value
    allowed = large if plan.asked.population > LARGE_CITY else usual
    return f"{plan.asked.hours} h", plan.asked.hours <= allowed


def _sites(plan: Reckoned, _rule: Rule) -> tuple[str, bool]:
    low, high = plan.round.sites
    return _("%(sites)s sites") % {"sites": thousands(plan.sites)}, low <= plan.sites <= high


def _samplers(plan: Reckoned, _rule: Rule) -> tuple[str, bool]:
    return _("%(samplers)s samplers") % {"samplers": thousands(plan.samplers)}, plan.samplers >= plan.round.samplers


HERE: dict[str, Callable[[Reckoned, Rule], tuple[str, bool | None]]] = {
    "round_h": _round,
    "modes": lambda plan, rule: (f"{plan.asked.mode}:1", plan.asked.mode in rule.value),
    "site_people": _sites,
    "sampler_people": _samplers,
    "service_s": lambda plan, _rule: (f"{plan.asked.service_s} s", None),
    "sensitivity_percent": lambda plan, _rule: (percent(plan.alternatives[0].sensitivity, 0), None),
}
