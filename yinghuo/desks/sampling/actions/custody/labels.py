"""Labels: giving codes to sites, printing them, printing them again for a reason."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.custody.sheets import draw
from yinghuo.desks.sampling.custody_rules import MOST_LABELS
from yinghuo.desks.sampling.models import Campaign, LabelKind, LabelRun, Site, SiteRange, TubeRange
from yinghuo.engines.codes import CodeRange
from yinghuo.engines.labels import SIZES

Ranged = TypeVar("Ranged", SiteRange, LabelRun)
BOX_WORDS = "转运箱 Box"


@dataclass(frozen=True)
class LabelOrder:
    """What is to be printed: the same id again is the same print. `reason`: why codes are printed once more."""

    id: UUID
    kind: str
    first: str
    last: str
    size: str
    site_id: int | None = None
    reason: str = ""


@transaction.atomic
def give_codes(site: Site, *, first: str, last: str, by: str, at: datetime) -> SiteRange:
    """Gives the tube codes `first` to `last` of the site's campaign to the site.

    Refused: "codes.range" for what is no range, "codes.not_issued" when the campaign does not have them all,
    "codes.given" when one of them belongs to a site already
    """
    span = _span(first, last)
    Campaign.objects.select_for_update().get(id=site.campaign_id)
    _require_issued(site.campaign_id, span)
    clash = _overlapping(SiteRange.objects.select_related("site"), span).first()
    if clash:
        if (clash.site_id, clash.first, clash.last) == (site.pk, first, last):
            return clash
        raise Refused("codes.given", first=clash.first, last=clash.last, site=clash.site.name)
    given = SiteRange.objects.create(
        campaign_id=site.campaign_id, site=site, first=first, last=last, count=len(span), at=at, by=by
    )
    body = {"campaign": str(site.campaign_id), "first": first, "last": last}
    ledger.enter("codes.given", f"site:{site.pk}", by=by, at=at, body=body)
    return given


@transaction.atomic
def print_labels(campaign: Campaign, wanted: LabelOrder, *, by: str, at: datetime) -> LabelRun:
    """Records a print of labels; `draw_run` draws it. Codes printed before are a reprint, which needs a reason.

    Refused: "codes.range", "codes.not_issued" (tubes), "labels.size", "labels.many", "labels.printed" without a reason
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    known = LabelRun.objects.filter(id=wanted.id).first()
    if known:
        return known
    span = _span(wanted.first, wanted.last)
    if wanted.size not in SIZES:
        raise Refused("labels.size", size=wanted.size)
    if len(span) > MOST_LABELS:
        raise Refused("labels.many", count=len(span), most=MOST_LABELS)
    if wanted.kind == LabelKind.TUBE:
        _require_issued(campaign.id, span)
    before = _overlapping(LabelRun.objects.filter(kind=wanted.kind), span).order_by("-at").first()
    why = wanted.reason.strip()
    if before and not why:
        raise Refused("labels.printed", first=before.first, last=before.last, at=before.at)
    return _enter(campaign, wanted, span, reprint=before is not None, by=by, at=at)


def draw_run(run_id: UUID, *, every: int = 500) -> Path:
    """Draws a print into its file, noting how far it is; a file that is there already is the print."""
    run = LabelRun.objects.select_related("campaign", "site").get(id=run_id)
    target = file_of(run)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as to:
        noted = 0
        for drawn in draw(CodeRange.of(run.first, run.last), words_of(run), size=SIZES[run.size], to=to):
            if drawn - noted >= every or drawn == run.count:
                LabelRun.objects.filter(id=run.id).update(made=drawn)
                noted = drawn
    return draft.replace(target)


def file_of(run: LabelRun) -> Path:
    """Where the PDF of a print is kept."""
    return Path(settings.LABEL_FOLDER) / f"{run.id}.pdf"


def words_of(run: LabelRun) -> list[str]:
    """The lines of text on each label: campaign and site, in Chinese and English where they differ."""
    names = [run.campaign.name_zh, run.campaign.name_en]
    if run.site:
        names = [run.campaign.name_zh, run.site.name_zh, run.site.name_en]
    if run.kind == LabelKind.BOX:
        names = [BOX_WORDS, *names[:2]]
    return list(dict.fromkeys(filter(None, names)))


def _enter(
    campaign: Campaign, wanted: LabelOrder, span: CodeRange, *, reprint: bool, by: str, at: datetime
) -> LabelRun:
    entry_id, why = ledger.new_id(), wanted.reason.strip()
    run = LabelRun.objects.create(
        id=wanted.id,
        campaign=campaign,
        site_id=wanted.site_id,
        kind=wanted.kind,
        first=wanted.first,
        last=wanted.last,
        count=len(span),
        size=wanted.size,
        reason=why,
        reprint=reprint,
        at=at,
        by=by,
        entry_id=entry_id,
    )
    body = {"count": len(span), "first": wanted.first, "last": wanted.last, "of": wanted.kind, "size": wanted.size}
    subject = f"campaign:{campaign.id}"
    if reprint:
        ledger.enter("labels.reprinted", subject, by=by, at=at, body=body | {"reason": why}, entry_id=entry_id)
    else:
        ledger.enter("labels.printed", subject, by=by, at=at, body=body, entry_id=entry_id)
    return run


def _span(first: str, last: str) -> CodeRange:
    try:
        return CodeRange.of(first, last)
    except ValueError as error:
        raise Refused("codes.range", first=first, last=last) from error


def _require_issued(campaign_id: UUID, span: CodeRange) -> None:
    issued = [CodeRange.of(one.first, one.last) for one in TubeRange.objects.filter(campaign_id=campaign_id)]
    if not any(one.holds(span) for one in issued):
        raise Refused("codes.not_issued", first=span.first, last=span.last)


def _overlapping(rows: QuerySet[Ranged], span: CodeRange) -> QuerySet[Ranged]:
    alike = rows.alias(long=Length("first")).filter(long=len(span.first))
    return alike.filter(first__lte=span.last, last__gte=span.first)
