"""Reading parties: those in the reader's area; an enterprise's own officer sees that enterprise alone."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from yinghuo.core.parties.models import Party
from yinghuo.core.people.access import BOUND_TO_THEIR_PARTY, scope
from yinghuo.core.people.models import User


def party(user: User, party_id: UUID) -> Party | None:
    """One party."""
    return _seen(user).filter(id=party_id).first()


def by_credit_code(user: User, credit_code: str) -> Party | None:
    """The party with this credit code."""
    return _seen(user).filter(credit_code=credit_code).first() if credit_code else None


def parties(
    user: User, *, kind: str = "", words: str = "", after: tuple[str, UUID] | None = None, limit: int = 50
) -> list[Party]:
    """Parties by Chinese name, those after (name_zh, id); of one kind; whose names hold `words`."""
    found = _seen(user)
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words))
    if after:
        found = found.filter(Q(name_zh__gt=after[0]) | Q(name_zh=after[0], id__gt=after[1]))
    return list(found.order_by("name_zh", "id")[:limit])


def names(user: User, party_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names in the reader's language by id; of parties that the reader sees."""
    return {one.id: one.name for one in _seen(user).filter(id__in=set(party_ids))}


def _seen(user: User) -> QuerySet[Party]:
    seen = scope(user, Party.objects.all())
    if user.role not in BOUND_TO_THEIR_PARTY:
        return seen
    return seen.filter(id=user.party_id) if user.party_id else seen.none()
