"""What the sampling pages show: sentences, tables, stages and curves made of finished rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import charts, pieces
from yinghuo.console.paging import Pager
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import named, thousands
from yinghuo.desks.sampling.models import Campaign, Outcome, Tube, VoidReason
from yinghuo.desks.sampling.queries import Found, Funnel, Moment, PersonRow, SiteRow
from yinghuo.desks.sampling.queries.progress import CampaignRow, Recollections, StageTime
from yinghuo.desks.sampling.rules import Status

STAGE_WORDS = {
    "swabbed": lazy("Swabbed"),
    "sealed": lazy("Sealed"),
    "boxed": lazy("Boxed"),
    "collected": lazy("Collected by courier"),
    "received": lazy("Received by laboratory"),
    "reported": lazy("Result reported"),
    "undone": lazy("Swab undone"),
    "moved": lazy("Swab moved to another tube"),
    "moved_in": lazy("Swab moved here from another tube"),
    "voided": lazy("Tube voided"),
}
TONES: dict[str, pieces.Tone] = {"undone": "off", "moved": "off", "voided": "wrong"}
SPAN_WORDS = {
    1: lazy("First swab to sealing"),
    2: lazy("Sealing to box"),
    3: lazy("Box to courier"),
    4: lazy("Courier to laboratory"),
    5: lazy("Laboratory to result"),
    6: lazy("First swab to result"),
}
RESULT_TONES: dict[str, pieces.Tone] = {
    "": "running",
    "negative": "done",
    "positive": "wrong",
    "grey": "waiting",
    "invalid": "waiting",
}
STATUS_WORDS: dict[Status, pieces.State] = {
    Status.AWAITING: pieces.State("running", lazy("Awaiting result")),
    Status.NEGATIVE: pieces.State("done", lazy("Negative")),
    Status.UNDER_REVIEW: pieces.State("waiting", lazy("Under review")),
    Status.POSITIVE: pieces.State("wrong", lazy("Positive")),
    Status.NOT_SAMPLED: pieces.State("off", lazy("Not sampled: tube voided")),
}


def sentence(campaign: Campaign, funnel: Funnel) -> str:
    """The state of a campaign in one line."""
    counts = {"swabs": thousands(funnel.swabs), "tubes": thousands(funnel.tubes), "name": campaign.name}
    return _("%(name)s · %(swabs)s swabs in %(tubes)s tubes") % counts


def campaigns(rows: Sequence[CampaignRow]) -> Table:
    """Campaigns, the latest first."""
    columns = [
        Column("name", lazy("Campaign"), link="href"),
        Column("starts_at", lazy("From"), kind="day"),
        Column("ends_at", lazy("To"), kind="day"),
        Column("mode", lazy("Mode")),
        Column("swabs", lazy("Swabs"), kind="number"),
        Column("tubes", lazy("Tubes"), kind="number"),
        Column("reported", lazy("With result"), kind="number"),
        Column("positive", lazy("Positive"), kind="number"),
    ]
    shown = [
        row._asdict() | {"name": named(row), "mode": f"{row.mode}:1", "href": reverse("campaign", args=[row.id])}
        for row in rows
    ]
    empty = pieces.Empty(lazy("There is no campaign in your area yet. It appears here once one is opened."))
    return Table(name="campaigns", caption=lazy("Campaigns"), columns=columns, rows=shown, empty=empty, files=True)


def stages(funnel: Funnel) -> list[pieces.Stage]:
    """The funnel; where tubes wait, the stage says how many."""
    following = [count for _name, count in funnel.stages[1:]]
    waiting = [count - after for (_name, count), after in zip(funnel.stages, following, strict=False)] + [0]
    return [
        pieces.Stage(STAGE_WORDS[name], count, stuck=max(stuck, 0))
        for (name, count), stuck in zip(funnel.stages, waiting, strict=True)
    ]


def results(funnel: Funnel, recollections: Recollections) -> list[pieces.Stat]:
    """Results by outcome, and what became of the re-collections."""
    waiting = recollections.opened - recollections.closed - recollections.cancelled
    return [
        pieces.Stat(_("Negative tubes"), funnel.negative),
        pieces.Stat(_("Positive tubes"), funnel.positive),
        pieces.Stat(_("Grey or invalid tubes"), funnel.grey + funnel.invalid),
        pieces.Stat(
            _("Re-collections"),
            recollections.opened,
            _("people"),
            _("%(closed)s closed, %(waiting)s open") % {"closed": recollections.closed, "waiting": waiting},
            reverse("orders"),
        ),
    ]


def times(spans: Mapping[int, StageTime]) -> Table:
    """How long each stage takes, in minutes."""
    columns = [
        Column("stage", lazy("Stage")),
        Column("tubes", lazy("Tubes"), kind="number"),
        Column("p10", lazy("Fastest tenth"), kind="number", unit=lazy("min")),
        Column("p50", lazy("Half"), kind="number", unit=lazy("min")),
        Column("p90", lazy("Nine tenths"), kind="number", unit=lazy("min")),
    ]
    rows = [
        {"id": stage, "stage": SPAN_WORDS[stage], "tubes": span.tubes}
        | dict(zip(("p10", "p50", "p90"), (round(q) for q in span.quantiles_min), strict=True))
        for stage, span in spans.items()
    ]
    empty = pieces.Empty(lazy("No tube has passed two stages yet."))
    return Table(name="times", caption=lazy("Turnaround by stage"), columns=columns, rows=rows, empty=empty)


def daily_curve(rows: Sequence[tuple[date, int]]) -> dict[str, Any] | None:
    """Swabs a day; None for a campaign of a single day."""
    if len(rows) < 2:
        return None
    line = charts.Line(_("Swabs"), [count for _day, count in rows])
    return charts.curve(
        name="daily", title=_("Swabs a day"), unit=_("swabs"), days=[day for day, _count in rows], lines=[line]
    )


def sites(rows: Sequence[SiteRow], pager: Pager | None, *, sort: str) -> Table:
    """Each site: what it did, how fast, what is under way."""
    columns = [
        Column("name", lazy("Site"), note="team", sort=True),
        Column("swabs", lazy("Swabs"), kind="bar", sort=True),
        Column("per_day", lazy("A day"), kind="number", unit=lazy("swabs"), sort=True),
        Column("tubes", lazy("Tubes"), kind="number", sort=True),
        Column("under_way", lazy("Under way"), kind="number", unit=lazy("tubes"), sort=True),
        Column("not_negative", lazy("Not negative"), kind="number", unit=lazy("tubes"), sort=True),
        Column("last_at", lazy("Last swab"), kind="moment", sort=True),
    ]
    shown = [row._asdict() | {"name": named(row)} for row in rows]
    empty = pieces.Empty(lazy("This campaign has no site yet."))
    table = Table(name="sites", caption=lazy("Sites"), columns=columns, rows=shown, empty=empty, sort=sort, files=True)
    table.pager = pager
    return table


def tube_sentence(tube: Tube) -> str:
    """A tube in one line."""
    return _("Tube %(tube)s · %(swabs)s people") % {"tube": tube.tube, "swabs": tube.swabs}


def tube_state(tube: Tube) -> pieces.State:
    """The tube's result as a chip; a voided tube's is that."""
    if tube.voided_at:
        return pieces.State("off", _("voided"))
    word = Outcome(tube.result).label if tube.result else _("no result yet")
    return pieces.State(RESULT_TONES[tube.result], word)


def moment(one: Moment) -> pieces.Moment:
    """A fact on the timeline; it leads to its ledger entry."""
    tone = RESULT_TONES[one.detail["result"]] if one.what == "reported" else TONES.get(one.what, "done")
    return pieces.Moment(
        at=one.at,
        what=STAGE_WORDS[one.what],
        by=one.device_name or str(one.device),
        detail=_detail(one),
        href=reverse("entry", args=[one.entry_id]),
        tone=tone,
    )


def members(moments: Sequence[Moment]) -> Table:
    """Whose swabs are in the tube, under their pseudonyms."""
    columns = [Column("person", lazy("Person"), kind="code", link="href"), Column("at", lazy("Swabbed"), kind="moment")]
    rows = [
        {
            "id": one.detail["person"],
            "person": one.detail["person"],
            "at": datetime.fromisoformat(one.detail["swabbed_at"]) if "swabbed_at" in one.detail else one.at,
            "href": _person(one.detail["person"]),
        }
        for one in moments
        if one.detail.get("stands")
    ]
    empty = pieces.Empty(lazy("No swab of this tube has arrived yet; it may still be on a phone without network."))
    return Table(
        name="members", caption=lazy("People in this tube"), columns=columns, rows=rows, empty=empty, files=True
    )


def person_sentence(rows: Sequence[PersonRow]) -> str:
    """Where a person stands, in one line."""
    return _("%(status)s · %(count)s swabs") % {"status": STATUS_WORDS[rows[0].status].word, "count": len(rows)}


def person_state(status: Status) -> pieces.State:
    """A person's status as a chip."""
    return STATUS_WORDS[status]


