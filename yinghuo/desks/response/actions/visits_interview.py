"""What a case's person tells of stays: each line is saved as typed, at once; clear lines become visits."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.visits import NewVisit, keep_visits
from yinghuo.desks.response.actions.visits_reading import moment
from yinghuo.desks.response.models import Case, InterviewLine, Source, Venue


class Typed(NamedTuple):
    """One line as it was typed; `venue` once one was chosen from the list."""

    place: str = ""
    day: str = ""
    begins: str = ""
    ends: str = ""
    venue: UUID | None = None


@transaction.atomic
def save_line(case_id: UUID, line_id: UUID, typed: Typed, *, by: str, at: datetime) -> InterviewLine:
    """Saves a line as it stands, whole or not; one that has become a visit is left alone.

    Refused: "case.unknown", "venue.unknown"
    """
    if not Case.objects.filter(id=case_id, person__isnull=False).exists():
        raise Refused("case.unknown")
    if typed.venue and not Venue.objects.filter(id=typed.venue).exists():
        raise Refused("venue.unknown")
    known = InterviewLine.objects.select_for_update().filter(id=line_id).first()
    if known and (known.kept_at or known.case_id != case_id):
        return known
    words = typed._asdict()
    fields = {"case_id": case_id, "venue_id": words.pop("venue"), "typed_at": at, "typed_by": by}
    fields |= {name: text.strip()[:200] for name, text in words.items()}
    return InterviewLine.objects.update_or_create(id=line_id, defaults=fields)[0]


@transaction.atomic
def keep_lines(case_id: UUID, *, by: str, at: datetime) -> int:
    """Makes visits of the lines that are clear; the others stay as typed. Returns how many became visits."""
    case = Case.objects.select_for_update().filter(id=case_id, person__isnull=False).first()
    if case is None or case.person is None:
        raise Refused("case.unknown")
    lines = InterviewLine.objects.select_for_update().filter(case=case, kept_at__isnull=True)
    ready = {line.id: visit for line in lines if (visit := visit_of(line, case.person))}
    keep_visits(list(ready.values()), by=by, at=at, area_code=case.area_code)
    InterviewLine.objects.filter(id__in=ready).update(kept_at=at)
    return len(ready)


def visit_of(line: InterviewLine, person: UUID) -> NewVisit | None:
    """The visit that a line tells of; None while place, day or hour of coming is not clear.

    Who left at an earlier hour than they came left on the day after.
    """
    begins = moment(f"{line.day} {line.begins}")
    if line.venue_id is None or begins is None:
        return None
    ends = moment(f"{line.day} {line.ends}") if line.ends else None
    if line.ends and ends is None:
        return None
    if ends and ends < begins:
        ends += timedelta(days=1)
    return NewVisit(line.id, person, line.venue_id, begins, ends, Source.INTERVIEW.value)
