"""Giving a code for a person's result at the console, for somebody who cannot look it up by number and name."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yinghuo.console.clock import now
from yinghuo.core.people import queries as people
from yinghuo.core.people.access import needs
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.console_sender import console_sender
from yinghuo.desks.sampling.actions.lookups import give_code
from yinghuo.desks.sampling.lookup_rules import CODE_DAYS


@never_cache
@require_http_methods(["GET", "POST"])
@needs("lookup.give")
def give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Says what will happen; then shows the code on this one answer, to be printed or told."""
    user = request.user
    assert isinstance(user, User)
    if people.person(user, person_id) is None:
        raise Http404
    code = give_code(person_id, console_sender(user, now=now())) if request.method == "POST" else ""
    effects = [
        _("A code for this person’s latest sample is made and shown once, on this page alone."),
        _("Whoever has the code can read the result for %(days)s days; give it to the person only.")
        % {"days": CODE_DAYS},
    ]
    context = {"title": _("Code for looking up the result"), "person": person_id, "code": code, "effects": effects}
    return render(request, "sampling/lookup_code.html", context | {"verb": _("Make the look-up code")})
