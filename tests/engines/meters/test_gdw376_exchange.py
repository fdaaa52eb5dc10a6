"""Head-end and terminal talk Q/GDW 376.1 to each other: every exchange of the desk, and over a real socket."""

import socket
import threading
from datetime import datetime, timedelta
from decimal import Decimal as D

import pytest

from yinghuo.engines.meters import gdw376
from yinghuo.engines.meters.gdw376 import Decoder, Frame, Port, decode, encode, measured

TERMINAL = "02001234"
AT = datetime(2026, 11, 23, 8, 15)  # noqa: DTZ001
DAY = datetime(2026, 11, 22)  # noqa: DTZ001
READ_645 = bytes.fromhex("68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16")
REPLY_645 = bytes.fromhex("68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16")
ENERGIES = [D("1234.5678"), D("234.5678"), D(400), D(300), D(300)]


def sent(frame: Frame) -> Frame:
    """The frame as it arrives."""
    (arrived,) = decode(encode(frame))
    assert arrived == frame
    return arrived


@pytest.mark.parametrize(
    ("frame", "control"),
    [
        (gdw376.login(TERMINAL, counter=1), 0xC9),
        (gdw376.logout(TERMINAL), 0xC9),
        (gdw376.heartbeat(TERMINAL, counter=15), 0xC9),
        (gdw376.confirm(gdw376.login(TERMINAL, counter=1)), 0x0B),
        (gdw376.read(TERMINAL, 0x0C, [1], [25, 129]), 0x4B),
        (gdw376.read(TERMINAL, 0x0A, [0], [3]), 0x4A),
        (gdw376.forward(TERMINAL, READ_645), 0x4B),
        (gdw376.set_clock(TERMINAL, AT), 0x4A),
        (gdw376.confirm(gdw376.set_clock(TERMINAL, AT)), 0x88),
        (gdw376.deny(gdw376.set_clock(TERMINAL, AT)), 0x88),
        (gdw376.reset(TERMINAL, 1), 0x41),
        (gdw376.read_events(TERMINAL, 1, first=3, last=5), 0x4B),
        (gdw376.report(TERMINAL, 0x0D, {(1, 161): [DAY, AT, ENERGIES]}), 0xC4),
        (gdw376.change(TERMINAL, {(1, 59): [D("1.5"), D("2.0"), D(4), D(5)]}), 0x4A),
    ],
)
def test_each_frame_of_the_desk_arrives_with_its_control_byte(frame: Frame, control: int) -> None:
    assert sent(frame).control == control


def test_a_login_is_written_as_in_the_capture() -> None:
    assert encode(gdw376.login(TERMINAL, counter=1)).hex() == "683200320068c900023412000271000001008516"
    confirmation = gdw376.confirm(gdw376.login(TERMINAL, counter=1))
    assert encode(confirmation).hex() == "6832003200680b0002341200006100000100b516"


def test_many_points_and_items_are_asked_for_in_few_units() -> None:
    request = gdw376.read(TERMINAL, 0x0C, range(1, 9), [129, 130, 131, 25])
    assert len(request.items) == 32 and request.units == (8, 24)
    assert len(encode(request)) == 16 + 2 * 4
    assert sent(request)


def test_an_answer_carries_what_there_is_and_tells_what_was_measured() -> None:
    request = gdw376.read(TERMINAL, 0x0C, [1, 2], [129])
    answer = sent(gdw376.answer(request, {(1, 129): [AT, ENERGIES]}))
    assert measured(answer)[:2] == [(1, "import_kwh", AT, D("1234.5678")), (1, "import_sharp_kwh", AT, D("234.5678"))]
    assert len(measured(answer)) == 5 and {one.point for one in measured(answer)} == {1}
    assert measured(request) == []


def test_f25_tells_each_phase_and_leaves_out_what_the_meter_has_not() -> None:
    numbers = [D("0.1234")] * 8 + [D("98.0")] * 4 + [D("220.1"), None, D("220.3")] + [D("4.999")] * 4 + [None] * 4
    answer = sent(gdw376.answer(gdw376.read(TERMINAL, 0x0C, [7], [25]), {(7, 25): [AT, *numbers]}))
    found = {one.quantity: one.value for one in measured(answer)}
    assert found["power_kw"] == D("0.1234") and found["power_factor_c_share"] == D("0.98")
    assert found["voltage_a_v"] == D("220.1") and "voltage_b_v" not in found
    assert found["current_c_a"] == D("4.999") and not [name for name in found if name.startswith("apparent")]
    assert len(found) == 8 + 4 + 2 + 3


