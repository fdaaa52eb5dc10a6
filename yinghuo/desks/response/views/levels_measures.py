"""Measures under a level: the page of one, the form that proposes it, deciding, ending."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as notices
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import clock
from yinghuo.core.areas.queries import name_of, within
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import levels_measures as actions
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure
from yinghuo.desks.response.rules.levels_basis import OBJECT_EN, OBJECT_ZH
from yinghuo.desks.response.rules.measures import ceiling_on
from yinghuo.desks.response.views import levels_tables as tables
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.levels_forms import DecideForm, MeasureForm, ReasonForm
from yinghuo.desks.response.views.levels_parts import because_in_words, done, moments_of
from yinghuo.desks.response.words.levels import FAULTS, in_words

AT_FIELD = {"measure.ends_before": "ends_on", "level.no_basis": "basis", "level.basis_not_in_force": "basis"}
AT_FIELD |= {"access.reason": "reason", "level.above_needs_reason": "because_above"}
STEPS = ("confirm", "refuse", "end")


@require_http_methods(["GET", "POST"])
@needs("level.propose")
def propose_measure(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """Proposes a measure under a level."""
    user, today = signed_in(request), timezone.localdate(clock.now())
    level = get_object_or_404(scope(user, AreaLevel.objects.all()), id=level_id)
    require(user, "level.propose", area_code=level.area_code)
    form, measure_id = MeasureForm(level, today, request.POST or None), new_id()

    def act() -> object:
        given = form.cleaned_data | {"basis": tuple(form.cleaned_data["basis"])}
        new = actions.NewMeasure(id=measure_id, level=level.id, **given)
        return actions.propose_measure(new, by=user.label, at=clock.now())

    if request.method == "POST" and form.is_valid() and done(form, act, AT_FIELD):
        notices.success(request, _("Proposed. Another person confirms it."))
        return redirect("measure", measure_id)
    context = {
        "title": _("Propose a measure: %(place)s") % {"place": level.name},
        "tabs": response_tabs(user, "levels"),
        "form": form,
        "verb": _("Propose"),
        "back": reverse("level", args=[level.id]),
    }
    return render(request, "response/level_form.html", context, status=422 if form.errors else 200)


@require_safe
@needs("level.see")
def measure(request: HttpRequest, measure_id: UUID) -> HttpResponse:
    """One measure: basis, ceiling, end, why, how to object."""
    user = signed_in(request)
    row = get_object_or_404(_seen(user), id=measure_id)
    ceiling, english = ceiling_on(row.kind, row.starts_on), get_language() == "en"
    context = {
        "title": f"{row.name} · {row.get_kind_display()}",
        "tabs": response_tabs(user, "levels"),
        "measure": row,
        "area": name_of(row.area_code),
        "state": tables.state_of(row),
        "faults": in_words(row.excess, FAULTS),
        "bases": tables.basis_in_words(row.basis),
        "ceiling": ceiling,
        "ceiling_because": ceiling.because_en if english else ceiling.because_zh,
        "because": because_in_words(row.because),
        "moments": moments_of(row),
        "object": OBJECT_EN if english else OBJECT_ZH,
        "steps": _steps(user, row),
    }
    return render(request, "response/level_measure.html", context)


@require_http_methods(["GET", "POST"])
@needs("level.confirm")
def decide_measure(request: HttpRequest, measure_id: UUID, step: str) -> HttpResponse:
    """Confirms and publishes a measure, turns it down, or ends it."""
    user = signed_in(request)
    row = get_object_or_404(_seen(user), id=measure_id)
    require(user, "level.confirm", area_code=row.area_code)
    if step not in STEPS:
        raise Http404(step)
    form = ReasonForm(request.POST or None) if step == "refuse" else _weighed(request, row, step)
    if request.method == "POST" and form.is_valid() and done(form, _act(step, form, user, row), AT_FIELD):
        return redirect("measure", row.id)
    said = {
        "confirm": (_("Confirm and publish"), _("The measure is in force from its first day, for everybody to see.")),
        "refuse": (_("Turn down"), _("The proposal ends here. Your reason is kept.")),
        "end": (_("End the measure"), _("The measure ends today.")),
    }
    verb, effect = said[step]
    context = {
        "title": _("%(verb)s: %(place)s") % {"verb": verb, "place": row.name},
        "form": form,
        "effects": [effect],
        "verb": verb,
    }
    context |= {"back": reverse("measure", args=[row.id])}
    return render(request, "response/level_weigh.html", context, status=422 if form.errors else 200)


def _weighed(request: HttpRequest, row: Measure, step: str) -> DecideForm:
    return DecideForm(request.POST if request.method == "POST" else None, within_rule=step == "end" or not row.excess)


def _act(step: str, form: DecideForm | ReasonForm, user: User, row: Measure) -> Callable[[], object]:
    by, at = user.label, clock.now()

    @transaction.atomic
    def confirm() -> object:
        why = form.cleaned_data.get("because_above", "")
        actions.confirm_measure(row.id, because_above=why, by=by, at=at)
        return actions.publish_measure(row.id, by=by, at=at)

    def refuse() -> object:
        return actions.refuse_measure(row.id, reason=form.cleaned_data["reason"], by=by, at=at)

    def end() -> object:
        return actions.end_measure(row.id, by=by, at=at)

    return {"confirm": confirm, "refuse": refuse, "end": end}[step]


def _steps(user: User, row: Measure) -> list[tuple[str, str]]:
    """What this user can do with the measure: address and verb."""
    if not may(user, "level.confirm"):
        return []
    if row.state == LevelState.PUBLISHED:
        return [(reverse("decide_measure", args=[row.id, "end"]), _("End the measure"))]
    if row.state != LevelState.PROPOSED or row.proposed_by == user.label:
        return []
    steps = {"confirm": _("Confirm and publish"), "refuse": _("Turn down")}
    return [(reverse("decide_measure", args=[row.id, step]), verb) for step, verb in steps.items()]


def _seen(user: User) -> QuerySet[Measure]:
    """What was published is public; what was not is for those who see events."""
    found = within(Measure.objects.select_related("level", "event"), user.area_code)
    return found if may(user, "event.see") else found.filter(published_at__isnull=False)


addresses: list[URLPattern] = [
    path("response/levels/<uuid:level_id>/measure", propose_measure, name="propose_measure"),
    path("response/measures/<uuid:measure_id>", measure, name="measure"),
    path("response/measures/<uuid:measure_id>/<str:step>", decide_measure, name="decide_measure"),
]
