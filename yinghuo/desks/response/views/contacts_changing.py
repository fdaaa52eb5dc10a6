"""Forms and buttons of contacts: trace an event, list contacts of contacts, take down a contest, decide it."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yinghuo.console import clock
from yinghuo.core.people.access import needs, require, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import tracing
from yinghuo.desks.response.actions.contesting import Verdict, contest, decide
from yinghuo.desks.response.models import Contact, Contest, ContestOutcome, Event, Ground
from yinghuo.desks.response.queries import contacts as queries
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.words import who

GROUNDS = [(ground.value, capfirst(ground.label)) for ground in Ground]


class ContestForm(forms.Form):
    """What a contact says; `key` makes sending it twice the same as once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    ground = forms.ChoiceField(label=lazy("What the contact says"), choices=GROUNDS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=lazy("In the contact's own words"),
        help_text=lazy("Kept at this desk; the ledger holds the ground only."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VerdictForm(forms.Form):
    """What is decided of a contest, and why."""

    outcome = forms.ChoiceField(
        label=lazy("Decision"),
        choices=[(outcome.value, capfirst(outcome.label)) for outcome in ContestOutcome],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(label=lazy("What was found to be so"), choices=GROUNDS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=lazy("How it was checked"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_POST
@needs("contact.trace")
def trace_event(request: HttpRequest, number: str) -> HttpResponse:
    """Traces an event and goes back to its contacts."""
    user, event = signed_in(request), _event(request, number)
    require(user, "contact.trace", area_code=event.area_code)
    done = tracing.trace(event.id, by=user.label, at=clock.now())
    found = ngettext(
        "Traced: %(new)s new contact, %(raised)s raised.",
        "Traced: %(new)s new contacts, %(raised)s raised.",
        done.counts["new"],
    )
    notices.success(request, found % done.counts)
    return redirect("event_contacts", number)


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def list_second(request: HttpRequest, number: str) -> HttpResponse:
    """Says what listing contacts of contacts means; does it."""
    user, event = signed_in(request), _event(request, number)
    require(user, "contact.trace", area_code=event.area_code)
    if request.method == "POST":
        new = tracing.list_second(event.id, by=user.label, at=clock.now())
        notices.success(
            request,
            ngettext("%(count)s contact of contacts listed.", "%(count)s contacts of contacts listed.", new)
            % {"count": new},
        )
        return redirect("event_contacts", number)
    run = queries.latest_trace(event)
    counted = run.counts.get("second", 0) if run else 0
    context = {
        "title": _("List the contacts of contacts of %(number)s") % {"number": number},
        "tabs": response_tabs(user, "contacts"),
        "form": forms.Form(),
        "back": reverse("event_contacts", args=[number]),
        "verb": _("List them"),
        "effects": [
            _("About %(count)s people become contacts of contacts, each to be managed by the rule in force.")
            % {"count": counted},
            _("Each generation is many times as large as the one before: while counting is enough, leave it at that."),
        ],
    }
    return render(request, "response/contacts_weigh.html", context)


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def contest_contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Takes down that a contact contests."""
    one = _contact(request, contact_id)
    form = ContestForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid() and _contested(request, one, form):
        notices.success(request, _("Taken down. Somebody else decides it."))
        return redirect("contact", contact_id)
    context = _form(request, form, _("%(contact)s contests being a contact") % {"contact": who(one.person)}, one)
    context["verb"] = _("Take it down")
    return render(request, "response/contacts_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("contact.trace")
def decide_contest(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    """Decides a contest."""
    found = scope(signed_in(request), Contest.objects.select_related("contact").filter(id=contest_id)).first()
    if found is None:
        raise Http404
    form = VerdictForm(request.POST or None, initial={"reason": found.ground})
    if request.method == "POST" and form.is_valid() and _decided(request, found, form):
        notices.success(request, _("Decided. Tracing anew leaves it so."))
        return redirect("contact", found.contact_id)
    title = _("Decide the contest of %(contact)s") % {"contact": who(found.contact.person)}
    context = _form(request, form, title, found.contact)
    context |= {"verb": _("Decide"), "contest": found, "ground": found.get_ground_display()}
    return render(request, "response/contacts_form.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, form: forms.Form, title: str, one: Contact) -> dict[str, Any]:
    tabs, back = response_tabs(signed_in(request), "contacts"), reverse("contact", args=[one.id])
    return {"title": title, "tabs": tabs, "form": form, "back": back}


def _contested(request: HttpRequest, one: Contact, form: ContestForm) -> bool:
    """Takes it down; a refusal is written into the form, so that what was typed stays."""
    given, user = form.cleaned_data, signed_in(request)
    try:
        contest(
            one.id,
            contest_id=given["key"],
            ground=given["ground"],
            words=given["words"],
            by=user.label,
            at=clock.now(),
        )
    except Refused as refused:
        said = {
            "contact.dropped": _("This person is no contact any more; there is nothing to contest."),
            "contact.contested": _("A contest of this contact waits for its decision already."),
        }
        return _refused(form, refused, said)
    return True


def _decided(request: HttpRequest, found: Contest, form: VerdictForm) -> bool:
    given, user = form.cleaned_data, signed_in(request)
    verdict = Verdict(given["outcome"], given["reason"], given["note"])
    try:
        decide(found.id, verdict, by=user.label, at=clock.now())
    except Refused as refused:
        said = {
            "contest.own": _("You took this contest down yourself; somebody else decides it."),
            "contest.decided": _("It has been decided otherwise in the meantime."),
            "order.taken_by_other": _("Somebody else has taken the order of this contest."),
        }
        return _refused(form, refused, said)
    return True


def _refused(form: forms.Form, refused: Refused, said: dict[str, str]) -> bool:
    if refused.code not in said:
        raise refused
    form.add_error(None, said[refused.code])
    return False


def _event(request: HttpRequest, number: str) -> Event:
    found = scope(signed_in(request), Event.objects.filter(number=number)).first()
    if found is None:
        raise Http404
    return found


def _contact(request: HttpRequest, contact_id: UUID) -> Contact:
    found = queries.contact(signed_in(request), contact_id)
    if found is None:
        raise Http404
    return found


addresses: list[URLPattern] = [
    path("response/events/<str:number>/trace", trace_event, name="trace_event"),
    path("response/events/<str:number>/contacts/second", list_second, name="list_second"),
    path("response/contacts/<uuid:contact_id>/contest", contest_contact, name="contest_contact"),
    path("response/contests/<uuid:contest_id>", decide_contest, name="decide_contest"),
]
