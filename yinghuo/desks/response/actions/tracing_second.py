"""The second generation of an event: whom its close contacts met since they met a case; counted, or listed if asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Min

from yinghuo.desks.response.actions.tracing_asking import meet
from yinghuo.desks.response.actions.tracing_grading import Graded, grade_all
from yinghuo.desks.response.models import Contact, ContactState, Event, Grade
from yinghuo.desks.response.queries.visits_loading import Asked, Loaded, needed
from yinghuo.desks.response.rules.contacts import SECOND_MINUTES, ContactRule
from yinghuo.engines.tracing import second_generation

TOP = 20
NOBODY = (ContactState.DROPPED, ContactState.CASE)


def close_of(event: Event) -> list[Contact]:
    """The close contacts that stand and are no cases themselves, with when each first met a case."""
    found = Contact.objects.filter(event=event, grade=Grade.CLOSE).exclude(state__in=NOBODY)
    return list(found.annotate(first_at=Min("exposures__first_at")).filter(first_at__isnull=False).order_by("id"))


def count(event: Event, seeds: list[UUID], *, until: datetime) -> tuple[int, list[tuple[UUID, int, int]]]:
    """How many others the close contacts met, and which of them reach the most: (person, reaches, alone)."""
    close = close_of(event)
    if not close:
        return 0, []
    loaded, found = _met(close, until)
    numbers = dict(loaded.numbers)
    for person in [*seeds, *(one.person for one in close)]:
        numbers.setdefault(person, len(numbers))
    people = {number: person for person, number in numbers.items()}
    first = [(numbers[seeds[0]], numbers[one.person]) for one in close]
    onward = np.stack([np.asarray(found["case"]), np.asarray(found["person"])], axis=1).astype(np.int64)
    edges = np.concatenate([np.array(first, dtype=np.int64).reshape(-1, 2), onward])
    whole = second_generation(edges, [numbers[person] for person in seeds], top=TOP)
    rows = zip(*(whole.ranked[name].to_pylist() for name in ("person", "reaches", "alone")), strict=True)
    return whole.second, [(people[person], reaches, alone) for person, reaches, alone in rows if reaches]


def graded(event: Event, seeds: list[UUID], rule: ContactRule, *, until: datetime) -> tuple[list[Graded], Any]:
    """Those people as contacts of contacts, without cases and who met a case themselves; and the close by person."""
    close = close_of(event)
    via = {one.person: one for one in close}
    if not close:
        return [], via
    loaded, found = _met(close, until)
    nearer = Contact.objects.filter(event=event).exclude(grade=Grade.SECOND).exclude(grade=Grade.GENERAL)
    not_these = {*seeds, *nearer.values_list("person", flat=True)}
    rows = [one for one in grade_all(found, loaded, rule) if one.person not in not_these]
    for one in rows:
        one.grade, one.because["codes"] = Grade.SECOND.value, ["with_close"]
        one.because.pop("least", None)
    return rows, via


def _met(close: list[Contact], until: datetime) -> tuple[Loaded, Any]:
    asked = [Asked(one.person, one.first_at, until) for one in close]  # type: ignore[attr-defined]
    loaded = needed(asked)
    return loaded, meet(loaded, asked, minutes=SECOND_MINUTES)
