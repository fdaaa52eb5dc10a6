"""Terminals at the head-end: login, admission, reading over 376.1, reports acknowledged once they are on disk."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.desks.metering.head_end_world import (
    NOON,
    QUICK,
    Running,
    area,
    closed,
    hear,
    ledger_kinds,
    log_in,
    meter,
    terminal,
    until,
)
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions.asking import ask, take_asked
from yinghuo.desks.metering.head_end.drivers.clocks import aware
from yinghuo.desks.metering.models import OnDemandRead, Terminal, TerminalSession
from yinghuo.engines.meters import dlt645, dlt698, gdw376
from yinghuo.engines.meters.frames import Item

pytestmark = pytest.mark.django_db(transaction=True)
METER = "220100000001"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    area()
    meter(METER, terminal())
    with Running(tmp_path) as running:
        yield running


def test_a_terminal_that_is_admitted_gets_a_session_and_its_login_confirmed(running: Running) -> None:
    with log_in(running):
        until(lambda: running.sessions() == {"02001234"})
        running.turn("_tell")
        assert TerminalSession.objects.get().online_since is not None
    until(lambda: running.sessions() == set())
    running.turn("_tell")
    assert TerminalSession.objects.get().online_since is None


def test_an_unknown_terminal_is_held_and_nothing_is_asked_of_it(running: Running) -> None:
    with log_in(running, "0200ABCD") as line:
        until(lambda: "0200ABCD" in running.sessions())
        assert Terminal.objects.get(address="0200ABCD").admission == "held"
        assert "terminal.held" in ledger_kinds()
        report = gdw376.report("0200ABCD", 0x0C, {(1, 129): [NOON.replace(tzinfo=None), [Decimal(1)] * 5]})
        line.sendall(gdw376.encode(report) + gdw376.encode(gdw376.heartbeat("0200ABCD", counter=5)))
        assert hear(line, gdw376.Decoder()).counter == 5
    assert running.kept == []


def test_a_held_terminal_that_is_admitted_is_read_without_a_new_login(running: Running) -> None:
    with log_in(running, "0200ABCD") as line:
        until(lambda: "0200ABCD" in running.sessions())
        Terminal.objects.filter(address="0200ABCD").update(admission="admitted")
        other = meter("220100000002", Terminal.objects.get(address="0200ABCD"))
        running.turn("_look_at_the_register")
        ask(other.id, what="now", quantities=[1], by="user:1", at=NOON)
        running.turn("_take_asked")
        assert hear(line, gdw376.Decoder()).afn == 0x10


def test_a_terminal_that_is_blocked_is_closed_at_once(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        Terminal.objects.update(admission="blocked")
        running.turn("_look_at_the_register")
        assert closed(line)
    with running.connect() as line:
        line.sendall(gdw376.encode(gdw376.login("02001234")))
        assert closed(line)


def test_an_on_demand_read_is_forwarded_to_the_meter_and_answered(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        read = ask(_meter_id(), what="now", quantities=[1, 2], by="user:1", at=NOON)
        running.turn("_take_asked")
        _answer_forwarded(line, "0001FF00", [Decimal("1234.56"), Decimal("100.00")])
        until(lambda: running.do(lambda: bool(running.head_end.house.answers)))
        running.turn("_take_asked")
    read.refresh_from_db()
    assert read.state == "done"
    assert [(one["quantity"], one["value"]) for one in read.values] == [(1, "1234.56"), (2, "100.00")]
    assert [(one.quantity, one.value) for one in running.kept] == [(1, Decimal("1234.56")), (2, Decimal("100.00"))]
    assert ledger_kinds() == ["reading.asked", "reading.answered"]


def test_an_on_demand_read_of_a_silent_meter_fails_and_says_why(running: Running) -> None:
    running.head_end.house.limits = type(QUICK)(answer_s=0.1, tries=1, requests_per_min=60_000)
    with log_in(running):
        until(lambda: running.sessions())
        read = ask(_meter_id(), what="clock", by="user:1", at=NOON)
        running.turn("_take_asked")
        until(lambda: running.do(lambda: bool(running.head_end.house.answers)))
        running.turn("_take_asked")
    read.refresh_from_db()
    assert (read.state, read.cause) == ("failed", "silent")


def test_a_question_asked_twice_while_it_is_open_is_one_question(running: Running) -> None:
    first = ask(_meter_id(), what="now", quantities=[1], by="user:1", at=NOON)
    again = ask(_meter_id(), what="now", quantities=[1], by="user:2", at=NOON + timedelta(seconds=5))
    assert first.id == again.id
    assert OnDemandRead.objects.count() == 1


def test_a_report_is_confirmed_only_when_it_is_on_disk(tmp_path: Path) -> None:
    area()
    meter(METER, terminal())
    written = threading.Event()
    with Running(tmp_path, append=lambda readings: written.wait(5)) as running, log_in(running) as line:
        until(lambda: running.sessions())
        values = {(1, 129): [NOON.replace(tzinfo=None), [Decimal("5.25"), None, None, None, None]]}
        line.sendall(gdw376.encode(gdw376.report("02001234", 0x0C, values, counter=3)))
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(4096)
        written.set()
        line.settimeout(5)
        confirmed = hear(line, gdw376.Decoder())
        assert confirmed.is_confirmed
        assert confirmed.counter == 3
        assert [one.value for one in running.kept] == [Decimal("5.25")]


def test_rows_that_a_698_terminal_reports_are_stored_by_meter_and_then_acknowledged(running: Running) -> None:
    behind = terminal("220190000009", "dlt698")
    mine = meter("220100000009", behind, point=2)
    running.turn("_look_at_the_register")
    decoder, wall = dlt698.Decoder(), datetime(2022, 5, 8)  # noqa: DTZ001 - a meter's wall clock
    with running.connect() as line:
        line.sendall(dlt698.encode(dlt698.login("220190000009", at=wall)))
        assert hear(line, decoder).apdu.service == 0x81
        rows = [[wall, "220100000009", [Decimal("1234.56"), Decimal("100.00")]]]
        columns = ["20210200", "202A0200", "00100200"]
        line.sendall(dlt698.encode(dlt698.report_record("220190000009", "50040200", columns, rows, piid=7)))
        acknowledged = hear(line, decoder)
        assert (acknowledged.apdu.service, acknowledged.apdu.piid) == (0x08, 7)
    assert [(one.meter, one.quantity, one.value, one.at) for one in running.kept] == [
        (mine.id, 1, Decimal("1234.56"), aware(wall)),
        (mine.id, 2, Decimal("100.00"), aware(wall)),
    ]


def test_a_line_that_breaks_in_the_middle_of_a_read_is_read_again_on_the_next(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        read = ask(_meter_id(), what="now", quantities=[1], by="user:1", at=NOON)
        running.turn("_take_asked")
        hear(line, gdw376.Decoder())
    until(lambda: not running.sessions())
    assert running.metric("failures_total", cause="lost") == 1
    with log_in(running) as line:
        until(lambda: running.sessions())
        running.turn("_take_asked")
        _answer_forwarded(line, "00010000", Decimal("7.00"))
        until(lambda: running.do(lambda: bool(running.head_end.house.answers)))
        running.turn("_take_asked")
    read.refresh_from_db()
    assert (read.state, len(read.values)) == ("done", 1)


def test_sessions_outlive_a_lost_database_connection(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        with connection.cursor() as cursor:
            others = "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = current_database()"
            cursor.execute(f"{others} AND pid <> pg_backend_pid()")
            assert cursor.fetchall() >= [(True,)]
        with suppress(OperationalError):  # another turn of the head-end may have found it lost before this one
            running.turn("_tell")
        running.turn("_tell")
        line.sendall(gdw376.encode(gdw376.heartbeat("02001234", counter=7)))
        assert hear(line, gdw376.Decoder()).counter == 7
    assert TerminalSession.objects.get().online_since is not None


def test_what_a_killed_head_end_had_taken_up_waits_again(tmp_path: Path) -> None:
    area()
    held = meter(METER, terminal())
    ask(held.id, what="clock", by="user:1", at=NOON)
    assert len(take_asked(at=NOON)) == 1
    with Running(tmp_path):
        assert OnDemandRead.objects.get().state == "asked"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"what": "everything", "quantities": [1]}, "reading.what"),
        ({"what": "now", "quantities": []}, "reading.quantity"),
        ({"what": "now", "quantities": [999]}, "reading.quantity"),
        ({"what": "clock", "quantities": [1]}, "reading.quantity"),
        ({"what": "freeze", "quantities": [1]}, "reading.day"),
        ({"what": "freeze", "quantities": [1], "day": date(2022, 5, 9)}, "reading.day"),
        ({"what": "now", "quantities": [1], "day": date(2022, 5, 8)}, "reading.day"),
    ],
)
@pytest.mark.django_db
def test_a_question_that_makes_no_sense_is_refused(wanted: dict[str, Any], code: str) -> None:
    held = meter(METER, terminal())
    with pytest.raises(Refused, match=code):
        ask(held.id, by="user:1", at=NOON, **wanted)
    with pytest.raises(Refused, match=r"reading\.meter"):
        ask(0, what="clock", by="user:1", at=NOON)


def test_one_request_is_outstanding_at_a_time(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        for quantity in (1, 11, 41):
            ask(_meter_id(), what="now", quantities=[quantity], by="user:1", at=NOON)
        running.turn("_take_asked")
        assert hear(line, gdw376.Decoder()).afn == 0x10
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(4096)


def _meter_id() -> int:
    from yinghuo.desks.metering.models import Meter

    return int(Meter.objects.get(address=METER).id)


def _answer_forwarded(line: object, identifier: str, value: object) -> None:
    request = hear(line, gdw376.Decoder())
    (inner,) = dlt645.decode(request.nested)
    assert inner.items[0].identifier == identifier
    reply = dlt645.Frame(METER, 0x91, [Item(identifier, value, "")])
    line.sendall(gdw376.encode(gdw376.forwarded(request, dlt645.encode(reply))))
