"""The phones of a campaign: who works, who has fallen silent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.clock import now
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Choice, Empty, State, span_in_words
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import named, thousands
from yinghuo.core.people.access import may, needs, scope
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import Campaign
from yinghuo.desks.sampling.queries.phones import Asked, PhoneCounts, PhoneRow, phone_counts, phones
from yinghuo.desks.sampling.views.tabs import campaign_tabs

ROWS = 50
MS_IN_S = 1000


@require_safe
@needs("campaign.see")
def campaign_phones(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Every phone of the campaign's sites; silent ones stand out."""
    assert isinstance(request.user, User)
    found = get_object_or_404(scope(request.user, Campaign.objects.all()), id=campaign_id)
    asked = Asked(found.id, request.user.area_code or "-", now())
    table = _table(request, asked)
    context = {
        "title": _title(found, phone_counts(asked)),
        "tabs": campaign_tabs(request.user, "campaign_phones", found.id),
        "choices": [Choice("only", lazy("Phones"), [("silent", lazy("silent"))], request.GET.get("only", ""))],
        "table": table,
        "may_enrol": may(request.user, "device.manage"),
    }
    return exports.asked(request, table) or render(request, "sampling/phone_list.html", context)


def _title(campaign: Campaign, counts: PhoneCounts) -> str:
    words = {"name": campaign.name, "count": thousands(counts.phones), "silent": thousands(counts.silent)}
    if not counts.silent:
        return ngettext("%(name)s · %(count)s phone", "%(name)s · %(count)s phones", counts.phones) % words
    return (
        ngettext(
            "%(name)s · %(silent)s of %(count)s phone is silent",
            "%(name)s · %(silent)s of %(count)s phones are silent",
            counts.phones,
        )
        % words
    )


def _table(request: HttpRequest, asked: Asked) -> Table:
    here = request.GET.get("after", "")
    silent = request.GET.get("only") == "silent"
    after = place(here, int, UUID)
    found = phones(asked, only_silent=silent, after=(after[0], after[1]) if after else None, limit=ROWS + 1)
    shown = found[:ROWS]
    last = (shown[-1].site_id, shown[-1].device) if len(found) > ROWS else None
    manage = may(request.user, "device.manage")
    why = _("No phone is silent.") if silent else _("No phone is enrolled for a site of this campaign yet.")
    return Table(
        name="phones",
        caption=_("Phones by site"),
        columns=_columns(manage),
        rows=[_row(row, asked.now) for row in shown],
        empty=Empty(why, *((_("Enrol a phone"), reverse("enrol_phone")) if manage and not silent else ())),
        pager=pager(len(shown), after=last, here=here),
        files=True,
    )


def _columns(manage: bool) -> list[Column]:  # noqa: FBT001 - what the reader may do
    return [
        Column("name", lazy("Phone"), link="href" if manage else ""),
        Column("site", lazy("Site")),
        Column("state", lazy("State"), kind="state"),
        Column("signed_in_at", lazy("Signed in"), kind="moment"),
        Column("last_batch_at", lazy("Last batch"), kind="moment"),
        Column("facts", lazy("Facts sent"), kind="number"),
        Column("offset_s", lazy("Clock ahead"), kind="number", unit=lazy("s")),
    ]


def _row(row: PhoneRow, moment: datetime) -> dict[str, Any]:
    return {
        "id": row.device,
        "name": row.name,
        "href": reverse("device", args=[row.device]),
        "site": named(row),
        "state": _state(row, moment),
        "signed_in_at": row.signed_in_at,
        "last_batch_at": row.last_batch_at,
        "facts": row.facts,
        "offset_s": None if row.offset_ms is None else round(row.offset_ms / MS_IN_S),
        "late": row.silent,
    }


def _state(row: PhoneRow, moment: datetime) -> State:
    if row.revoked_at:
        return State("off", _("shut out"))
    if row.silent and row.heard_at:
        return State("late", _("silent for %(span)s") % {"span": span_in_words(moment - row.heard_at)})
    if row.signed_in_at is None:
        return State("waiting", _("not signed in yet"))
    return State("running", _("signed in"))
