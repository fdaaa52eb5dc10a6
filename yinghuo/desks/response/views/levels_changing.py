"""Forms for levels: propose, confirm and publish, turn down, lift what is above the rule."""

from datetime import date
from uuid import UUID

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import levels as actions
from yinghuo.desks.response.models import AreaLevel
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.levels_forms import DecideForm, ProposeForm, ReasonForm
from yinghuo.desks.response.views.levels_parts import done, rule_on
from yinghuo.desks.response.views.levels_tables import rank_state

AT_FIELD = {"level.place_unknown": "extent", "level.asked_for": "venue", "level.same": "rank", "level.too_low": "rank"}
AT_FIELD |= {"level.not_ready": "rank", "access.reason": "reason", "level.above_needs_reason": "because_above"}


@require_http_methods(["GET", "POST"])
@needs("level.propose")
def propose_level(request: HttpRequest) -> HttpResponse:
    """Proposes a level for a place of an event or for an area."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    given = {key: request.GET[key] for key in ("event", "venue") if key in request.GET}
    form = ProposeForm(user, today, request.POST or None, initial=given | _suggested(request, user, today))
    new_level = new_id()
    if request.method == "POST" and form.is_valid() and done(form, lambda: _propose(form, user, new_level), AT_FIELD):
        notices.success(request, _("Proposed. Another person confirms it."))
        return redirect("level", new_level)
    context = {"title": _("Propose a level"), "tabs": response_tabs(user, "levels"), "form": form}
    context |= {"verb": _("Propose"), "rule": rule_on(today), "back": reverse("levels")}
    return render(request, "response/level_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("level.confirm")
def confirm_level(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """Confirms a level that another person proposed, and publishes it."""
    user, row = _found(request, level_id)
    form = DecideForm(request.POST if request.method == "POST" else None, within_rule=not row.excess)
    if request.method == "POST" and form.is_valid() and done(form, lambda: _confirm(form, user, row), AT_FIELD):
        notices.success(request, _("Confirmed and published."))
        return redirect("level", row.id)
    effects = [
        _("%(place)s: %(level)s from today, for everybody to see.")
        % {"place": row.name, "level": rank_state(row.rank)},
        _("Your name stands in the ledger as the one who confirmed it."),
    ]
    if row.follows:
        effects.append(_("The level of now (%(level)s) ends today.") % {"level": rank_state(row.follows.rank)})
    title = _("Confirm and publish: %(place)s") % {"place": row.name}
    return _weigh(request, row, form, title, effects, _("Confirm and publish"))


@require_http_methods(["GET", "POST"])
@needs("level.confirm")
def refuse_level(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """Turns down what another person proposed."""
    user, row = _found(request, level_id)
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return actions.refuse_level(row.id, reason=form.cleaned_data["reason"], by=user.label, at=clock.now())

    if request.method == "POST" and form.is_valid() and done(form, act, AT_FIELD):
        notices.success(request, _("Turned down."))
        return redirect("level", row.id)
    effects = [_("The proposal ends here; what is in force stays as it is. Your reason is kept.")]
    return _weigh(request, row, form, _("Turn down: %(place)s") % {"place": row.name}, effects, _("Turn down"))


@require_http_methods(["GET", "POST"])
@needs("level.confirm")
def lift_level(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """Lifts at once a level that is above the rule."""
    user, row = _found(request, level_id)
    form = ReasonForm(request.POST or None)

    def act() -> object:
        return actions.lift_level(row.id, reason=form.cleaned_data["reason"], by=user.label, at=clock.now())

    if request.method == "POST" and form.is_valid() and done(form, act, AT_FIELD):
        notices.success(request, _("Lifted."))
        return redirect("level", row.id)
    effects = [_("The level ends today, for everybody to see. Only a level above the rule can be lifted so.")]
    return _weigh(request, row, form, _("Lift: %(place)s") % {"place": row.name}, effects, _("Lift"))


def _found(request: HttpRequest, level_id: UUID) -> tuple[User, AreaLevel]:
    user = signed_in(request)
    row = get_object_or_404(scope(user, AreaLevel.objects.select_related("follows")), id=level_id)
    require(user, "level.confirm", area_code=row.area_code)
    return user, row


def _suggested(request: HttpRequest, user: User, today: date) -> dict[str, object]:
    """What the form begins with: today, and the level that the rule makes of the place in the address."""
    begins: dict[str, object] = {"starts_on": today}
    if request.method == "GET" and "venue" in request.GET:
        form = ProposeForm(user, today, initial={"event": request.GET.get("event", "")})
        chosen = next((one for one in form.places if str(one.venue.id) == request.GET["venue"]), None)
        if chosen:
            extent = "building" if chosen.venue.building else "venue"
            begins |= {"rank": chosen.suggestion.level, "extent": extent}
    return begins


def _propose(form: ProposeForm, user: User, new_level: UUID) -> None:
    given = form.cleaned_data
    venue = next((one.venue for one in form.places if one.venue.id == given["venue"]), None)
    area_code = venue.area_code if venue else given["area_code"]
    require(user, "level.propose", area_code=area_code)
    new = actions.NewLevel(
        id=new_level,
        rank=given["rank"],
        extent=given["extent"],
        starts_on=given["starts_on"],
        area_code=area_code,
        event=form.chosen,
        venue=given["venue"],
        names=("", given["name_en"]),
    )
    actions.propose_level(new, by=user.label, at=clock.now())


@transaction.atomic
def _confirm(form: DecideForm, user: User, row: AreaLevel) -> None:
    why = form.cleaned_data.get("because_above", "")
    actions.confirm_level(row.id, because_above=why, by=user.label, at=clock.now())
    actions.publish_level(row.id, by=user.label, at=clock.now())


def _weigh(
    request: HttpRequest, row: AreaLevel, form: DecideForm | ReasonForm, title: str, effects: list[str], verb: str
) -> HttpResponse:
    context = {"title": title, "form": form, "effects": effects, "verb": verb, "back": reverse("level", args=[row.id])}
    return render(request, "response/level_weigh.html", context, status=422 if form.errors else 200)


addresses: list[URLPattern] = [
    path("response/levels/new", propose_level, name="propose_level"),
    path("response/levels/<uuid:level_id>/confirm", confirm_level, name="confirm_level"),
    path("response/levels/<uuid:level_id>/refuse", refuse_level, name="refuse_level"),
    path("response/levels/<uuid:level_id>/lift", lift_level, name="lift_level"),
]
