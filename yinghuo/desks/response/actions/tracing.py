"""Tracing an event: load the visits that matter, run the engine, grade by the rule in force, keep contacts and why."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import tracing_second
from yinghuo.desks.response.actions.contesting import contest, decide
from yinghuo.desks.response.actions.tracing_asking import asked_of, cases_of, locked, meet
from yinghuo.desks.response.actions.tracing_grading import grade_all
from yinghuo.desks.response.actions.tracing_writing import Run, write
from yinghuo.desks.response.actions.visits import keep_roster, keep_visits, register_venue
from yinghuo.desks.response.models import Contact, ContactState, Event, Grade, Trace
from yinghuo.desks.response.queries.visits_loading import Loaded, needed
from yinghuo.desks.response.rules.contacts import LEAST_MINUTES, rule_on
from yinghuo.desks.response.rules.versions import version_on

__all__ = ["Traced", "contest", "decide", "keep_roster", "keep_visits", "list_second", "register_venue", "trace"]


@dataclass(frozen=True)
class Traced:
    """What a run of tracing came to.

    counts: cases, visits (read), close, general (now standing), new, raised, moved_on, kept (decisions left alone),
            second (contacts of contacts, counted and not listed), no_end, before_start (visits mended), capped (places)
    ranked: close contacts by how many others they reach: (person, reaches, alone)
    """

    trace_id: UUID
    rule: str
    counts: dict[str, int]
    ranked: list[tuple[UUID, int, int]] = field(default_factory=list)


@transaction.atomic
def trace(event_id: UUID, *, by: str, at: datetime) -> Traced:
    """Finds and grades the contacts of an event's cases; doing it again brings them up to date.

    A grade may rise and the last contact move on; nothing falls, and what a person decided is left alone.
    Refused: "event.unknown"; "trace.no_case" while no case of the event has a person
    """
    event = locked(event_id)
    cases = cases_of(event)
    if not cases:
        raise Refused("trace.no_case")
    day = timezone.localdate(at)
    version = version_on(day)
    asked = asked_of(cases, back_days=version.look_back_days, until=at)
    loaded = needed(asked)
    found = meet(loaded, asked, minutes=LEAST_MINUTES)
    run = Run(event, version, cases, ledger.new_id(), at)
    counts = {"cases": len(cases), "visits": len(loaded.visits["person"])}
    counts |= write(run, grade_all(found, loaded, rule_on(day)))
    said = {key.decode(): value.decode() for key, value in found.schema.metadata.items()}
    counts["second"], ranked = tracing_second.count(event, [one.person for one in cases if one.person], until=at)
    capped = _capped(said["capped"], loaded)
    counts |= {"no_end": int(said["no_end"]), "before_start": int(said["before_start"]), "capped": len(capped)}
    counts |= _standing(event)
    return _entered(run, Traced(run.entry_id, version.name, counts, ranked), capped, by=by)


@transaction.atomic
def list_second(event_id: UUID, *, by: str, at: datetime) -> int:
    """Lists contacts of close contacts as contacts of their own, when somebody asks for it; returns how many are new.

    Refused: "event.unknown"; "trace.no_second" where the rule in force no longer determines them
    """
    event = locked(event_id)
    day = timezone.localdate(at)
    version = version_on(day)
    if version.second is None:
        raise Refused("trace.no_second", rule=version.name)
    cases = cases_of(event)
    seeds = [one.person for one in cases if one.person]
    graded, via = tracing_second.graded(event, seeds, rule_on(day), until=at)
    run = Run(event, version, cases, ledger.new_id(), at, via)
    written = write(run, graded)
    body = {"rule": version.name, "listed": len(graded), "new": written["new"]}
    ledger.enter("contacts.listed", f"event:{event.id}", by=by, at=at, body=body, entry_id=run.entry_id)
    return written["new"]


def _entered(run: Run, traced: Traced, capped: list[list[object]], *, by: str) -> Traced:
    """Keeps the run and enters it: counts only."""
    Trace.objects.create(
        id=run.entry_id,
        event=run.event,
        at=run.at,
        by=by,
        rule=traced.rule,
        counts=traced.counts,
        ranked=[[str(person), reaches, alone] for person, reaches, alone in traced.ranked],
        capped=capped,
        entry_id=run.entry_id,
    )
    body = {"rule": traced.rule, **traced.counts}
    ledger.enter("contacts.traced", f"event:{run.event.id}", by=by, at=run.at, body=body, entry_id=run.entry_id)
    return traced


def _capped(said: str, loaded: Loaded) -> list[list[object]]:
    """The places that had more meetings than are listed: venue, found, listed."""
    rows = [[int(part) for part in one.split(":")] for one in said.split()]
    return [[str(loaded.places[place]), found, listed] for place, found, listed in rows]


def _standing(event: Event) -> dict[str, int]:
    """How many close and general contacts stand."""
    there = Contact.objects.filter(event=event).exclude(state=ContactState.DROPPED)
    grades = Counter(there.values_list("grade", flat=True))
    return {grade.value: grades[grade.value] for grade in (Grade.CLOSE, Grade.GENERAL)}
