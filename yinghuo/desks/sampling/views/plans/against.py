"""What the page "plan against actual" shows: pace, finish, tubes and re-collections beside what was planned."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import charts, pieces
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import moment, named, thousands
from yinghuo.desks.sampling.models import Campaign, Plan
from yinghuo.desks.sampling.queries.plans import Actual, Asked

ON_PLAN = 0.95  # of what should have been done by now


def sentence(campaign: Campaign, found: Actual, plan: Plan) -> str:
    """The round against its plan in one line."""
    words = {"name": campaign.name, "done": thousands(found.done), "of": thousands(Asked.of(plan.asked).population)}
    return _("%(name)s · %(done)s of %(of)s people planned") % words


def figures(found: Actual, plan: Plan, *, now: datetime) -> list[pieces.Stat]:
    """People, finish, tubes, re-collections."""
    asked, says = Asked.of(plan.asked), plan.says
    return [
        pieces.Stat(
            _("Sampled in this round"), found.done, _("people"),
            _("planned by now: %(expected)s (arrivals by hour, assumed)") % {"expected": thousands(found.expected)},
            state=_pace(found),
        ),
        pieces.Stat(_("Done at this pace"), *_finish(found, now, asked)),
        pieces.Stat(
            _("Tubes used"), found.used, "",
            _("%(issued)s issued; the plan needs %(needed)s a round")
            % {"issued": thousands(found.issued), "needed": thousands(says["tubes"])},
            state=pieces.State("late", _("none left")) if found.issued <= found.used else None,
        ),
        pieces.Stat(
            _("Positive tubes"), found.positive_tubes, "",
            _("expected for the people sampled: %(count)s") % {"count": thousands(found.expected_positive_tubes, 1)},
        ),
        pieces.Stat(
            _("Collected again"), found.recollected, _("people"),
            _("expected for the people sampled: %(count)s") % {"count": thousands(found.expected_recollected, 1)},
        ),
        pieces.Stat(
            _("Sites behind plan"), len(found.behind), "",
            _("of %(sites)s; under 80%% of what each should have by now") % {"sites": thousands(found.sites)},
            state=pieces.State("late", _("behind")) if found.behind else pieces.State("done", _("none behind")),
        ),
    ]  # fmt: skip


def pace_chart(found: Actual) -> dict[str, Any]:
    """People in each hour of the round: planned, and done so far."""
    hours = [timezone.localtime(found.begins + timedelta(hours=hour)) for hour in range(len(found.planned_per_h))]
    several = len(hours) > 24
    return charts.course(
        name="pace",
        title=_("People an hour"),
        unit=_("people; planned by the assumed arrivals, done by the swabs received"),
        axis=_("Hour"),
        places=[f"{hour:%m-%d %H}:00" if several else f"{hour:%H}:00" for hour in hours],
        lines=[
            charts.Line(_("Planned"), found.planned_per_h, "grey"),
            charts.Line(_("Done"), found.done_per_h),
        ],
    )


def behind(found: Actual) -> Table:
    """The sites furthest behind, at most fifty."""
    columns = [
        Column("name", lazy("Site"), note="team"),
        Column("swabs", lazy("Sampled"), kind="number", unit=lazy("people")),
        Column("expected", lazy("Planned by now"), kind="number", unit=lazy("people")),
        Column("missing", lazy("Behind by"), kind="bar", unit=lazy("people")),
        Column("last_at", lazy("Last swab"), kind="moment"),
    ]
    rows = [
        {"id": one.id, "name": named(one), "team": one.team, "swabs": one.swabs, "last_at": one.last_at}
        | {"expected": round(one.expected), "missing": round(one.expected - one.swabs)}
        for one in found.behind
    ]
    empty = pieces.Empty(lazy("No site is behind: each has at least 80% of what it should have by now."))
    return Table(name="behind", caption=lazy("Sites behind plan"), columns=columns, rows=rows, empty=empty, files=True)


def promised(plan: Plan) -> str:
    """What was promised, and when and by which day's rules."""
    says, asked = plan.says, Asked.of(plan.asked)
    words = {
        "saved": moment(plan.saved_at),
        "day": plan.day,
        "people": thousands(asked.population),
        "hours": asked.hours,
        "sites": thousands(says["sites"]),
        "samplers": thousands(says["samplers"]),
        "finish": says["finish_h"],
    }
    return _(
        "Plan saved %(saved)s, by the rules of %(day)s: %(people)s people in %(hours)s h, %(sites)s sites, "
        "%(samplers)s samplers, done after %(finish)s h."
    ) % words  # fmt: skip


def _pace(found: Actual) -> pieces.State:
    if found.expected == 0:
        return pieces.State("waiting", _("not begun"))
    if found.done >= ON_PLAN * found.expected:
        return pieces.State("done", _("on plan"))
    return pieces.State("late", _("behind plan"))


def _finish(found: Actual, now: datetime, asked: Asked) -> tuple[str, str, str]:
    """Value, unit and note of the projected finish."""
    source = _("mean of the last 6 full hours, 80% band")
    if found.finish is None:
        return _("everybody sampled"), "", ""
    if now >= found.ends + timedelta(hours=asked.hours) or math.isinf(found.finish.likely_h):
        return "–", "", _("no pace yet: no full hour with swabs")
    early, late = (_at(now, hours) for hours in (found.finish.early_h, found.finish.late_h))
    note = _("%(early)s to %(late)s; %(source)s") % {"early": early, "late": late, "source": source}
    return _at(now, found.finish.likely_h), "", note


def _at(now: datetime, hours: float) -> str:
    return "∞" if math.isinf(hours) or hours > 24 * 365 else moment(now + timedelta(hours=hours))
