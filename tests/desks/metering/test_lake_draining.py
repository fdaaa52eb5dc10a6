"""From the spool to the lake: exactly once, in the ledger, with the last values kept."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.desks.metering.lake_world import DAY, NOON, curve, reading, register, spool_and_lake
from yinghuo.core.ledger.models import Entry
from yinghuo.desks.metering.jobs.draining import Drained, drain
from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Committed, LastValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Spool, Lake]]:
    """A spool and a lake that are empty."""
    spool, lake = spool_and_lake(tmp_path)
    yield spool, lake
    spool.close()


def test_what_was_appended_is_in_the_lake_as_it_was_read(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    one = reading(7, 42, value="-0.0001", quality="rejected", reason="跳变")
    spool.append([one])

    assert drain(spool, lake, now=NOON) == Drained(segments=1, readings=1, repeated=0)

    (row,) = lake.rows().to_pylist()
    entry = Committed.objects.get().entry
    assert row == {
        "day": DAY,
        "meter": 7,
        "quantity": 42,
        "at": NOON,
        "value": Decimal("-0.0001"),
        "quality": "rejected",
        "reason": "跳变",
        "frame": one.frame,
        "received_at": one.received_at,
        "revision": 0,
        "replaces": None,
        "because": "",
        "entry": entry.bytes,
    }
    assert spool.waiting().segments == 0


def test_a_reading_sent_again_is_one_reading(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    spool.append([*curve(), *curve()])
    assert drain(spool, lake, now=NOON) == Drained(1, 16, 16)
    spool.append([*curve(points=5), reading(value="999")])
    assert drain(spool, lake, now=NOON) == Drained(1, 4, 17)

    keys = Counter(zip(*(lake.rows()[name].to_pylist() for name in ("meter", "quantity", "at")), strict=True))
    assert len(keys) == 20
    assert set(keys.values()) == {1}


def test_another_instance_of_the_lake_is_noticed(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    spool.append(curve())
    drain(spool, lake, now=NOON)
    other = Lake(lake.uri)
    spool.append(curve(points=6))
    assert drain(spool, other, now=NOON).readings == 8
    spool.append(curve(points=7))
    assert drain(spool, lake, now=NOON).readings == 4


def test_a_commit_is_entered_with_the_digest_of_its_rows(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    spool.append([*curve(), reading(minute=24 * 60)])
    drain(spool, lake, now=NOON)

    entry = Entry.objects.get(kind="readings.committed")
    body = json.loads(entry.body)
    assert body["parts"] == [part.as_json() for part in batches.parts(lake.rows())]
    assert [part["rows"] for part in body["parts"]] == [16, 1]
    assert set(lake.rows()["entry"].to_pylist()) == {entry.id.bytes}


def test_the_last_value_is_the_newest_whatever_came_last(both: tuple[Spool, Lake]) -> None:
    spool, lake = both
    register()
    spool.append([reading(minute=30, value="2"), reading(minute=45, value="3"), reading(meter=99)])
    drain(spool, lake, now=NOON)
    spool.append([reading(minute=15, value="1")])
    drain(spool, lake, now=NOON)

    last = LastValue.objects.get()
    assert (last.meter_id, last.quantity, last.at) == (1, 1, NOON + timedelta(minutes=45))
    assert last.value == 3


def test_a_lake_is_the_same_however_its_folder_is_named(
    both: tuple[Spool, Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = Lake("lake")
    assert (other.uri, other.id) == (both[1].uri, both[1].id)