def history(rows: Sequence[PersonRow]) -> Table:
    """A person's swabs, the latest first."""
    columns = [
        Column("tube", lazy("Tube"), kind="code", link="href"),
        Column("at", lazy("Swabbed"), kind="moment"),
        Column("members", lazy("People in the tube"), kind="number"),
        Column("status", lazy("Says"), kind="state"),
        Column("result_at", lazy("Result"), kind="moment"),
    ]
    shown = [
        row._asdict() | {"id": row.tube, "status": STATUS_WORDS[row.status], "href": reverse("tube", args=[row.tube])}
        for row in rows
    ]
    return Table(name="history", caption=lazy("Swabs"), columns=columns, rows=shown)


def found(rows: Sequence[Found], areas: Mapping[str, str]) -> Table:
    """What a search found."""
    kinds = {"tube": lazy("Tube"), "box": lazy("Box"), "person": lazy("Person")}
    columns = [
        Column("name", lazy("Found"), kind="code", link="href"),
        Column("kind", lazy("What it is")),
        Column("area", lazy("Area")),
    ]
    shown = [
        {
            "id": row.name,
            "name": row.name,
            "kind": kinds[row.kind],
            "area": areas.get(row.area_code, ""),
            "href": _person(row.leads_to) if row.kind == "person" else reverse("tube", args=[row.leads_to]),
        }
        for row in rows
    ]
    empty = pieces.Empty(
        lazy("Nothing in your area begins like that. Tube and box codes are found by their first characters.")
    )
    return Table(name="found", caption=lazy("Found"), columns=columns, rows=shown, empty=empty)


def _person(person_id: str | UUID) -> str:
    return reverse("person", args=[person_id])


def _detail(one: Moment) -> str:
    detail = one.detail
    if one.what == "reported":
        named = {"ORF1ab": detail["ct_orf1ab"], "N": detail["ct_n"]} | (detail["ct"] or {})
        ct = [f"{name} Ct {value}" for name, value in named.items() if value]
        words = [str(Outcome(detail["result"]).label), *ct, detail["technician"], detail["pool"]]
        return " · ".join(word for word in words if word)
    if one.what == "voided":
        return " · ".join(filter(None, [str(VoidReason(detail["reason"]).label), detail["note"]]))
    if one.what in ("moved", "moved_in"):
        return str(detail.get("to_tube") or detail.get("from_tube"))
    if one.what in ("boxed", "collected", "received"):
        return " · ".join(str(detail[key]) for key in ("box", "vehicle", "seal") if detail.get(key))
    return _("%(count)s counted") % {"count": detail["count"]} if "count" in detail else ""
