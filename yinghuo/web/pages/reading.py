"""What all pages of the core read from a request, and what they answer with beside pages."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from yinghuo.core.areas.rules import CODE_DIGITS
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.web.navigation import MOST_COUNTED

Found = TypeVar("Found")
Rows = TypeVar("Rows", bound=Model)


def seen(user: User, rows: QuerySet[Rows]) -> QuerySet[Rows]:
    """The rows of the user's area; who sees a whole province also sees those that have no area."""
    placed = scope(user, rows)
    return placed | rows.filter(area_code="") if len(user.area_code) == CODE_DIGITS["province"] else placed


def chosen(request: HttpRequest, key: str, options: Iterable[str]) -> str:
    """The value of a filter in the address bar; "" for none, and for a value that is no option."""
    value = request.GET.get(key, "")
    return value if value in set(options) else ""


def at_most(count: int) -> str:
    """A count that stops at MOST_COUNTED, as it is shown: "999+"."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def or_404(found: Found | None) -> Found:
    """What was found; Http404 for nothing, which is also what a row outside the reader's area is."""
    if found is None:
        raise Http404("nothing here for this user")
    return found


def file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to be kept."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
