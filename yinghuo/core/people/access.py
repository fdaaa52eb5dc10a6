"""Who may do what, and where: one table of verbs and roles, and the area of the user."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yinghuo.core.areas.queries import within
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused

EVERYBODY = frozenset(Role)
ALLOWED: dict[str, frozenset[Role]] = {
    "campaign.see": EVERYBODY - {Role.SAFETY, Role.METERING, Role.RESPONSE},
    "campaign.manage": frozenset({Role.ADMIN, Role.MANAGER}),
    "tube.receive": frozenset({Role.ADMIN, Role.LABORATORY}),
    "issue.see": frozenset({Role.ADMIN, Role.MANAGER, Role.LABORATORY, Role.DUTY, Role.AUDITOR}),
    "issue.settle": frozenset({Role.ADMIN, Role.MANAGER}),
    "order.see": EVERYBODY - {Role.STATISTICIAN},
    "order.act": frozenset(
        {Role.ADMIN, Role.MANAGER, Role.LABORATORY, Role.DUTY, Role.RESPONSE, Role.METERING, Role.SAFETY}
    ),
    "laboratory.see": frozenset({Role.ADMIN, Role.MANAGER, Role.LABORATORY, Role.AUDITOR}),
    "laboratory.work": frozenset({Role.ADMIN, Role.MANAGER, Role.LABORATORY}),
    "laboratory.release": frozenset({Role.ADMIN, Role.MANAGER, Role.LABORATORY}),
    "figure.see": EVERYBODY,
    "figure.publish": frozenset({Role.ADMIN, Role.MANAGER, Role.STATISTICIAN}),
    "ledger.see": EVERYBODY,
    "people.manage": frozenset({Role.ADMIN}),
    "device.manage": frozenset({Role.ADMIN, Role.MANAGER}),
    "lookup.give": frozenset({Role.ADMIN, Role.MANAGER, Role.DUTY}),
    "visit.take": frozenset({Role.ADMIN, Role.MANAGER}),
    "roster.see": frozenset({Role.ADMIN, Role.MANAGER, Role.DUTY, Role.AUDITOR}),
    "roster.manage": frozenset({Role.ADMIN, Role.MANAGER}),
    "identity.open": frozenset({Role.MANAGER, Role.DUTY}),  # of anybody in the area
    "identity.reveal": frozenset({Role.MANAGER, Role.DUTY, Role.RESPONSE}),  # the last for one case at a time
    "reveal.see": frozenset({Role.AUDITOR}),
    "objection.see": frozenset({Role.MANAGER, Role.AUDITOR}),
    "objection.answer": frozenset({Role.MANAGER}),
    "meter.see": frozenset({Role.ADMIN, Role.METERING, Role.DUTY, Role.AUDITOR, Role.STATISTICIAN}),
    "meter.manage": frozenset({Role.ADMIN, Role.METERING}),
    "case.report": frozenset({Role.ADMIN, Role.DUTY, Role.RESPONSE, Role.SAFETY, Role.LABORATORY}),
    "event.see": frozenset({Role.ADMIN, Role.DUTY, Role.RESPONSE, Role.AUDITOR}),
    "event.manage": frozenset({Role.DUTY, Role.RESPONSE}),
    "contact.trace": frozenset({Role.RESPONSE}),
    "team.see": frozenset({Role.ADMIN, Role.DUTY, Role.RESPONSE, Role.AUDITOR}),
    "team.manage": frozenset({Role.ADMIN, Role.DUTY, Role.RESPONSE}),
    "level.see": EVERYBODY,
    "level.propose": frozenset({Role.RESPONSE, Role.DUTY}),
    "level.confirm": frozenset({Role.DUTY, Role.ADMIN}),
    "curve.see": EVERYBODY,
    "review.see": frozenset({Role.ADMIN, Role.DUTY, Role.RESPONSE, Role.AUDITOR, Role.STATISTICIAN}),
    "exchange.use": frozenset({Role.ADMIN, Role.RESPONSE}),
    "message.see": frozenset({Role.ADMIN, Role.MANAGER, Role.LABORATORY, Role.AUDITOR}),
    "message.send": frozenset({Role.MANAGER, Role.LABORATORY}),
    "message.admit": frozenset({Role.ADMIN, Role.MANAGER}),
}
BOUND_TO_THEIR_PARTY = frozenset({Role.SAFETY})  # of rows that carry a party, they see their own party's only

Rest = ParamSpec("Rest")
Rows = TypeVar("Rows", bound=Model)
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def may(user: User | AnonymousUser, verb: str) -> bool:
    """Whether the user's role allows the verb; a verb that is not in the table is a bug (KeyError)."""
    roles = ALLOWED[verb]
    return isinstance(user, User) and user.is_active and user.role in roles


def needs(verb: str) -> Callable[[View[Rest]], View[Rest]]:
    """Guards a view: a stranger gets the login page, a user whose role does not allow `verb` 403 (PermissionDenied)."""
    ALLOWED[verb]  # a misspelt verb fails when the view is made, not when it is asked for

    def guard(view: View[Rest]) -> View[Rest]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
            if not may(request.user, verb):
                raise PermissionDenied(verb)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def signed_in(request: HttpRequest) -> User:
    """The user of a page that `needs` has let through."""
    assert isinstance(request.user, User)
    return request.user


def scope(user: User | AnonymousUser, queryset: QuerySet[Rows], field: str = "area_code") -> QuerySet[Rows]:
    """The rows that exist for this user: those of their area's subtree; none without an area.

    A role in BOUND_TO_THEIR_PARTY sees, of rows that carry `party_id`, those of the own party only.
    """
    if not (isinstance(user, User) and user.is_active):
        return queryset.none()
    seen = within(queryset, user.area_code, field)
    if user.role in BOUND_TO_THEIR_PARTY and _carries_party(queryset.model):
        seen = seen.filter(party_id=user.party_id)
    return seen


def covers(user: User, area_code: str) -> bool:
    """Whether an area lies in the user's own; for who is about to write there."""
    return bool(user.area_code) and area_code.startswith(user.area_code)


def require(user: User, verb: str, *, area_code: str) -> None:
    """Refused("access.role") or Refused("access.area") unless the user may do this there."""
    if not may(user, verb):
        raise Refused("access.role", verb=verb)
    if not covers(user, area_code):
        raise Refused("access.area", area=area_code)


def _carries_party(model: type[Model]) -> bool:
    return any(getattr(field, "attname", "") == "party_id" for field in model._meta.get_fields())
