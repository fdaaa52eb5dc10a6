"""The page that makes a one-time code for a phone and shows it, this once, as a QR code and in letters."""

from typing import Any

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yinghuo.console.clock import now
from yinghuo.console.pieces import Due
from yinghuo.core.areas.models import Area
from yinghuo.core.areas.queries import name_of, within
from yinghuo.core.people.access import needs, scope
from yinghuo.core.people.models import DeviceKind, User
from yinghuo.desks.sampling.actions.phones import NewCode, make_code
from yinghuo.desks.sampling.actions.phones.enrolling import KINDS
from yinghuo.desks.sampling.models import EnrolmentCode, Site

MOST_SITES = 500
PHONES = [choice for choice in DeviceKind.choices if choice[0] in KINDS]
STREET_DIGITS = 9
APP, APP_OF_TEAMS = "/field/", "/rounds/"


class NewPhone(forms.Form):
    """A phone to be enrolled: at a site, or in an area."""

    kind = forms.ChoiceField(label=lazy("Kind"), choices=PHONES)
    name = forms.CharField(
        label=lazy("Name"),
        help_text=lazy("What is written on the phone, so that it can be told from others."),
        max_length=80,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    site = forms.TypedChoiceField(label=lazy("Site"), coerce=int, empty_value=None, required=False)
    area = forms.ChoiceField(
        label=lazy("Area"), required=False, help_text=lazy("For a phone that belongs to no single site.")
    )

    def __init__(self, user: User, data: Any = None, *, site: str = "") -> None:
        super().__init__(data, initial={"site": site})
        self.sites = {str(one.pk): one for one in _sites(user, (data or {}).get("site", site))}
        listed = [(key, f"{one.name} · {one.campaign.name}") for key, one in self.sites.items()]
        self.fields["site"].choices = [("", "–"), *listed]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", "–"), *_areas(user)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A site or an area; the site's own area goes before."""
        given = super().clean() or {}
        if not self.errors and not given.get("site") and not given.get("area"):
            self.add_error("site", _("Choose a site, or an area for a phone that belongs to none."))
        return given

    @property
    def wanted(self) -> NewCode:
        """What the code shall enrol."""
        given = self.cleaned_data
        site = self.sites[str(given["site"])] if given["site"] else None
        area = site.area_code if site else given["area"]
        return NewCode(given["kind"], given["name"], area, site.pk if site else None)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("device.manage")
def enrol_phone(request: HttpRequest) -> HttpResponse:
    """The form for a phone; then its code, this once."""
    assert isinstance(request.user, User)
    form = NewPhone(request.user, request.POST or None, site=request.GET.get("site", ""))
    if request.method == "POST" and form.is_valid():
        row, code = make_code(form.wanted, by=request.user.label, at=now())
        return render(request, "sampling/phone_code.html", _shown(request, row, code))
    context = {"title": _("Enrol a phone"), "form": form}
    return render(request, "sampling/phone_enrol.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, row: EnrolmentCode, code: str) -> dict[str, Any]:
    app = request.build_absolute_uri(APP_OF_TEAMS if row.kind == DeviceKind.TEAM else APP)
    site = Site.objects.filter(pk=row.site_id).first() if row.site_id else None
    return {
        "title": _("Scan this code with %(name)s") % {"name": row.name},
        "row": row,
        "kind": DeviceKind(row.kind).label,
        "place": site.name if site else name_of(row.area_code),
        "code": code,
        "address": app,
        "picture": picture(f"{app}#enrol={code}", said=_("QR code of %(address)s") % {"address": app}),
        "due": Due(row.good_until, row.made_at),
        "again": f"{reverse('enrol_phone')}?site={row.site_id or ''}",
    }


def picture(text: str, *, said: str) -> str:
    """A QR code as SVG: black on white with its margin, in the light and in the dark."""
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(drawn.svg_inline(scale=6, border=4, dark="#000", light="#fff", title=said, omitsize=True))  # noqa: S308 - drawn here from a code made here


def _sites(user: User, chosen: str) -> list[Site]:
    """Sites of the user's area whose campaign goes on; beyond the first 500 the one that was asked for."""
    seen = scope(user, Site.objects.select_related("campaign").filter(campaign__ends_at__gt=now()))
    found = list(seen.order_by("name_zh", "id")[:MOST_SITES])
    if chosen.isdecimal() and int(chosen) not in {one.pk for one in found}:
        found += seen.filter(pk=int(chosen) % 2**63)
    return found


def _areas(user: User) -> list[tuple[str, str]]:
    found = within(Area.objects.defer("outline"), user.area_code, "code").order_by("code")
    named = [(area.code, area.name) for area in found if len(area.code) <= STREET_DIGITS]
    return named or [(user.area_code, user.area_code)]
