"""Which orders the inbox shows: filters from the address bar, one page of orders, the counts in its title."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinghuo.console import states
from yinghuo.console.paging import place
from yinghuo.console.pieces import Choice
from yinghuo.core.people.models import Role, User
from yinghuo.core.work.models import NEVER, Order, due
from yinghuo.core.work.queries import orders_of
from yinghuo.core.work.rules import ACTIVE, ENDED, KINDS
from yinghuo.web.navigation import MOST_COUNTED
from yinghuo.web.pages.reading import at_most, chosen

ROWS = 50
OVERSEERS = frozenset({Role.ADMIN, Role.AUDITOR})  # nothing is done by these roles: they begin with everybody's orders
Key = tuple[datetime, UUID]


@dataclass(frozen=True)
class Asked:
    """The filters of this address; `here` is the place in the list, `role` whose inbox ("" for everybody's)."""

    role: str
    state: str
    kind: str
    only: str
    here: str
    own: bool

    @property
    def narrowed(self) -> bool:
        """Whether a filter leaves something out."""
        return bool(self.state or self.kind or self.only or not self.own)

    @property
    def choices(self) -> list[Choice]:
        """The filters as the page shows them."""
        return [
            Choice("role", _("Inbox of"), Role.choices, self.role),
            Choice("state", _("State"), [(key, state.word) for key, state in states.ORDER.items()], self.state),
            Choice("kind", _("Kind"), [(kind.key, kind.name) for kind in KINDS.values()], self.kind),
            Choice("only", _("Only"), [("late", _("late")), ("escalated", _("escalated"))], self.only),
        ]


def asked_for(request: HttpRequest, user: User) -> Asked:
    """The filters of this address; without `role` in it, the user's own inbox, or everybody's for those who oversee."""
    own = "" if user.role in OVERSEERS else user.role
    role = chosen(request, "role", Role.values) if "role" in request.GET else own
    return Asked(
        role=role,
        state=chosen(request, "state", states.ORDER),
        kind=chosen(request, "kind", KINDS),
        only=chosen(request, "only", ["late", "escalated"]),
        here=request.GET.get("after", ""),
        own=role == own,
    )


def page_of(user: User, asked: Asked, *, now: datetime) -> tuple[Sequence[Order], Key | None]:
    """One page of orders in the order of their running clocks, and where the next begins; None on the last."""
    found = _found(user, asked, now=now).annotate(due=due())
    if after := place(asked.here, datetime.fromisoformat, UUID):
        found = found.filter(TupleGreaterThan(Tuple(F("due"), F("id")), after))
    rows = list(found.order_by("due", "id")[: ROWS + 1])
    last = rows[ROWS - 1] if len(rows) > ROWS else None
    return rows[:ROWS], (last.due_at or NEVER, last.id) if last else None


def title(user: User, asked: Asked, *, now: datetime) -> str:
    """How many orders there are and how many of them are late, as a sentence."""
    found = _found(user, asked, now=now)
    count, late = _counted(found), _counted(found.filter(state__in=ACTIVE, due_at__lt=now))
    words = {"count": at_most(count), "late": at_most(late)}
    if not count:
        return _("No work order waits")
    if asked.state in ENDED:
        return ngettext("%(count)s work order", "%(count)s work orders", count) % words
    if not late:
        return ngettext("%(count)s work order, not late", "%(count)s work orders, none late", count) % words
    return (
        ngettext("%(count)s work order, %(late)s late", "%(count)s work orders, %(late)s of them late", count) % words
    )


def _found(user: User, asked: Asked, *, now: datetime) -> QuerySet[Order]:
    found = orders_of(user).filter(state__in=[asked.state] if asked.state else ACTIVE)
    if asked.role:
        found = found.filter(role=asked.role)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.only == "late":
        found = found.filter(state__in=ACTIVE, due_at__lt=now)
    if asked.only == "escalated":
        found = found.filter(escalation__gt=0)
    return found


def _counted(found: QuerySet[Order]) -> int:
    return found[:MOST_COUNTED].count()
