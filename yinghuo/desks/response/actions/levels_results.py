"""Results of assays at a place, as a person states them with the evidence; a negative round lets a level come down."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import AreaLevel, PlaceResult, ResultOf, Venue

MOST = 100_000_000  # swabs of one result; the province has a quarter as many people


@dataclass(frozen=True)
class NewResult:
    """Assays at a place: of a level's chain, of a venue, or of both.

    expected: how many should be swabbed; swabbed, positive: how many were; evidence: where it can be looked up
    """

    id: UUID
    of: str
    on: date
    expected: int
    swabbed: int
    positive: int
    evidence: str
    level: UUID | None = None
    venue: UUID | None = None


@transaction.atomic
def keep_result(new: NewResult, *, by: str, at: datetime) -> PlaceResult:
    """Keeps a result; the same id again is the same fact.

    Refused: "level.place_unknown", "place.counts", "place.no_evidence", "place.later_than_now"
    """
    take_turns(new.id)
    known = PlaceResult.objects.filter(id=new.id).first()
    if known:
        return known
    level = AreaLevel.objects.filter(id=new.level).first() if new.level else None
    venue_id = new.venue or (level.venue if level else None)
    venue = Venue.objects.filter(id=venue_id).first() if venue_id else None
    if (new.level and level is None) or (level is None and venue is None) or new.of not in ResultOf:
        raise Refused("level.place_unknown")
    _check(new, timezone.localdate(at))
    area_code = level.area_code if level else venue.area_code if venue else ""
    counted = {"expected": new.expected, "swabbed": new.swabbed, "positive": new.positive}
    subject = f"level:{level.chain}" if level else f"venue:{venue_id}"
    said = counted | {"of": new.of, "on": new.on.isoformat(), "evidence": new.evidence.strip()}
    return PlaceResult.objects.create(
        id=new.id,
        of=new.of,
        area_code=area_code,
        chain=level.chain if level else None,
        venue=venue_id,
        on=new.on,
        evidence=new.evidence.strip(),
        at=at,
        by=by,
        entry_id=ledger.enter("place.assayed", subject, by=by, at=at, body=said),
        **counted,
    )


def _check(new: NewResult, today: date) -> None:
    if not new.evidence.strip():
        raise Refused("place.no_evidence")
    counts = (new.expected, new.swabbed, new.positive)
    if min(counts) < 0 or max(counts) > MOST or new.positive > new.swabbed:
        raise Refused("place.counts", swabbed=new.swabbed, positive=new.positive)
    if new.on > today:
        raise Refused("place.later_than_now", day=new.on.isoformat())
