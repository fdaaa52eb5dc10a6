"""Pages: levels in force with the map, one level with its history, levels of the past, the places of an event."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.core.areas import queries as areas
from yinghuo.core.areas.models import Area
from yinghuo.core.areas.models import Level as AreaRank
from yinghuo.core.areas.queries import within
from yinghuo.core.people.access import may, needs, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import AreaLevel, Event, LevelState, Measure
from yinghuo.desks.response.queries import levels as queries
from yinghuo.desks.response.queries.risk import places_of
from yinghuo.desks.response.rules.levels_basis import OBJECT_EN, OBJECT_ZH
from yinghuo.desks.response.rules.risk import assumption_on
from yinghuo.desks.response.rules.versions import version_on
from yinghuo.desks.response.views import (
    levels_changing,
    levels_measures,
    levels_open,
    levels_parts,
    levels_results,
)
from yinghuo.desks.response.views import levels_tables as tables
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.levels_map import MAP_SPAN, level_map
from yinghuo.desks.response.views.levels_tables import ROWS

OVER = (LevelState.REFUSED, LevelState.ENDED)


@require_safe
@needs("level.see")
def levels(request: HttpRequest) -> HttpResponse:
    """What stands, what it waits for, what waits for a decision; the map."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    known, measures = queries.of_late(user.area_code, today - MAP_SPAN), _measures(user)
    names = areas.names({one.area_code for one in (*known, *measures)})
    standing = [one for one in known if one.state == LevelState.PUBLISHED]
    table = tables.present(queries.with_outlook(standing, today), names, request.GET.get("after", ""))
    context = {
        "title": tables.sentence(standing),
        "tabs": response_tabs(user, "levels"),
        "table": table,
        "asked": tables.asked(_undecided([*known, *measures]), names) if may(user, "event.see") else None,
        "measures": tables.measures([one for one in measures if one.state == LevelState.PUBLISHED], names),
        "map": _map(user, [one for one in known if one.published_at], today),
        "rule": levels_parts.rule_on(today),
        "may_propose": may(user, "level.propose"),
    }
    return exports.asked(request, table) or render(request, "response/levels.html", context)


@require_safe
@needs("level.see")
def level(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """One level: basis, conditions, why, history, how to object, what can be done."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    row = get_object_or_404(_seen(user), id=level_id)
    context = levels_parts.of_level(row, today) | {
        "title": f"{row.name} · {row.get_rank_display()}",
        "tabs": response_tabs(user, "levels"),
        "object": OBJECT_EN if get_language() == "en" else OBJECT_ZH,
        "may_propose": may(user, "level.propose"),
        "may_confirm": may(user, "level.confirm") and row.proposed_by != user.label,
        "staff": may(user, "event.see"),
    }
    return render(request, "response/level.html", context)


@require_safe
@needs("level.see")
def past_levels(request: HttpRequest) -> HttpResponse:
    """Levels that were lifted or turned down, the latest first."""
    user, after = signed_in(request), request.GET.get("after", "")
    found = _seen(user).filter(state__in=OVER).order_by("-proposed_at", "-id")
    begins = place(after, str, UUID)
    if begins:
        found = found.filter(proposed_at__lte=begins[0]).exclude(proposed_at=begins[0], id__gte=begins[1])
    rows = list(found[: ROWS + 1])
    more = [rows[ROWS - 1].proposed_at.isoformat(), rows[ROWS - 1].id] if len(rows) > ROWS else None
    table = tables.past(rows[:ROWS], areas.names({row.area_code for row in rows}))
    table.pager = pager(len(rows[:ROWS]), after=more, here=after)
    context = {"title": _("Levels of the past"), "tabs": response_tabs(user, "levels"), "table": table}
    return exports.asked(request, table) or render(request, "response/levels_past.html", context)


@require_safe
@needs("event.see")
def event_places(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """The places of an event by risk, with every factor and what the rule makes of them."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    event = get_object_or_404(scope(user, Event.objects.all()), id=event_id)
    propose = f"{reverse('propose_level')}?event={event.id}" if may(user, "level.propose") else ""
    table = tables.places(places_of(event, on=today), propose)
    context = {
        "title": _("Places of event %(event)s by risk") % {"event": event.number},
        "tabs": response_tabs(user, "levels"),
        "table": table,
        "rule": levels_parts.rule_on(today),
        "assumed": assumption_on(today),
        "version": version_on(today),
    }
    return exports.asked(request, table) or render(request, "response/risk_places.html", context)


def _seen(user: User) -> QuerySet[AreaLevel]:
    """The levels that this user may know of: what is not public is for those who see events."""
    found = scope(user, AreaLevel.objects.select_related("event", "follows"))
    return found if may(user, "event.see") else found.filter(published_at__isnull=False)


def _undecided(rows: Sequence[AreaLevel | Measure]) -> list[AreaLevel | Measure]:
    return sorted((row for row in rows if row.state in queries.ASKED_FOR), key=lambda row: row.proposed_at)


def _measures(user: User) -> list[Measure]:
    """What is in force or waiting in the user's area; what is in force is public, to a role bound to its party too."""
    states = (*queries.ASKED_FOR, LevelState.PUBLISHED)
    return list(within(Measure.objects.filter(state__in=states), user.area_code).order_by("planned_end", "id"))


def _map(user: User, ever: list[AreaLevel], today: date) -> dict[str, Any] | None:
    """The prefectures that lie in the user's area, or around it."""
    around = Area.objects.filter(level=AreaRank.PREFECTURE, outline__isnull=False).order_by("code")
    outlined = [area for area in around if area.code.startswith(user.area_code) or user.area_code.startswith(area.code)]
    if not (outlined and ever and user.area_code):
        return None
    return level_map(ever, outlined, first=min(one.starts_on for one in ever), today=today)


addresses: list[URLPattern] = [
    *levels_open.addresses,
    path("response/levels", levels, name="levels"),
    path("response/levels/past", past_levels, name="past_levels"),
    *levels_changing.addresses,
    *levels_results.addresses,
    *levels_measures.addresses,
    path("response/levels/<uuid:level_id>", level, name="level"),
    path("response/events/<uuid:event_id>/places", event_places, name="event_places"),
]
