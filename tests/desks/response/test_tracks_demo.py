"""The scenario's four tracks: played twice they are the same, and something on the board is late."""

from datetime import datetime
from uuid import uuid4

import pytest

from tests.desks.response.tracks_world import AT, HOUR, contact, event
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work.models import Order
from yinghuo.demo.response import tracks
from yinghuo.demo.response.scene import Scene, event_id
from yinghuo.desks.response.models import Disinfection, Event, Stay, Transfer
from yinghuo.desks.response.queries import board
from yinghuo.desks.response.rules.tracks import Track

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2022-05-10T07:30+08:00")


def test_the_scenario_played_twice_is_the_scenario_played_once() -> None:
    of = event()
    Event.objects.filter(id=of.id).delete()
    of.id = event_id()
    of.save(force_insert=True)
    for _ in range(6):
        contact(of)
    scene = Scene(1.0, NOW, uuid4(), [])
    tracks.play(scene)
    counts = [rows.objects.count() for rows in (Entry, Order, Stay, Transfer, Disinfection)]
    tracks.play(scene)
    assert [rows.objects.count() for rows in (Entry, Order, Stay, Transfer, Disinfection)] == counts
    assert (counts[2], counts[4]) == (6, 3)
    late = {column.track: column.late for column in board.columns(of, now=NOW)}
    assert late[Track.TRACING] == late[Track.ISOLATION] == 0 < late[Track.DISINFECTION]


def test_the_scenario_waits_for_its_event() -> None:
    tracks.play(Scene(1.0, AT + HOUR, uuid4(), []))
    assert not Stay.objects.exists()
