"""Giving out a file: the form, and the file itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.core.people.access import needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import exchange as actions
from yinghuo.desks.response.actions.exchange.giving import Given
from yinghuo.desks.response.views.exchange.forms import GiveOut
from yinghuo.desks.response.views.exchange.refusing import into
from yinghuo.desks.response.views.frame import response_tabs

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@never_cache
@require_http_methods(["GET", "POST"])
@needs("exchange.use")
def give_out(request: HttpRequest) -> HttpResponse:
    """The form; sent, it answers with the file."""
    user = signed_in(request)
    form = GiveOut(user, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and (given := _given(user, form)):
        return _file(given)
    context = {"title": _("Give out a file"), "tabs": response_tabs(user, "exchange"), "form": form}
    return render(request, "response/exchange_out.html", context, status=422 if form.errors else 200)


def _given(user: User, form: GiveOut) -> Given | None:
    told = form.cleaned_data
    asked = actions.Asked(
        form=told["form"],
        event=UUID(told["event"]) if told["event"] else None,
        variant=told["variant"],
        chinese=int(get_language() != "en"),
        source=told["source"],
        reveal=told["reveal"],
        words=told["words"],
        mapping=told["mapping"].read() if told["mapping"] else None,
    )
    try:
        return actions.give_out(asked, user=user, at=clock.now())
    except Refused as refused:
        into(form, refused)
        return None


def _file(given: Given) -> HttpResponse:
    answer = HttpResponse(given.data, content_type=TYPES[given.name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{given.name}"'
    return answer
