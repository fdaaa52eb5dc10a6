"""The inbox and the list of issues, keyset-paged; a row outside the user's area does not exist."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db.models import BooleanField, Case, F, QuerySet, When
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Left

from yinghuo.core.people.access import may, scope
from yinghuo.core.people.models import User
from yinghuo.core.work.models import INDEXED_DIGITS, NEVER, Issue, Order, due
from yinghuo.core.work.rules import ACTIVE, State

Key = tuple[datetime, UUID]
Row = TypeVar("Row", Order, Issue)

PROVINCE_DIGITS = 2


class Orders(NamedTuple):
    """Orders of one page, each with `due` (what it is sorted by) and `late`.

    after: where the next page begins; None on the last
    """

    rows: Sequence[Order]
    after: Key | None


class Issues(NamedTuple):
    """Issues of one page; `after` is where the next page begins, None on the last."""

    rows: Sequence[Issue]
    after: Key | None


def inbox(
    user: User,
    *,
    now: datetime,
    state: State | str | None = None,
    kind: str | None = None,
    after: Key | None = None,
    limit: int = 50,
) -> Orders:
    """Orders for this user's role in this user's area, late first; those that are not ended, or those in `state`.

    A user of a county or street finds them by an index of that level of areas.
    """
    orders = orders_of(user).filter(role=user.role, state__in=[state] if state else ACTIVE)
    late = Case(When(state__in=ACTIVE, due_at__lt=now, then=True), default=False, output_field=BooleanField())
    orders = orders.annotate(due=due(), late=late)
    if kind:
        orders = orders.filter(kind=kind)
    rows = _page(orders, "due", after, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    return Orders(rows[:limit], (last.due_at or NEVER, last.id) if last else None)


def orders_of(user: User) -> QuerySet[Order]:
    """Orders that exist for this user, whoever has to do them."""
    if not may(user, "order.see"):
        return Order.objects.none()
    orders = _seen(user, Order.objects.all())
    digits = next((digits for digits in INDEXED_DIGITS if digits <= len(user.area_code)), None)
    if digits is None:
        return orders
    return orders.alias(**{f"area_{digits}": Left("area_code", digits)}).filter(
        **{f"area_{digits}": user.area_code[:digits]}
    )


def issues(
    user: User,
    *,
    open_only: bool = True,
    code: str | None = None,
    campaign_id: UUID | None = None,
    after: Key | None = None,
    limit: int = 50,
) -> Issues:
    """Issues of this user's area, the oldest first."""
    found = issues_of(user)
    wanted = {"code": code, "campaign_id": campaign_id, "settled_at__isnull": open_only or None}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    rows = _page(found, "raised_at", after, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    return Issues(rows[:limit], (last.raised_at, last.id) if last else None)


def issues_of(user: User) -> QuerySet[Issue]:
    """Issues that exist for this user, settled ones too."""
    return _seen(user, Issue.objects.all())


def _seen(user: User, rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of the user's area; who sees the whole province also sees what nobody could place."""
    placed = scope(user, rows)
    return placed | rows.filter(area_code="") if len(user.area_code) == PROVINCE_DIGITS else placed


def _page(rows: QuerySet[Row], first: str, after: Key | None, limit: int) -> list[Row]:
    """One row more than the page holds, if there is one, in the order of `first` and id."""
    if after:
        rows = rows.filter(TupleGreaterThan(Tuple(F(first), F("id")), after))
    return list(rows.order_by(first, "id")[: limit + 1])
