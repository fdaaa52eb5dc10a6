"""The form for a result of assays at a level's place: a round that counts for stepping down, people, surfaces."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.ledger.actions import new_id
from yinghuo.core.people.access import needs, require, scope, signed_in
from yinghuo.desks.response.actions.levels_results import NewResult, keep_result
from yinghuo.desks.response.models import AreaLevel
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.levels_forms import ResultForm
from yinghuo.desks.response.views.levels_parts import done

AT_FIELD = {"place.no_evidence": "evidence", "place.counts": "positive", "place.later_than_now": "on"}


@require_http_methods(["GET", "POST"])
@needs("level.propose")
def keep_level_result(request: HttpRequest, level_id: UUID) -> HttpResponse:
    """A result, stated with its evidence."""
    user, now = signed_in(request), clock.now()
    row = get_object_or_404(scope(user, AreaLevel.objects.all()), id=level_id)
    require(user, "level.propose", area_code=row.area_code)
    form = ResultForm(request.POST or None, initial={"on": timezone.localdate(now), "positive": 0})

    def act() -> object:
        return keep_result(NewResult(id=new_id(), level=row.id, **form.cleaned_data), by=user.label, at=now)

    if request.method == "POST" and form.is_valid() and done(form, act, AT_FIELD):
        notices.success(request, _("The result is kept."))
        return redirect("level", row.id)
    context = {
        "title": _("Result of assays: %(place)s") % {"place": row.name},
        "tabs": response_tabs(user, "levels"),
        "form": form,
        "verb": _("Keep the result"),
        "back": reverse("level", args=[row.id]),
    }
    return render(request, "response/level_form.html", context, status=422 if form.errors else 200)


addresses: list[URLPattern] = [
    path("response/levels/<uuid:level_id>/result", keep_level_result, name="keep_level_result"),
]
