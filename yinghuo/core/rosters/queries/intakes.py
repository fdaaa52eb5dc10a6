"""Intakes with their problems, and likely duplicates; a row outside the reader's area does not exist."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.core.rosters.models import Intake, Likely, Problem, Standing, Verdict


def intake(user: User, intake_id: UUID) -> Intake | None:
    """One intake of the reader's area."""
    return scope(user, Intake.objects.filter(id=intake_id)).first()


def intakes(user: User, *, after: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[Intake]:
    """Intakes of the reader's area, the newest first; those after (begun_at, id)."""
    found = scope(user, Intake.objects.defer("file_nonce"))
    if after:
        found = found.filter(Q(begun_at__lt=after[0]) | Q(begun_at=after[0], id__lt=after[1]))
    return list(found.order_by("-begun_at", "-id")[:limit])


def problems(intake_id: UUID, *, after: tuple[int, int] | None = None, limit: int = 100) -> list[Problem]:
    """Problems of an intake by row; those after (row, id)."""
    found = Problem.objects.filter(intake=intake_id)
    if after:
        found = found.filter(Q(row__gt=after[0]) | Q(row=after[0], id__gt=after[1]))
    return list(found.order_by("row", "id")[:limit])


def likely(user: User, likely_id: UUID) -> Likely | None:
    """One pair of the reader's area."""
    return scope(user, Likely.objects.filter(id=likely_id)).first()


def likely_pairs(
    user: User, *, verdict: str = Verdict.OPEN, after: tuple[int, UUID] | None = None, limit: int = 50
) -> list[Likely]:
    """Pairs with this verdict, the most alike first; those after (score, id)."""
    found = scope(user, Likely.objects.filter(verdict=verdict))
    if after:
        found = found.filter(Q(score__lt=after[0]) | Q(score=after[0], id__gt=after[1]))
    return list(found.order_by("-score", "id")[:limit])


def standings(user: User, person_ids: list[UUID]) -> list[Standing]:
    """Merges that one of these people is part of, undone ones too, the newest first."""
    found = scope(user, Standing.objects.filter(Q(person__in=person_ids) | Q(stands__in=person_ids)))
    return list(found.order_by("-at", "id")[:50])
