"""Simulated terminals over real sockets: they log in, answer for their meters, and come back when the line breaks."""

import socket
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.demo.meters_called import WALL, Caller, a_plan, welcomed
from yinghuo.demo.meters import Field
from yinghuo.engines.meters import dlt645, dlt698, gdw376
from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.simulation.moments import seconds_of_wall
from yinghuo.engines.meters.simulation.values import value

FIRST, SECOND = "220100000001", "220100000002"
YESTERDAY = datetime(2022, 5, 7)  # noqa: DTZ001
MIDNIGHT = datetime(2022, 5, 8)  # noqa: DTZ001


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def field_of(listener: socket.socket, protocol: str, **more: Any) -> Field:
    return Field(a_plan(protocol, **more), head_end=listener.getsockname())


def right(field: Field, name: str, at: datetime, *, meter: str = FIRST) -> Decimal | None:
    """What a meter without faults shows at a wall-clock moment."""
    return value(field.meters[meter].right, name, seconds_of_wall(at))


def readings(reply: gdw376.Frame) -> dict[tuple[int, str, datetime], Decimal]:
    return {(one.point, one.quantity, one.at): one.value for one in gdw376.measured(reply)}


def test_a_376_terminal_answers_present_values_of_several_meters(listener: socket.socket) -> None:
    with field_of(listener, "gdw376") as field:
        caller, terminal = welcomed(listener, "gdw376")
        found = readings(caller.ask(gdw376.read(terminal, 0x0C, [1, 2], [129])))
        assert found[1, "import_kwh", WALL] == right(field, "import_kwh", WALL)
        assert found[2, "import_valley_kwh", WALL] == right(field, "import_valley_kwh", WALL, meter=SECOND)
        found = readings(caller.ask(gdw376.read(terminal, 0x0C, [1], [25])))
        for name in ("power_kw", "voltage_a_v", "current_a_a", "power_factor_share", "apparent_power_kva"):
            assert found[1, name, WALL] == right(field, name, WALL)
        assert field.office.logged_in == {terminal}


def test_a_376_terminal_has_freezes_and_curves(listener: socket.socket) -> None:
    with field_of(listener, "gdw376") as field:
        caller, terminal = welcomed(listener, "gdw376")
        found = readings(caller.ask(gdw376.read(terminal, 0x0D, [1], [161], value=YESTERDAY)))
        assert found[1, "import_kwh", MIDNIGHT] == right(field, "import_kwh", MIDNIGHT)
        asked: list[Any] = [YESTERDAY, Decimal(15), Decimal(96)]
        for fn, name in ((101, "import_kwh"), (81, "power_kw"), (89, "voltage_a_v")):
            found = readings(caller.ask(gdw376.read(terminal, 0x0D, [1], [fn], value=asked)))
            assert len(found) == 96
            assert {right(field, name, at) == said for (_, _, at), said in found.items()} == {True}
        future = datetime(2022, 5, 9)  # noqa: DTZ001
        assert caller.ask(gdw376.read(terminal, 0x0D, [1], [161], value=future)).is_denied
        assert caller.ask(gdw376.read(terminal, 0x0D, [99], [161], value=YESTERDAY)).is_denied


def test_a_376_terminal_forwards_to_its_meters_and_says_nothing_for_a_silent_one(listener: socket.socket) -> None:
    nested = dlt645.encode(dlt645.Frame(FIRST, 0x11, [Item("00010000", None, "")]))
    with field_of(listener, "gdw376") as field:
        caller, terminal = welcomed(listener, "gdw376")
        reply = caller.ask(gdw376.forward(terminal, nested, counter=5))
        assert dlt645.decode(reply.nested)[0].items[0].value == right(field, "import_kwh", WALL)
        assert reply.counter == 5
        field.fault(FIRST, "silence")
        assert caller.ask(gdw376.forward(terminal, nested)).nested == b""
        assert caller.ask(gdw376.read(terminal, 0x0C, [1], [129])).is_denied
        field.fault(FIRST, "silence", "0")
        field.fault(FIRST, "truncation")
        assert dlt645.decode(caller.ask(gdw376.forward(terminal, nested)).nested) == []


