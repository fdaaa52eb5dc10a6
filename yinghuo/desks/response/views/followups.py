"""Pages: the follow-up list of a day, its rounds, one contact's calendar with a visit written down at the console."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import clock, exports
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Table
from yinghuo.core.people.access import may, needs, require, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions import followups as actions
from yinghuo.desks.response.models import Contact, FollowUpStatus, Round
from yinghuo.desks.response.queries import followups as queries
from yinghuo.desks.response.queries.followups import WHERE, Wanted
from yinghuo.desks.response.rules.followups import day_of
from yinghuo.desks.response.rules.symptoms import SYMPTOMS
from yinghuo.desks.response.views import followups_tables as tables
from yinghuo.desks.response.views.frame import response_tabs

ROWS = 50


class NewVisit(forms.Form):
    """A visit, or a call, as somebody tells it at the console."""

    status = forms.ChoiceField(label=lazy("What was found"), choices=FollowUpStatus.choices, widget=forms.RadioSelect)
    symptoms = forms.MultipleChoiceField(
        label=pgettext_lazy("follow-up", "Symptoms"),
        choices=[(one.code, one.words) for one in SYMPTOMS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    temperature_c = forms.DecimalField(
        label=lazy("Body temperature, °C"), min_value=30, max_value=45, max_digits=3, decimal_places=1, required=False
    )


@require_safe
@needs("event.see")
def followups(request: HttpRequest) -> HttpResponse:
    """The list of a day: overdue first, with what was found and how far it is."""
    user, wanted = signed_in(request), _wanted(request)
    progress = queries.progress(user, wanted.day)
    table = _listed(request, user, wanted)
    context = {
        "title": tables.sentence(wanted.day, progress),
        "tabs": response_tabs(user, "followups"),
        "day": wanted.day,
        "stats": tables.stats(progress, wanted.day),
        "choices": tables.choices(wanted),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "response/followups.html", context)


@require_safe
@needs("event.see")
def followup_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of a day: where, how many, which phone has them."""
    user, day = signed_in(request), _day(request)
    table = tables.rounds(queries.rounds(user, day), day, may_free=may(user, "event.manage"))
    context = {
        "title": tables.rounds_sentence(day, len(table.rows)),
        "tabs": response_tabs(user, "followups"),
        "day": day,
        "table": table,
    }
    return exports.asked(request, table) or render(request, "response/followup_rounds.html", context)


@require_http_methods(["GET", "POST"])
@needs("event.see")
def followup_contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One contact's calendar: day 0 is the last contact; a visit can be written down."""
    user = signed_in(request)
    contact = scope(user, Contact.objects.select_related("event").filter(id=contact_id)).first()
    if contact is None:
        raise Http404
    form = NewVisit(request.POST or None)
    if request.method == "POST" and _recorded(contact, form, user):
        messages.success(request, _("The visit is written down."))
        return redirect("followup_contact", contact.id)
    context = tables.calendar(contact, queries.calendar(contact), today=day_of(clock.now()))
    context |= {"tabs": response_tabs(user, "followups"), "form": form, "may_record": may(user, "event.manage")}
    return render(request, "response/followup_contact.html", context, status=422 if form.errors else 200)


@require_POST
@needs("event.manage")
def followup_free(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Takes a round from the phone that has it, so that another team can go."""
    user = signed_in(request)
    one = scope(user, Round.objects.filter(id=round_id)).first()
    if one is None:
        raise Http404
    actions.free_round(one.id, by=user.label, at=clock.now())
    messages.success(request, _("The round is free again; what the phone has recorded is kept when it sends it."))
    return redirect("followup_rounds")


def _recorded(contact: Contact, form: NewVisit, user: User) -> bool:
    require(user, "event.manage", area_code=contact.area_code)
    if not form.is_valid():
        return False
    now = clock.now()
    given = form.cleaned_data
    day = day_of(now)
    item = actions.FollowUpItem(
        id=uuid4(),
        contact=contact.id,
        at=now,
        day=day,
        day_number=max((day - contact.last_on).days, 0),
        status=given["status"],
        symptoms=given["symptoms"],
        temperature_c=float(given["temperature_c"]) if given["temperature_c"] is not None else None,
    )
    actions.record_visit(item, area_code=user.area_code, by=user.label, at=now)
    return True


def _listed(request: HttpRequest, user: User, wanted: Wanted) -> Table:
    here = request.GET.get("after", "")
    found = queries.page(user, wanted, place(here, int, str, UUID), ROWS + 1)
    rows = found[:ROWS]
    after: tuple[Any, ...] | None = None
    if len(found) > ROWS:
        after = (-rows[-1].missed_days, rows[-1].area_code, rows[-1].contact)
    return tables.listed(rows, wanted, pager(len(rows), after=after, here=here))


def _wanted(request: HttpRequest) -> Wanted:
    which = request.GET.get("which", "")
    return Wanted(_day(request), which if which in WHERE else "", _id(request, "round"), _id(request, "event"))


def _id(request: HttpRequest, key: str) -> UUID | None:
    """An id in the address; Http404 for what is none."""
    text = request.GET.get(key, "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404(key) from error


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return day_of(clock.now())


addresses: list[URLPattern] = [
    path("response/follow-up", followups, name="followups"),
    path("response/follow-up/rounds", followup_rounds, name="followup_rounds"),
    path("response/follow-up/rounds/<uuid:round_id>/free", followup_free, name="followup_free"),
    path("response/follow-up/contacts/<uuid:contact_id>", followup_contact, name="followup_contact"),
]
