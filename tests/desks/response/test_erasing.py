"""Where people were is forgotten after 21 days, provably, whatever else runs."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.desks.response.followups_world import MORNING, case, contact, event, exposure, register, venue, visit
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.desks.response.jobs import erasing
from yinghuo.desks.response.jobs.erasing import erase_visits
from yinghuo.desks.response.models import Exposure, Visit
from yinghuo.desks.response.rules.followups import CHINA

pytestmark = pytest.mark.django_db
TODAY = date(2022, 5, 28)  # visits of 7 May and later are kept
NIGHT = datetime(2022, 5, 27, 19, 0, tzinfo=UTC)
FIRST_KEPT = datetime(2022, 5, 7, 0, 0, tzinfo=CHINA)


def _told(kind: str) -> list[dict[str, object]]:
    return [json.loads(body) for body in Entry.objects.filter(kind=kind).order_by("id").values_list("body", flat=True)]


def test_visits_go_after_twenty_one_days_to_the_moment_and_later_ones_stay() -> None:
    person, place = register("K1", "王一"), venue()
    gone = visit(person, place, FIRST_KEPT - timedelta(seconds=1))
    kept = visit(person, place, FIRST_KEPT)
    assert erase_visits(TODAY, at=NIGHT).visits == 1
    assert list(Visit.objects.values_list("id", flat=True)) == [kept.id] != [gone.id]
    assert erase_visits(TODAY, at=NIGHT)[:3] == (0, 0, 0)  # twice is once
    assert len(_told("visits.erased")) == 1


def test_the_record_proves_which_rows_went_to_whoever_held_their_ids() -> None:
    person, place = register("K1", "王一"), venue()
    ids = sorted(str(visit(person, place, FIRST_KEPT - timedelta(days=n)).id) for n in (1, 2, 5))
    (entry_id,) = erase_visits(TODAY, at=NIGHT).entries
    (told,) = _told("visits.erased")
    assert told == {
        "count": 3,
        "digest": hashlib.sha256(f"{entry_id}{''.join(ids)}".encode()).hexdigest(),
        "first_day": "2022-05-02",
        "last_day": "2022-05-06",
        "kept_days": 21,
    }
    assert verify().faults == []


def test_the_record_names_nobody_and_no_place() -> None:
    person, place = register("K1", "王一"), venue()
    visit(person, place, FIRST_KEPT - timedelta(days=3))
    erase_visits(TODAY, at=NIGHT)
    bodies = " ".join(
        Entry.objects.filter(kind__in=["visits.erased", "exposures.blurred"]).values_list("body", flat=True)
    )
    assert str(person) not in bodies
    assert str(place.id) not in bodies


def test_what_rests_on_a_visit_keeps_day_and_minutes_and_loses_place_and_hour() -> None:
    of, place = event(), venue()
    first = case(of)
    old = exposure(contact(of, 1), first, place, date(2022, 5, 6))
    new = exposure(contact(of, 2), first, place, date(2022, 5, 7))
    assert erase_visits(TODAY, at=NIGHT).exposures == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.venue, old.minutes, old.day) == (None, 480, date(2022, 5, 6))
    assert old.first_at == old.last_at == datetime(2022, 5, 6, tzinfo=CHINA)
    assert (new.venue, new.first_at.hour) == (place.id, 2)


def test_what_visits_were_read_from_goes_with_them() -> None:
    """Else a file or an interview would keep for longer what the table forgot."""
    first = case(event())
    with connection.cursor() as cursor:
        for days in (22, 1):
            at = NIGHT - timedelta(days=days)
            cursor.execute(
                "INSERT INTO response_interviewline (id, case_id, place, day, begins, ends, typed_at, typed_by)"
                " VALUES (%s, %s, '食堂', '', '', '', %s, '')",
                [uuid4(), first.id, at],
            )
            cursor.execute(
                "INSERT INTO response_visitfile (id, name, source, area_code, sealed, heads, mapping, counts, faults,"
                " begun_at, begun_by) VALUES (%s, '', 'access', '2201', 'x', '[]', '{}', '{}', '[1]', %s, '')",
                [uuid4(), at],
            )
    assert erase_visits(TODAY, at=NIGHT).sources == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM response_interviewline")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM response_visitfile WHERE sealed IS NULL AND faults = '[]'")
        assert cursor.fetchone() == (1,)


def test_many_visits_go_in_batches_each_with_its_own_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "BATCH_ROWS", 2)
    person, place = register("K1", "王一"), venue()
    for n in range(5):
        visit(person, place, FIRST_KEPT - timedelta(days=n + 1))
    assert len(erase_visits(TODAY, at=NIGHT).entries) == 3
    assert [told["count"] for told in _told("visits.erased")] == [2, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_trace_that_runs_meanwhile_neither_stops_the_erasure_nor_saves_what_it_saw() -> None:
    """The trace holds some visits and afterwards writes an exposure with their venue: the next night takes both."""
    of, place = event(), venue()
    first = case(of)
    one = contact(of, 1)
    for n in range(4):
        visit(one.person, place, FIRST_KEPT - timedelta(days=n + 1))
    reading, erased = threading.Event(), threading.Event()

    def trace() -> None:
        with transaction.atomic():
            held = list(Visit.objects.select_for_update().order_by("begins_at")[:2])
            reading.set()
            assert erased.wait(20)
            exposure(one, first, place, held[0].begins_at.astimezone(CHINA).date())
        connection.close()

    tracing = threading.Thread(target=trace)
    tracing.start()
    assert reading.wait(20)
    assert erase_visits(TODAY, at=NIGHT).visits == 2  # it waits for nobody
    erased.set()
    tracing.join(20)
    again = erase_visits(TODAY, at=NIGHT + timedelta(days=1))
    assert (again.visits, again.exposures) == (2, 1)
    assert not Visit.objects.exists()
    assert not Exposure.objects.exclude(venue=None).exists()


def test_nobody_may_be_found_again_in_the_same_place_after_the_erasure() -> None:
    """No table of the desk holds person and venue side by side any more."""
    of, place = event(), venue()
    one, first = contact(of, 1), case(of)
    visit(one.person, place, MORNING - timedelta(days=9))
    exposure(one, first, place, date(2022, 4, 29))
    erase_visits(TODAY, at=NIGHT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM response_exposure WHERE venue IS NOT NULL")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM response_visit")
        assert cursor.fetchone() == (0,)
