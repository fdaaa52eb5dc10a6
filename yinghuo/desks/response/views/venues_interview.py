"""Pages: where a case's person was, line by line, saved as it is typed; clear lines become visits."""

from uuid import UUID, uuid4

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yinghuo.console import clock
from yinghuo.core.people.access import needs, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits_interview import Typed, keep_lines, save_line
from yinghuo.desks.response.models import Case, InterviewLine, Venue
from yinghuo.desks.response.queries.contacts_venues import venues
from yinghuo.desks.response.views.frame import response_tabs, typed_words

MOST_PLACES = 300  # in the list of a line; beyond, the place is typed and registered first


@require_safe
@needs("event.manage")
def interview(request: HttpRequest, number: str) -> HttpResponse:
    """The stays of one case, an empty line below them."""
    user, case = signed_in(request), _case(request, number)
    lines = list(case.interview_lines.select_related("venue").order_by("typed_at", "id"))
    context = {
        "title": _("Where case %(number)s was") % {"number": case.number},
        "tabs": response_tabs(user, "cases"),
        "case": case,
        "lines": [*lines, InterviewLine(id=uuid4(), case=case)] if case.person else [],
        "places": list(venues(user)[:MOST_PLACES]),
        "waiting": any(line.kept_at is None for line in lines),
    }
    return render(request, "response/visit_interview.html", context)


@require_POST
@needs("event.manage")
def interview_line(request: HttpRequest, number: str, line_id: UUID) -> HttpResponse:
    """Saves one line; the browser sends it whenever a field is left."""
    user, case = signed_in(request), _case(request, number)
    given = {name: typed_words(request, name) for name in ("place", "day", "begins", "ends")}
    typed = Typed(**given, venue=_venue(request))
    save_line(case.id, line_id, typed, by=user.label, at=clock.now())
    return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("interview", number)


@require_POST
@needs("event.manage")
def keep_interview(request: HttpRequest, number: str) -> HttpResponse:
    """Makes visits of what is clear."""
    user, case = signed_in(request), _case(request, number)
    kept = keep_lines(case.id, by=user.label, at=clock.now())
    said = ngettext("%(count)s stay became a visit.", "%(count)s stays became visits.", kept) % {"count": kept}
    notices.success(request, said)
    return redirect("interview", number)


def _case(request: HttpRequest, number: str) -> Case:
    found = scope(signed_in(request), Case.objects.filter(number=number)).first()
    if found is None:
        raise Http404
    return found


def _venue(request: HttpRequest) -> UUID | None:
    """The place chosen, of the reader's area; Refused("venue.unknown") for another."""
    text = request.POST.get("venue", "")
    if not text:
        return None
    try:
        found = scope(signed_in(request), Venue.objects.filter(id=UUID(text))).first()
    except ValueError as error:
        raise Refused("venue.unknown") from error
    if found is None:
        raise Refused("venue.unknown")
    return found.id


addresses: list[URLPattern] = [
    path("response/cases/<str:number>/stays", interview, name="interview"),
    path("response/cases/<str:number>/stays/keep", keep_interview, name="keep_interview"),
    path("response/cases/<str:number>/stays/<uuid:line_id>", interview_line, name="interview_line"),
]
