"""The four tracks: opened together, ticked in the order that they wait for each other, checked by somebody else."""

from datetime import date

import pytest

from tests.desks.response.tracks_world import AT, HOUR, ME, MIN, OTHER, event, order, refused, step, tick, with_tracks
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.desks.response.actions import tracks
from yinghuo.desks.response.models import Step
from yinghuo.desks.response.rules import clocks
from yinghuo.desks.response.rules.tracks import STEPS, StepKey, Track, in_order, steps_of, waiting_for

pytestmark = pytest.mark.django_db
DISINFECTION = ["disinfection.places", "disinfection.doses", "disinfection.applied", "disinfection.checked"]


def test_opening_an_event_opens_four_tracks_with_their_clocks_once() -> None:
    opened = event()
    first = tracks.open_tracks(opened, by=ME, at=AT)
    entries = Entry.objects.count()
    assert tracks.open_tracks(opened, by=ME, at=AT + HOUR) == first
    assert Entry.objects.count() == entries
    assert sorted(one.kind for one in first) == [
        "response.disinfection",
        "response.isolation",
        "response.tracing",
        "response.transfer",
    ]
    assert {one.subject for one in first} == {f"event:{opened.id}"}
    assert Step.objects.filter(event=opened).count() == len(STEPS)
    tracing = order(tracks.order_id_of(opened.id, Track.TRACING))
    assert tracing.finish_by == opened.notified_at + 24 * HOUR
    assert step(opened, "tracing.core_facts").due_at == opened.notified_at + 4 * HOUR
    assert step(opened, "isolation.rooms").due_at == AT + 8 * HOUR


def test_a_step_waits_for_what_it_stands_on() -> None:
    opened = with_tracks()
    with refused("step.waits", waits_for=["isolation.site", "tracing.contacts"]):
        tick(opened, "isolation.rooms")
    tick(opened, "isolation.site", "tracing.visits", "tracing.contacts", "isolation.rooms")
    assert step(opened, "isolation.rooms").by == ME


def test_disinfecting_waits_until_who_was_there_has_left() -> None:
    opened = with_tracks()
    tick(opened, "tracing.visits", "disinfection.places", "disinfection.doses")
    with refused("step.waits", waits_for=["transfer.left"]):
        tick(opened, "disinfection.applied")
    step_id = step(opened, "transfer.left").id
    tracks.tick(step_id, outcome="not_needed", note="nobody was there (invented)", by=ME, at=AT)
    tick(opened, "disinfection.applied")


def test_a_step_ticked_twice_is_ticked_once() -> None:
    opened = with_tracks()
    tick(opened, "tracing.visits")
    entries = Entry.objects.count()
    tick(opened, "tracing.visits", by=OTHER, at=AT + HOUR)
    assert (step(opened, "tracing.visits").by, Entry.objects.count()) == (ME, entries)
    with refused("step.settled"):
        tracks.tick(step(opened, "tracing.visits").id, outcome="not_needed", note="x", by=ME, at=AT)


def test_a_step_that_is_not_needed_says_why() -> None:
    opened = with_tracks()
    with refused("access.reason"):
        tracks.tick(step(opened, "isolation.needs").id, outcome="not_needed", by=ME, at=AT)


def test_the_last_step_finishes_the_track_and_somebody_else_checks_it() -> None:
    opened = with_tracks()
    track = tracks.order_id_of(opened.id, Track.DISINFECTION)
    work.take(track, by="user:9", at=AT + MIN)
    tick(opened, "tracing.visits", "transfer.who", "transfer.beds", "transfer.route", "transfer.left")
    tick(opened, *DISINFECTION, at=AT + HOUR)
    assert (order(track).state, order(track).done_by) == ("done", ME)
    for hand in (ME, "user:9"):
        with refused("order.self_verified"):
            tracks.verify_track(opened.id, "disinfection", by=hand, at=AT + HOUR)
    assert tracks.verify_track(opened.id, "disinfection", by=OTHER, at=AT + HOUR).state == "closed"


def test_a_step_taken_back_opens_the_track_again() -> None:
    opened = with_tracks()
    keys = [str(rule.key) for rule in steps_of(Track.TRACING)]
    tick(opened, *keys)
    with refused("step.needed", by=["tracing.contacts"]):
        tracks.untick(step(opened, "tracing.visits").id, reason="wrong day", by=OTHER, at=AT)
    tracks.untick(step(opened, "tracing.report").id, reason="a page is missing", by=OTHER, at=AT)
    assert step(opened, "tracing.report").outcome == ""
    assert Order.objects.get(id=step(opened, "tracing.report").order_id).state == "open"


def test_no_step_waits_for_itself_in_a_circle() -> None:
    settled: set[str] = set()
    for key in in_order(str(rule.key) for rule in STEPS if rule.track != Track.ISOLATION):
        assert waiting_for(key, settled) == []
        settled.add(key)
    assert {str(key) for rule in STEPS for key in rule.waits_for} <= {str(key) for key in StepKey}


def test_clocks_are_dated_rows_in_both_languages() -> None:
    assert [
        clocks.clock_on(key, date(2022, 5, 7)).hours for key in ("direct_report", "core_facts", "investigation")
    ] == [
        2,
        4,
        24,
    ]
    assert [
        clocks.clock_on(key, date(2022, 5, 7)).hours for key in ("detection", "notification", "early_response")
    ] == [
        168,
        24,
        168,
    ]
    assert all(row.because_en and row.because_zh and row.name_zh for row in clocks.CLOCKS)
    assert {rule.clock for rule in STEPS} - {""} <= {row.key for row in clocks.CLOCKS}