def test_a_376_terminal_keeps_what_it_is_told(listener: socket.socket) -> None:
    with field_of(listener, "gdw376"):
        caller, terminal = welcomed(listener, "gdw376")
        at = WALL.replace(minute=45)
        assert caller.ask(gdw376.set_clock(terminal, at)).is_confirmed
        assert caller.ask(gdw376.read(terminal, 0x0C, [0], [2])).items[0].value == at
        limits: list[Any] = [Decimal("1.5"), Decimal("2.0"), Decimal(4), Decimal(60)]
        assert caller.ask(gdw376.change(terminal, {(0, 59): limits})).is_confirmed
        assert caller.ask(gdw376.read(terminal, 0x0A, [0], [59])).items[0].value == limits
        rows = caller.ask(gdw376.read(terminal, 0x0A, [0], [10], value=[Decimal(2)])).items[0].value
        assert [row[4] for row in rows] == [SECOND]


def by_proxy(caller: Caller, terminal: str, meter: str, oads: list[str]) -> dlt698.records.Readings:
    return dlt698.meters(caller.ask(dlt698.proxy_get(terminal, [(meter, oads)])))[meter]


def test_a_698_terminal_reads_its_meters_by_proxy(listener: socket.socket) -> None:
    with field_of(listener, "dlt698") as field:
        caller, terminal = welcomed(listener, "dlt698")
        oads = ["00100201", "20000200", "20040201", "200F0200", "40000200", "40160200", "99990200"]
        found = by_proxy(caller, terminal, SECOND, oads)
        said = {one.identifier: one.value for one in found.items}
        assert said["00100201"] == right(field, "import_kwh", WALL, meter=SECOND)
        assert said["20000200"][0] == right(field, "voltage_a_v", WALL, meter=SECOND)
        assert said["20040201"] == right(field, "power_kw", WALL, meter=SECOND)
        assert said["40000200"] == WALL
        assert said["40160200"][0][0] == [Decimal(0), Decimal(0), Decimal(4)]
        assert found.dar == {"99990200": 4}
        field.fault(SECOND, "silence")
        assert by_proxy(caller, terminal, SECOND, ["00100201"]).dar == {"00100201": 33}
        assert by_proxy(caller, terminal, "000000000007", ["00100201"]).dar == {"00100201": 6}


def test_a_698_terminal_gives_rows_of_freezes_in_fragments(listener: socket.socket) -> None:
    with field_of(listener, "dlt698") as field:
        caller, terminal = welcomed(listener, "dlt698")
        frozen = dlt698.query("50040200", ["20210200", "00100200"], dlt698.exactly("20210200", MIDNIGHT))
        (row,) = dlt698.rows(caller.ask(dlt698.proxy_get_record(terminal, FIRST, frozen)))
        assert row["20210200"] == MIDNIGHT and row["00100200"][0] == right(field, "import_kwh", MIDNIGHT)
        columns = ["20210200", "00100200", "20000200", "20010200", "20040200"]
        day = dlt698.between("20210200", YESTERDAY, MIDNIGHT, step=(1, 15))
        reply = caller.ask(dlt698.proxy_get_record(terminal, FIRST, dlt698.query("50020200", columns, day)))
        rows = dlt698.rows(reply)
        assert len(rows) == 96 and len(dlt698.split(reply, longest=1024)) > 1
        assert all(one["20040200"][0] == right(field, "power_kw", one["20210200"]) for one in rows)
        empty = dlt698.query("50040200", ["20210200"], dlt698.exactly("20210200", datetime(2022, 5, 9)))  # noqa: DTZ001
        assert dlt698.rows(caller.ask(dlt698.proxy_get_record(terminal, FIRST, empty))) == []


def test_a_698_meter_takes_the_standby_set_and_refuses_the_running_one(listener: socket.socket) -> None:
    table: list[Any] = [[[Decimal(0), Decimal(0), Decimal(4)], [Decimal(8), Decimal(0), Decimal(2)]]]
    with field_of(listener, "dlt698") as field:
        caller, terminal = welcomed(listener, "dlt698")
        at = WALL.replace(hour=11, minute=0)
        writes = {"40170200": table, "40160200": table, "40090200": at}
        assert caller.ask(dlt698.proxy_set(terminal, [(FIRST, writes)])).dar == {
            f"{FIRST}/40170200": 0,
            f"{FIRST}/40160200": 3,
            f"{FIRST}/40090200": 0,
        }
        programmed = dlt698.query("30170200", ["20220200", "201E0200"], dlt698.nth_last(1))
        (row,) = dlt698.rows(caller.ask(dlt698.proxy_get_record(terminal, FIRST, programmed)))
        assert row == {"20220200": Decimal(0), "201E0200": WALL}
        field.step(1801)
        said = {one.identifier: one.value for one in by_proxy(caller, terminal, FIRST, ["40160200", "40090200"]).items}
        assert said["40160200"][0] == table[0] and said["40090200"] is None
        field.fault(FIRST, "refused-writes")
        assert caller.ask(dlt698.proxy_set(terminal, [(FIRST, {"40090200": at})])).dar == {f"{FIRST}/40090200": 3}
        assert caller.ask(dlt698.set_values(terminal, {"40000200": WALL})).dar == {"40000200": 0}


