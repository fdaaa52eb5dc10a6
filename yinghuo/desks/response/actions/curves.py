"""Counting a region's curve, so that the same figures always give the same run, and counting a run again."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import CurveArea, CurveRun
from yinghuo.desks.response.queries.curves_counting import Said, counted
from yinghuo.desks.response.queries.curves_figures import Published, of_figures, published
from yinghuo.desks.response.rules.curves import METHOD, SerialInterval, serial_interval, serial_interval_on


@dataclass(frozen=True)
class Recount:
    """What counting a run again comes to.

    kept:      the figures that the run kept have the root that its ledger entry names
    published: each of them still stands among what was published
    numbers:   counted again by the same method with the same dice, they say the same; None: the method is another now
    """

    run: CurveRun
    kept: bool
    published: bool
    numbers: bool | None


@transaction.atomic
def count_curve(area_code: str, *, by: str, at: datetime) -> CurveRun:
    """Counts the curve of a region from what is published now; figures that were counted already give their run.

    Refused("curve.no_figures") when nothing was published
    """
    found = published(area_code)
    if found is None:
        raise Refused("curve.no_figures", area=area_code)
    interval = serial_interval_on(found.days[-1])
    run_id = _id(area_code, found, interval)
    known = CurveRun.objects.select_for_update().filter(id=run_id).first()
    return known or _count(run_id, found, interval, by=by, at=at)


def recount(run: CurveRun) -> Recount:
    """Counts a run again from the figures that it kept, with its own dice."""
    found = of_figures(run.codes, run.figures)
    now = published(run.area_code)
    standing = {json.dumps(line) for line in now.figures} if now else set()
    said = counted(found, serial_interval(run.interval).weights, seed=run.seed) if run.method == METHOD else None
    entered = json.loads(Entry.objects.get(id=run.entry_id).body)
    return Recount(
        run,
        kept=found.root == run.root == entered["root"],
        published=all(json.dumps(line) in standing for line in run.figures),
        numbers=None if said is None else digest_of(said) == run.digest == entered["digest"],
    )


def _count(run_id: UUID, found: Published, interval: SerialInterval, *, by: str, at: datetime) -> CurveRun:
    seed = int.from_bytes(run_id.bytes[:4])
    said = counted(found, interval.weights, seed=seed)
    first, last = found.days[0], found.days[-1]
    run = CurveRun(
        id=run_id,
        area_code=found.codes[0],
        first=first,
        last=last,
        root=found.root,
        records=len(found.figures),
        codes=found.codes,
        figures=found.figures,
        interval=interval.key,
        method=METHOD,
        seed=seed,
        digest=digest_of(said),
        counted_at=at,
        by=by,
    )
    body: dict[str, Any] = {"digest": run.digest, "first": _text(first), "interval": interval.key, "last": _text(last)}
    body |= {"method": METHOD, "records": run.records, "root": run.root, "seed": seed}
    run.entry_id = ledger.enter("curve.counted", f"curve:{run_id}", by=by, at=at, body=body)
    run.save(force_insert=True)
    CurveArea.objects.bulk_create([CurveArea(run=run, area_code=code, said=one) for code, one in said.items()])
    return run


def _id(area_code: str, found: Published, interval: SerialInterval) -> UUID:
    assumed = f"{interval.mean_days} {interval.sd_days} {interval.longest_days}"
    return uuid5(NAMESPACE_URL, f"curve {area_code} {found.root} {interval.key} {assumed} {METHOD}")


def digest_of(said: dict[str, Said]) -> str:
    """SHA-256 (hexadecimal) of what a run says, as canonical JSON."""
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _text(day: date) -> str:
    return day.isoformat()
