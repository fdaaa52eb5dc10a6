"""Hostile clients at the door: each is bounded and closed, and a good terminal is served meanwhile."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.desks.metering.head_end_world import Running, area, closed, hear, log_in, terminal, until
from yinghuo.desks.metering.head_end.pace import Limits
from yinghuo.desks.metering.models import Terminal
from yinghuo.engines.meters import gdw376

pytestmark = pytest.mark.django_db(transaction=True)
TIGHT = Limits(
    login_within_s=0.6,
    login_bytes=2_000,
    line_bytes_per_s=20_000,
    idle_bytes=8_000,
    unread_bytes=20_000,
    frames_per_min=120,
    at_the_door=(200, 300),
    held=(3, 5),
)
SERVED_WITHIN_S = 1.0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    area()
    terminal()
    with Running(tmp_path, limits=TIGHT) as running:
        yield running


def served(line: socket.socket) -> bool:
    """Whether a good terminal's heartbeat is answered in good time."""
    began = time.monotonic()
    line.sendall(gdw376.encode(gdw376.heartbeat("02001234", counter=9)))
    return hear(line, gdw376.Decoder()).counter == 9 and time.monotonic() - began < SERVED_WITHIN_S


def refused(line: socket.socket, data: bytes) -> None:
    """Sends, as far as the other side takes it."""
    try:
        line.sendall(data)
    except OSError:
        return


def test_rubbish_is_closed_and_a_good_terminal_is_served_meanwhile(running: Running) -> None:
    with log_in(running) as good, ExitStack() as lines:
        floods = [lines.enter_context(running.connect()) for _ in range(20)]
        for line in floods:
            refused(line, bytes(range(256)) * 400)
        assert served(good)
        assert all(closed(line) for line in floods)
    assert running.metric("closed_total", cause="rubbish") == 20


def test_half_frames_slow_bytes_and_silence_are_closed_after_the_time_for_a_login(running: Running) -> None:
    login = gdw376.encode(gdw376.login("02001234"))
    with running.connect() as half, running.connect() as silent, running.connect() as slow:
        half.sendall(login[:-3])
        until_closed_s = time.monotonic() + 3
        slow.settimeout(0.1)
        for byte in login:
            refused(slow, bytes([byte]))
            time.sleep(0.05)
        assert closed(half)
        assert closed(silent)
        assert closed(slow)
        assert time.monotonic() < until_closed_s
    assert running.metric("closed_total", cause="slow login") == 3


def test_a_thousand_connects_leave_room_for_a_good_terminal(running: Running) -> None:
    with log_in(running) as good, ExitStack() as lines:
        many = [lines.enter_context(running.connect()) for _ in range(1_000)]
        assert served(good)
        until(lambda: running.metric("closed_total", cause="crowded") >= 700)
        assert all(closed(line) for line in many[::50])
        with log_in(running) as again:
            assert served(again)


def test_a_terminal_that_never_reads_is_cut_off(tmp_path: Path) -> None:
    area()
    terminal()
    limits = Limits(line_bytes_per_s=50_000_000, frames_per_min=100_000_000, unread_bytes=20_000)
    with Running(tmp_path, limits=limits) as running, log_in(running) as line:
        flood(running, line)
        assert running.metric("closed_total", cause="unread") == 1


def test_more_frames_than_a_terminal_has_to_say_end_the_session(running: Running) -> None:
    with log_in(running) as line:
        flood(running, line)
    assert running.metric("closed_total", cause="flood") == 1


def flood(running: Running, line: socket.socket) -> None:
    """Sends heartbeats and reads nothing, until the session is over."""
    until(lambda: running.sessions())
    line.settimeout(0.05)
    deadline = time.monotonic() + 8
    while running.sessions() and time.monotonic() < deadline:
        refused(line, gdw376.encode(gdw376.heartbeat("02001234")) * 500)
    assert not running.sessions()


def test_rubbish_after_a_login_ends_the_session(running: Running) -> None:
    with log_in(running) as line:
        until(lambda: running.sessions())
        refused(line, b"\x00" * 10_000)
        assert closed(line)
    assert running.metric("closed_total", cause="rubbish") == 1


def test_unknown_terminals_from_one_address_are_held_only_so_many(running: Running) -> None:
    with ExitStack() as lines:
        for n in range(3):
            lines.enter_context(log_in(running, f"0200{n:04X}"))
        until(lambda: len(running.sessions()) == 3)
        one_more = lines.enter_context(running.connect())
        one_more.sendall(gdw376.encode(gdw376.login("0200FFFF")))
        assert closed(one_more)
    assert Terminal.objects.filter(admission="held").count() == 4


def test_a_second_connection_of_a_terminal_replaces_the_first(running: Running) -> None:
    with log_in(running) as first:
        until(lambda: running.sessions())
        with log_in(running) as second:
            assert closed(first)
            assert served(second)
            assert running.sessions() == {"02001234"}
