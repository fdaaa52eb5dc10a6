"""What the pages of labels show: codes of sites, prints, how often codes were printed, why a print was refused."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import moment, named
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import Campaign, LabelKind, LabelRun
from yinghuo.desks.sampling.queries.custody.labels import SiteCodes
from yinghuo.engines.codes import CodeRange

SIZE_WORDS = [
    ("a4-4x10", lazy("A4, 4 × 10, 48.5 × 25.4 mm")),
    ("a4-5x13", lazy("A4, 5 × 13, 38.1 × 21.2 mm")),
    ("a4-3x8", lazy("A4, 3 × 8, 70 × 37 mm")),
    ("50x30", lazy("roll, 50 × 30 mm")),
    ("40x20", lazy("roll, 40 × 20 mm")),
]
REASONS = {
    "codes.range": lazy(
        "%(first)s to %(last)s is no range: both codes need one length and may differ in their number."
    ),
    "codes.not_issued": lazy("%(first)s to %(last)s were not all issued to this campaign in one range."),
    "codes.given": lazy("%(first)s to %(last)s belong to %(site)s already."),
    "labels.printed": lazy("Codes from %(first)s to %(last)s were printed at %(at)s. Say why they are printed again."),
    "labels.many": lazy("%(count)s labels are too many for one print; at most %(most)s."),
    "labels.too_long": lazy("%(label)s is too long for this label size."),
    "labels.font": lazy("The font for labels is not installed. Ask the administrator to run the set-up again."),
}
FIELDS = {
    "codes.range": "last",
    "codes.not_issued": "first",
    "codes.given": "first",
    "labels.printed": "reason",
    "labels.many": "last",
    "labels.too_long": "size",
}


def why(refused: Refused) -> str:
    """Why a print or a range was refused, for the field that it stands at."""
    facts = dict(refused.facts)
    if "at" in facts:
        facts["at"] = moment(timezone.localtime(facts["at"]))  # type: ignore[arg-type]
    return str(REASONS.get(refused.code, _("This was not done (%(code)s)."))) % ({"code": refused.code} | facts)


def headline(campaign: Campaign, rows: Sequence[SiteCodes]) -> str:
    """Whether a site of this page runs low, in one line."""
    low = sum(row.low for row in rows)
    if not low:
        return _("%(name)s · labels and codes") % {"name": campaign.name}
    words = ngettext("%(name)s · %(count)s site runs low on codes", "%(name)s · %(count)s sites run low on codes", low)
    return words % {"name": campaign.name, "count": low}


def sites(rows: Sequence[SiteCodes]) -> Table:
    """The codes of each site."""
    columns = [
        Column("name", lazy("Site"), note="team"),
        Column("state", lazy("State"), kind="state"),
        Column("first", lazy("First code"), kind="code"),
        Column("last", lazy("Last code"), kind="code"),
        Column("given", lazy("Given"), kind="number"),
        Column("used", lazy("Used"), kind="number"),
        Column("left", lazy("Left"), kind="number"),
    ]
    shown = [
        row._asdict() | {"name": named(row), "left": row.left, "state": _state(row), "late": row.low} for row in rows
    ]
    empty = pieces.Empty(lazy("This campaign has no site yet."))
    return Table(name="codes", caption=lazy("Codes of sites"), columns=columns, rows=shown, empty=empty, files=True)


def _state(row: SiteCodes) -> pieces.State:
    if row.given is None:
        return pieces.State("off", _("no codes given"))
    return pieces.State("late", _("runs low")) if row.low else pieces.State("done", _("enough"))


def prints(rows: Sequence[LabelRun]) -> Table:
    """The prints, the latest first."""
    columns = [
        Column("at", lazy("Printed at"), kind="moment", link="href"),
        Column("kind", lazy("Labels for")),
        Column("first", lazy("First code"), kind="code"),
        Column("last", lazy("Last code"), kind="code"),
        Column("count", lazy("Labels"), kind="number"),
        Column("what", lazy("Print"), kind="state", note="reason"),
    ]
    shown = [
        {
            "id": run.id,
            "at": run.at,
            "href": reverse("label_run", args=[run.id]),
            "kind": LabelKind(run.kind).label,
            "first": run.first,
            "last": run.last,
            "count": run.count,
            "what": pieces.State("waiting", _("reprint")) if run.reprint else pieces.State("done", _("first print")),
            "reason": run.reason,
        }
        for run in rows
    ]
    empty = pieces.Empty(lazy("No labels have been printed for this campaign yet."))
    return Table(name="prints", caption=lazy("Prints"), columns=columns, rows=shown, empty=empty)


def often(tubes: Sequence[tuple[CodeRange, int]], boxes: Sequence[tuple[CodeRange, int]]) -> Table:
    """Which codes were printed how often."""
    columns = [
        Column("kind", lazy("Labels for")),
        Column("first", lazy("First code"), kind="code"),
        Column("last", lazy("Last code"), kind="code"),
        Column("codes", lazy("Codes"), kind="number"),
        Column("times", lazy("Printed, times"), kind="number"),
    ]
    rows: list[dict[str, Any]] = [
        {"kind": kind.label, "first": span.first, "last": span.last, "codes": len(span), "times": count}
        for kind, stretches in ((LabelKind.TUBE, tubes), (LabelKind.BOX, boxes))
        for span, count in stretches
    ]
    shown = [row | {"id": number} for number, row in enumerate(rows)]
    return Table(name="often", caption=lazy("How often codes were printed"), columns=columns, rows=shown)
