"""What pages of the tracks begin with: the event of the address, forms whose refusals stand at the field."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from yinghuo.core.people.access import require, scope, signed_in
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import Event
from yinghuo.desks.response.queries.board import event_of
from yinghuo.desks.response.words import tracks as track_words

Row = TypeVar("Row", bound=Model)
KNOWN = {*track_words.SENTENCES, "access.reason"}


def event_or_404(request: HttpRequest, number: str) -> Event:
    """The event with this number; 404 where it does not exist for this user."""
    event = event_of(signed_in(request), number)
    if event is None:
        raise Http404("no such event")
    return event


def managed(request: HttpRequest, model: type[Row], row_id: UUID, *, area: str = "area_code") -> Row:
    """A row of the user's area that they may manage; 404 outside the area. area: the path to its area's code."""
    user = signed_in(request)
    row = get_object_or_404(scope(user, model._default_manager.all(), area), id=row_id)
    owner = row
    for name in area.split("__")[:-1]:
        owner = getattr(owner, name)
    require(user, "event.manage", area_code=getattr(owner, area.split("__")[-1]))
    return row


def carried_out(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether what the form asks was done; a refusal becomes an error at its field, and nothing typed is lost."""
    try:
        act()
    except Refused as refused:
        if refused.code not in KNOWN:
            raise
        field = track_words.FIELDS.get(refused.code)
        form.add_error(field if field in form.fields else None, track_words.why(refused))
        return False
    return True
