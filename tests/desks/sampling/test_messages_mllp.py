"""The HL7 listener on real sockets: a real client, cut and doubled frames, dirt, floods, and peers that mean harm."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import hl7
import pytest
from hl7.client import MLLPClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desks.sampling.messages_world import NOT_DETECTED, Laboratory, group, obx, oru, simple
from tests.desks.sampling.world import NOW, code
from yinghuo.desks.sampling.api.mllp import Limits, Listener
from yinghuo.desks.sampling.models import Message, Result
from yinghuo.engines.messages.framing import framed

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "127.0.0.1"
FEW = Limits(workers=4, frame_s=1.0, idle_s=30.0, frame_bytes=4 * 1024 * 1024)


class Watched(Listener):
    """The listener, and what it did not expect."""

    unexpected: list[BaseException | None]

    def handle_error(self, request: object, client_address: object) -> None:
        self.unexpected.append(sys.exception())


@contextmanager
def listening(limits: Limits = FEW) -> Iterator[int]:
    """A listener on a free port of the loopback."""
    with Watched((HERE, 0), clock=lambda: NOW, limits=limits) as listener:
        listener.unexpected = []
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield listener.server_address[1]
        listener.shutdown()
        thread.join()
    assert listener.unexpected == []


def peer(port: int) -> socket.socket:
    """A bare connection."""
    return socket.create_connection((HERE, port), timeout=30)


def answers(connection: socket.socket, count: int) -> list[str]:
    """The code and number of each of so many acknowledgements."""
    held = b""
    while held.count(b"\x1c\r") < count:
        data = connection.recv(65_536)
        if not data:
            break
        held += data
    found = [hl7.parse(frame.strip(b"\x0b\r").decode()) for frame in held.split(b"\x1c") if frame.strip()]
    return [f"{one.segment('MSA')[1]} {one.segment('MSA')[2]}" for one in found]


def ends(connection: socket.socket) -> bool:
    """Whether the listener closes the connection."""
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_a_real_client_gets_its_acknowledgement_after_the_result_is_on_disk() -> None:
    Laboratory()
    with listening() as port, MLLPClient(HERE, port) as client:
        answer = hl7.parse(client.send_message(hl7.parse(simple("M1"))).decode().strip("\x0b\x1c\r"))
        assert (str(answer.segment("MSA")[1]), str(answer.segment("MSA")[2])) == ("AA", "M1")
        assert Result.objects.filter(tube=code(1)).count() == 1


def test_frames_may_be_cut_doubled_and_dirty() -> None:
    Laboratory()
    two = framed(simple("M1").encode()) + b"\r\n noise " + framed(simple("M2", tube=2).encode())
    with listening() as port, peer(port) as connection:
        for at in range(0, len(two), 97):
            connection.sendall(two[at : at + 97])
        assert answers(connection, 2) == ["AA M1", "AA M2"]
        connection.sendall(b"\x0bMSH|broken off" + framed(simple("M3", tube=3).encode()) * 2)
        assert answers(connection, 2) == ["AA M3", "AA M3"]
    assert Result.objects.count() == 3


def test_hundreds_of_connections_are_open_at_once_and_all_are_answered() -> None:
    Laboratory()
    limits = FEW._replace(connections=400, an_address=400, frame_s=30.0)
    with listening(limits) as port:
        peers = [peer(port) for _ in range(300)]
        for number, one in enumerate(peers):
            one.sendall(framed(simple(f"M{number}", tube=number + 1).encode()))
        assert [answers(one, 1) for one in peers] == [[f"AA M{number}"] for number in range(300)]
        for one in peers:
            one.close()
    assert Result.objects.count() == 300


def test_peers_that_never_finish_do_not_hold_up_the_others() -> None:
    Laboratory()
    with listening(FEW._replace(frame_s=6.0)) as port:
        slow = [peer(port) for _ in range(40)]
        for one in slow:
            one.sendall(b"\x0bMSH|^~\\&|slow")
        begun = time.monotonic()
        with peer(port) as honest:
            honest.sendall(framed(simple("M1").encode()))
            assert answers(honest, 1) == ["AA M1"]
        assert time.monotonic() - begun < 4.0
        assert all(ends(one) for one in slow)
        for one in slow:
            one.close()


def test_a_byte_now_and_then_does_not_keep_a_frame_open() -> None:
    Laboratory()
    with listening() as port, peer(port) as dripping:
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < 5:
                dripping.sendall(b"\x0b" if time.monotonic() - begun < 0.1 else b"M")
                time.sleep(0.2)
        except ConnectionError:
            pass
        assert time.monotonic() - begun < 3


def test_a_hundred_megabytes_in_one_frame_are_cut_off_early() -> None:
    Laboratory()
    sent = 0
    with listening() as port, peer(port) as hostile, peer(port) as honest:
        hostile.sendall(b"\x0bMSH|")
        try:
            for _ in range(100):
                hostile.sendall(b"x" * 1024 * 1024)
                sent += 1
        except ConnectionError:
            pass
        assert sent < 20
        honest.sendall(framed(simple("M1").encode()))
        assert answers(honest, 1) == ["AA M1"]
    assert Message.objects.count() == 1


def test_no_more_connections_than_are_allowed() -> None:
    Laboratory()
    with listening(FEW._replace(connections=3, idle_s=5.0)) as port:
        first = [peer(port) for _ in range(3)]
        time.sleep(0.2)
        with peer(port) as fourth:
            assert ends(fourth)
        first.pop().close()
        time.sleep(0.3)
        with peer(port) as again:
            again.sendall(framed(simple("M1").encode()))
            assert answers(again, 1) == ["AA M1"]
        for one in first:
            one.close()


def test_a_peer_that_sends_but_never_reads_is_dropped_and_the_others_go_on() -> None:
    Laboratory()
    with listening() as port, peer(port) as deaf, peer(port) as honest:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.settimeout(0.3)
        try:
            while True:
                deaf.sendall(framed(b"junk") * 500)
        except (TimeoutError, ConnectionError):
            pass
        honest.sendall(framed(simple("M1").encode()))
        assert answers(honest, 1) == ["AA M1"]


def test_a_very_long_message_is_taken() -> None:
    Laboratory()
    groups = [group(tube, [obx(1, NOT_DETECTED), f"NTE|1|L|{'长' * 300}"]) for tube in range(1, 2_001)]
    with listening(FEW._replace(frame_s=60.0)) as port, peer(port) as connection:
        connection.settimeout(60)
        connection.sendall(framed(oru("LONG", *groups).encode()))
        assert answers(connection, 1) == ["AA LONG"]
    assert Result.objects.count() == 2_000


def test_twenty_connections_that_send_the_same_message_make_one_result() -> None:
    Laboratory()

    def send(_number: int) -> list[str]:
        with peer(port) as connection:
            connection.sendall(framed(simple("M1").encode()))
            return answers(connection, 1)

    with listening() as port, ThreadPoolExecutor(20) as pool:
        assert list(pool.map(send, range(20))) == [["AA M1"]] * 20
    assert (Result.objects.count(), Message.objects.get().times) == (1, 20)


PIECES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"\x0b", b"\x1c\r", b"\x1c", b"\r", b"MSH|^~\\&|", b"MSH|^~\\&|LIS|LAB-1||||||||||", b"OBX|1|CWE|"]
    ),
    st.builds(lambda at, byte: _damaged(at, byte), st.integers(0, 900), st.integers(0, 255)),
)


def _damaged(at: int, byte: int) -> bytes:
    whole = bytearray(framed(simple("F1").encode()))
    whole[at % len(whole)] = byte
    return bytes(whole)


def test_fuzzed_streams_never_crash_the_listener() -> None:
    Laboratory()
    with listening() as port:

        @given(st.lists(PIECES, max_size=8))
        @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
        def throw(pieces: list[bytes]) -> None:
            with peer(port) as connection:
                for piece in pieces:
                    connection.sendall(piece)

        throw()
        with peer(port) as honest:
            honest.sendall(framed(simple("M1").encode()))
            assert answers(honest, 1) == ["AA M1"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("hl7")]
