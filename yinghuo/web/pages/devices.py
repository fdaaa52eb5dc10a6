"""Devices: enrolling one, whose token is shown once, and shutting one out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.console.who import names_of
from yinghuo.core.areas.queries import name_of, names
from yinghuo.core.people import actions, queries
from yinghuo.core.people.access import needs, scope, signed_in
from yinghuo.core.people.models import Device, DeviceKind, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import Site
from yinghuo.web import clock
from yinghuo.web.pages.areas import areas_of
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.steps import Reason
from yinghuo.web.pages.tabs import people_tabs
from yinghuo.web.refusals import sentence

ROWS = 50


class NewDevice(forms.Form):
    """A device to be enrolled."""

    name = forms.CharField(
        label=lazy("Name"),
        help_text=lazy("What is written on the device, so that it can be told from others."),
        max_length=80,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=lazy("Kind"), choices=DeviceKind.choices)
    area_code = forms.ChoiceField(label=lazy("Area"))
    site_id = forms.IntegerField(
        label=lazy("Number of the sampling site"),
        help_text=lazy("For a sampler's phone: a swab from another site is asked about."),
        required=False,
        min_value=1,
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        self.fields["area_code"].choices = areas_of(user)  # type: ignore[attr-defined]

    def clean_site_id(self) -> int | None:
        """A site of the user's area, or none."""
        number: int | None = self.cleaned_data["site_id"]
        if number and not scope(self.user, Site.objects.filter(pk=number)).exists():
            raise forms.ValidationError(_("There is no site of this number in your area."))
        return number


@require_safe
@needs("device.manage")
def devices(request: HttpRequest) -> HttpResponse:
    """Devices of the area, by name; revoked ones too, for they are history."""
    user = signed_in(request)
    table = _table(request, user)
    count = scope(user, Device.objects.filter(revoked_at__isnull=True)).count()
    title = ngettext("%(count)s device may send facts", "%(count)s devices may send facts", count) % {"count": count}
    context = {"title": title, "table": table, "tabs": people_tabs(user, "devices")}
    return exports.asked(request, table) or render(request, "pages/devices.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("device.manage")
def enrol_device(request: HttpRequest) -> HttpResponse:
    """The form for a new device; then its token, this once."""
    form = NewDevice(signed_in(request), request.POST or None)
    if request.method == "POST" and (enrolled := _enrolled(request, form)):
        one, token = enrolled
        title = _("Token of %(name)s") % {"name": one.name}
        return render(request, "pages/token.html", {"title": title, "device": one, "token": token})
    context = {"title": _("Enrol a device"), "form": form}
    return render(request, "pages/enrol.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("device.manage")
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """One device and its history; shuts it out, for a reason."""
    one = or_404(queries.device(signed_in(request), device_id))
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.revoke_device(one.id, **form.cleaned_data, by=signed_in(request).label, at=clock.now())
        messages.success(request, _("%(name)s is shut out.") % {"name": one.name})
        return redirect("device", one.id)
    return render(request, "pages/device.html", _context(one) | {"form": form}, status=422 if form.errors else 200)


def _enrolled(request: HttpRequest, form: NewDevice) -> tuple[Device, str] | None:
    """Enrols it; a refusal is written into the form, so that what was typed stays."""
    if not form.is_valid():
        return None
    try:
        return actions.enrol_device(**form.cleaned_data, by=signed_in(request).label, at=clock.now())
    except Refused as refused:
        form.add_error(None, sentence(refused))
        return None


def _context(one: Device) -> dict[str, Any]:
    return {
        "title": _("%(name)s · %(kind)s") % {"name": one.name, "kind": one.get_kind_display()},
        "device": one,
        "area": name_of(one.area_code),
        "site": Site.objects.filter(pk=one.site_id).first() if one.site_id else None,
        "enrolled_by": names_of([one.enrolled_by])[one.enrolled_by],
        "state": _state(one),
        "moments": moments(one.label),
        "effects": [
            _("What it sends from now on is not accepted; it keeps what it has not sent."),
            _("What it has sent stays. It cannot be admitted again: enrol it anew instead."),
        ],
    }


def _table(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    found = queries.devices(user, after=place(here, str, UUID), limit=ROWS + 1)
    shown = found[:ROWS]
    return Table(
        name="devices",
        caption=_("Devices by name"),
        columns=_columns(),
        rows=_rows(shown),
        empty=Empty(_("No device is enrolled in your area."), _("Enrol a device"), reverse("enrol_device")),
        pager=pager(len(shown), after=(shown[-1].name, shown[-1].id) if len(found) > ROWS else None, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Device"), link="href"),
        Column("kind", _("Kind")),
        Column("area", _("Area")),
        Column("site", _("Site"), kind="code"),
        Column("state", _("State"), kind="state"),
        Column("enrolled_at", _("Enrolled"), kind="moment"),
        Column("last_seen_at", _("Heard of last"), kind="moment"),
    ]


def _rows(found: Sequence[Device]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.id,
            "name": one.name,
            "href": reverse("device", args=[one.id]),
            "kind": one.get_kind_display(),
            "area": where.get(one.area_code, one.area_code),
            "site": one.site_id,
            "state": _state(one),
            "enrolled_at": one.enrolled_at,
            "last_seen_at": one.last_seen_at,
        }
        for one in found
    ]


def _state(one: Device) -> State:
    return State("off", _("shut out")) if one.revoked_at else State("done", _("active"))