@pytest.mark.parametrize("protocol", ["gdw376", "dlt698"])
def test_a_terminal_dials_again_when_the_line_breaks_and_can_be_silenced(
    listener: socket.socket, protocol: str
) -> None:
    with field_of(listener, protocol) as field:
        _, terminal = welcomed(listener, protocol)
        field.hang_up()
        caller, again = welcomed(listener, protocol)
        assert again == terminal
        asked = {"gdw376": gdw376.read(terminal, 0x0C, [0], [2]), "dlt698": dlt698.get(terminal, "40000200")}[protocol]
        assert caller.ask(asked).items[0].value == WALL
        caller.connection.settimeout(0.2)
        for hush, speak in (
            (lambda: field.silence(terminal), lambda: field.answer_again(terminal)),
            (lambda: field.fault(terminal, "bad-checksum"), lambda: field.fault(terminal, "bad-checksum", "0")),
        ):
            hush()
            with pytest.raises(TimeoutError):
                caller.ask(asked)
            speak()
            assert caller.ask(asked).items[0].value == WALL


def test_a_terminal_can_be_given_a_wrong_clock_and_is_set_right(listener: socket.socket) -> None:
    with field_of(listener, "gdw376") as field:
        caller, terminal = welcomed(listener, "gdw376")
        field.fault(terminal, "clock", "600")
        assert caller.ask(gdw376.read(terminal, 0x0C, [0], [2])).items[0].value == WALL.replace(minute=40)
        assert caller.ask(gdw376.set_clock(terminal, WALL)).is_confirmed
        assert caller.ask(gdw376.read(terminal, 0x0C, [0], [2])).items[0].value == WALL


@pytest.mark.parametrize("protocol", ["gdw376", "dlt698"])
def test_a_terminal_says_that_it_is_still_there(listener: socket.socket, protocol: str) -> None:
    with field_of(listener, protocol) as field:
        field.office.heartbeat_s = 0.1
        field.hang_up()
        listener.accept()
        caller, _ = welcomed(listener, protocol)
        beat = caller.next()
        assert beat.is_heartbeat if protocol == "gdw376" else beat.apdu.body.kind == 1


def test_a_slow_meter_keeps_its_698_terminal_waiting(listener: socket.socket) -> None:
    with field_of(listener, "dlt698") as field:
        caller, terminal = welcomed(listener, "dlt698")
        field.fault(FIRST, "slow")
        caller.connection.settimeout(0.3)
        assert by_proxy(caller, terminal, SECOND, ["00100201"]).dar == {}
        with pytest.raises(TimeoutError):
            by_proxy(caller, terminal, FIRST, ["00100201"])


def test_a_376_terminal_reports_unasked_and_hears_that_it_was_taken(listener: socket.socket) -> None:
    with field_of(listener, "gdw376") as field:
        caller, terminal = welcomed(listener, "gdw376")
        field.fault(SECOND, "silence")
        field.report(terminal)
        said = caller.next()
        assert {(one.point, one.quantity) for one in gdw376.measured(said)} >= {(1, "import_kwh"), (3, "import_kwh")}
        assert readings(said)[1, "import_kwh", WALL] == right(field, "import_kwh", WALL)
        assert not any(one.point == 2 for one in gdw376.measured(said))
        caller.connection.sendall(gdw376.encode(gdw376.confirm(said)))
        assert heard(field, terminal) == 1


def test_a_698_terminal_reports_unasked_and_hears_that_it_was_taken(listener: socket.socket) -> None:
    with field_of(listener, "dlt698") as field:
        caller, terminal = welcomed(listener, "dlt698")
        field.report(terminal)
        said = caller.next()
        rows = {row["202A0200"]: row for row in dlt698.rows(said)}
        assert set(rows) == set(field.meters)
        assert rows[SECOND]["00100201"] == right(field, "import_kwh", rows[SECOND]["20210200"], meter=SECOND)
        caller.connection.sendall(dlt698.encode(dlt698.report_reply(said)))
        assert heard(field, terminal) == 1


def heard(field: Field, terminal: str) -> int:
    """Confirmations, once there is one."""
    until = time.monotonic() + 3
    while not (count := field.acknowledged(terminal)) and time.monotonic() < until:
        time.sleep(0.01)
    return count
