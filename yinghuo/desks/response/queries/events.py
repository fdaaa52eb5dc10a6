"""Reading events: what belongs to one, what is left to do in it."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from yinghuo.core.areas.models import Area
from yinghuo.core.people.access import scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Case, ContactState, Event, Grade, Merge
from yinghuo.desks.response.queries.timeline import About, Story
from yinghuo.desks.response.rules.cases import INFECTED, UNDECIDED

STANDING_MERGES = """
    WITH RECURSIVE merged AS (
        SELECT m.* FROM response_merge m WHERE m.into = %(id)s AND m.undone_at IS NULL
        UNION SELECT m.* FROM response_merge m JOIN merged ON m.into = merged.gone WHERE m.undone_at IS NULL
    )
    SELECT * FROM merged UNION SELECT * FROM response_merge WHERE gone = %(id)s AND undone_at IS NULL ORDER BY at
"""


class Left(NamedTuple):
    """What is left to do in an event.

    undecided: cases that nobody judged, or that are suspected; infected: cases held to be infections
    orders:    orders about the event or its cases that are not ended
    unmanaged: close contacts found and not yet under management; managed: contacts under management
    stays:     people in isolation
    """

    undecided: int
    infected: int
    orders: int
    unmanaged: int
    managed: int
    stays: int


def merges_of(thing_id: UUID) -> list[Merge]:
    """Merges that stand into an event or case, and into what went into it; and that of itself into another."""
    return list(Merge.objects.raw(STANDING_MERGES, {"id": thing_id}))


def family(thing_id: UUID) -> list[UUID]:
    """The event (or case) and all that were merged into it, itself first."""
    return family_by(thing_id, merges_of(thing_id))


def family_by(thing_id: UUID, merges: list[Merge]) -> list[UUID]:
    """The same, from merges that were read already."""
    return [thing_id, *(merge.gone for merge in merges if merge.gone != thing_id)]


def cases_in(event_ids: list[UUID]) -> list[Case]:
    """All cases of these events by number; those that are part of another case have `merged_into`."""
    return list(Case.objects.filter(event__in=event_ids).select_related("event").order_by("number"))


def cases_of(event_id: UUID) -> QuerySet[Case]:
    """The cases of an event that stand for themselves, by number."""
    return Case.objects.filter(event_id=event_id, merged_into=None).order_by("number")


def about(event_ids: list[UUID], cases: list[Case]) -> About:
    """What the timeline of an event is about."""
    return About(event_ids, [case.id for case in cases], [case.person for case in cases if case.person])


def about_case(case: Case, merges: list[Merge]) -> About:
    """What the timeline of a case is about: itself, and what was merged into it."""
    return About([], family_by(case.id, merges), [case.person] if case.person else [])


def left(event: Event) -> Left:
    """What is left to do in an event, with what was merged into it."""
    ids = family(event.id)
    cases = cases_in(ids)
    return left_of(cases, Story(about(ids, cases)))


def left_of(cases: list[Case], story: Story) -> Left:
    """The same, from what was read already."""
    held = [case.held_as for case in cases if case.merged_into_id is None]
    undecided, infected = (len([word for word in held if word in words]) for words in (UNDECIDED, INFECTED))
    return Left(
        undecided,
        infected,
        orders=len(story.open_orders),
        unmanaged=story.count("contacts", state=ContactState.FOUND, grade=Grade.CLOSE),
        managed=story.count("contacts", state=ContactState.MANAGED),
        stays=story.count("stays"),
    )


def event_of(user: User, number: str) -> Event | None:
    """An event by its number, with `area_zh` and `area_en`; None where there is none in the reader's area."""
    rows = scope(user, Event.objects.filter(number=number)).select_related("merged_into")
    return rows.annotate(**area_names()).first()


def area_names() -> dict[str, Subquery]:
    """The names of a row's area beside it, for a query that reads one row."""
    area = Area.objects.filter(code=OuterRef("area_code"))
    return {"area_zh": Subquery(area.values("name_zh")[:1]), "area_en": Subquery(area.values("name_en")[:1])}