def test_a_curve_gives_each_point_its_time() -> None:
    request = gdw376.read(TERMINAL, 0x0D, [1], [89], value=[DAY, D(15), D(96)])
    curve = [D("220.0") + D(n) / 10 for n in range(96)]
    answer = sent(gdw376.answer(sent(request), {(1, 89): [DAY, D(15), curve]}))
    found = measured(answer)
    assert len(found) == 96 and found[-1] == (1, "voltage_a_v", DAY + timedelta(minutes=15 * 95), D("229.5"))


def test_a_daily_freeze_is_of_the_midnight_that_ends_the_day() -> None:
    request = gdw376.read(TERMINAL, 0x0D, [1], [161], value=DAY)
    found = measured(sent(gdw376.answer(sent(request), {(1, 161): [DAY, AT, ENERGIES]})))
    assert found[0] == (1, "import_kwh", datetime(2026, 11, 23), D("1234.5678"))  # noqa: DTZ001


@pytest.mark.parametrize(("month", "end"), [(1, 2), (2, 3), (12, 1)])
def test_a_monthly_freeze_is_of_the_midnight_that_ends_the_month(month: int, end: int) -> None:
    begin = datetime(2026, month, 1)  # noqa: DTZ001
    request = gdw376.read(TERMINAL, 0x0D, [1], [177], value=begin)
    found = measured(sent(gdw376.answer(sent(request), {(1, 177): [begin, AT, ENERGIES]})))
    assert found[0].at == datetime(2026 + (month == 12), end, 1)  # noqa: DTZ001


def test_f33_holds_active_and_reactive_of_one_direction() -> None:
    answer = gdw376.report(TERMINAL, 0x0C, {(1, 33): [AT, [ENERGIES, [D("1.23")] * 5, [D(1)] * 5, [D(2)] * 5]]})
    found = [(one.quantity, one.value) for one in measured(sent(answer))]
    assert found[0] == ("import_kwh", D("1234.5678")) and found[-1] == ("reactive_1_kvarh", D("1.23"))


def test_a_demand_is_told_without_its_tariffs() -> None:
    answer = gdw376.report(TERMINAL, 0x0C, {(1, 145): [AT, [[D("1.5"), "11-22 10:15"], [D("0.5"), None]]]})
    assert measured(sent(answer)) == [(1, "demand_kw", AT, D("1.5"))]


def test_a_forwarded_frame_and_its_reply_keep_address_counter_and_port() -> None:
    request = sent(gdw376.forward(TERMINAL, READ_645, port=Port(2, 0x6B, 0x85, 0x32), counter=7))
    assert request.nested == READ_645 and request.port and request.port.number == 2
    reply = sent(gdw376.forwarded(request, REPLY_645))
    assert (reply.nested, reply.counter, reply.station, reply.control) == (REPLY_645, 7, 1, 0x88)
    assert sent(gdw376.forwarded(request, b"")).nested == b""


def test_the_results_of_a_setting_name_what_was_refused() -> None:
    request = gdw376.change(TERMINAL, {(1, 25): [D(1), D(1), D("220.0"), D("1.5"), D(1), "02"], (1, 59): None})
    result = sent(gdw376.confirm_each(request, ["00", "01"]))
    assert result.items[0].value == ["04", ["0400010019", "00"], ["040001003B", "01"]]


def test_a_terminal_that_sends_garbage_to_the_builders_gets_an_error() -> None:
    with pytest.raises(ValueError, match="data"):
        encode(gdw376.report(TERMINAL, 0x02, {(0, 1): D(1)}))


def terminal(server: socket.socket) -> None:
    """A terminal of a few lines: logs in, then answers what it is asked until the line is closed."""
    decoder = Decoder()
    with socket.create_connection(server.getsockname()) as line:
        line.sendall(encode(gdw376.login(TERMINAL, counter=1)))
        while data := line.recv(4096):
            for frame in decoder.feed(data):
                if frame.afn == 0x0C:
                    line.sendall(encode(gdw376.answer(frame, {(1, 129): [AT, ENERGIES]})))
                if frame.nested:
                    line.sendall(encode(gdw376.forwarded(frame, REPLY_645)))


def test_a_terminal_logs_in_is_asked_and_forwards_over_a_real_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        other = threading.Thread(target=terminal, args=(server,))
        other.start()
        line, _ = server.accept()
        decoder = Decoder()
        with line:
            login = next(iter(decoder.feed(line.recv(4096))))
            assert login.is_login and login.address == TERMINAL
            line.sendall(encode(gdw376.confirm(login)))
            line.sendall(encode(gdw376.read(TERMINAL, 0x0C, [1], [129], counter=2)))
            answer = next(iter(decoder.feed(line.recv(4096))))
            assert measured(answer)[0].value == D("1234.5678") and answer.counter == 2
            line.sendall(encode(gdw376.forward(TERMINAL, READ_645, counter=3)))
            assert next(iter(decoder.feed(line.recv(4096)))).nested == REPLY_645
        other.join(timeout=5)
        assert not other.is_alive()
