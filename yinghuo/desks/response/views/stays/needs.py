"""Needs of people in isolation: all that are open, one of them answered, one entered by the staff."""

from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.core.people.access import covers, may, needs, require, scope, signed_in
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import needs as actions
from yinghuo.desks.response.models import Need, NeedKind, Stay
from yinghuo.desks.response.queries import stays as queries
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.stays.lists import place_of
from yinghuo.desks.response.views.stays.need_tables import needs_table
from yinghuo.desks.response.views.tracks.reading import carried_out, managed
from yinghuo.desks.response.views.words import who

LINES = forms.Textarea(attrs={"rows": 3})


class Asking(forms.Form):
    """What is asked for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=lazy("What is needed"), choices=NeedKind.choices)
    text = forms.CharField(
        label=lazy("In a few words"),
        help_text=lazy("No names and no numbers."),
        required=False,
        max_length=actions.LONGEST,
        widget=LINES,
    )


class Answering(forms.Form):
    """What the person reads."""

    text = forms.CharField(
        label=lazy("Answer"), help_text=lazy("The person reads it."), max_length=actions.LONGEST, widget=LINES
    )
    met = forms.BooleanField(label=lazy("The need is met"), required=False)


@require_safe
@needs("event.see")
def needs_list(request: HttpRequest) -> HttpResponse:
    """What is asked for in the area and not yet met, the nearest clock first."""
    user = signed_in(request)
    rows = queries.needs_waiting(user)
    table = needs_table(rows)
    table.files = True
    late = sum(bool(order.due_at and order.due_at < now()) for _need, order in rows)
    words = ngettext("%(count)s need open, %(late)s late", "%(count)s needs open, %(late)s late", len(rows))
    context = {"title": words % {"count": len(rows), "late": late}, "table": table}
    context["tabs"] = response_tabs(user, "stays")
    return exports.asked(request, table) or render(request, "response/stay_needs.html", context)


@require_http_methods(["GET", "POST"])
@needs("event.see")
def need(request: HttpRequest, need_id: UUID) -> HttpResponse:
    """One need: answered, and met."""
    user = signed_in(request)
    found = get_object_or_404(scope(user, Need.objects.select_related("stay"), "stay__area_code"), id=need_id)
    form = Answering(request.POST or None, initial={"text": found.answer})
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: _answered(request, found, form)):
        return redirect("need", found.id)
    stay = queries.stay(user, found.stay_id)
    context = {
        "title": f"{found.get_kind_display()} · {who(found.stay.person)}",
        "tabs": response_tabs(user, "stays"),
        "need": found,
        "order": Order.objects.get(id=found.id),
        "place": place_of(stay) if stay else "",
        "form": form,
        "verb": _("Send the answer"),
        "may_manage": may(user, "event.manage") and covers(user, found.stay.area_code),
    }
    return render(request, "response/stay_need.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("event.manage")
def ask(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """The staff enters what somebody asks for."""
    stay, user = managed(request, Stay, stay_id), signed_in(request)
    form = Asking(request.POST or None, initial={"id": uuid4()})
    if request.method == "POST" and form.is_valid():
        new = actions.NewNeed(stay_id=stay.id, **form.cleaned_data)
        if carried_out(form, lambda: actions.ask(new, by=user.label, at=now())):
            return redirect("stay", stay.id)
    context = {"title": _("%(who)s asks for something") % {"who": who(stay.person)}, "form": form}
    context |= {"verb": _("Enter the need"), "back": reverse("stay", args=[stay.id])}
    context["tabs"] = response_tabs(user, "stays")
    return render(request, "response/track_form.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, found: Need, form: Answering) -> Need:
    user = signed_in(request)
    require(user, "event.manage", area_code=found.stay.area_code)
    done = actions.meet if form.cleaned_data["met"] else actions.answer
    return done(found.id, text=form.cleaned_data["text"], by=user.label, at=now())
