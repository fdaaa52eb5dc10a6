"""The door for HL7 connections: a bounded number of threads read frames, a few workers store them, then answer."""

import logging
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from yinghuo.core.ledger import new_id
from yinghuo.desks.sampling.actions.messages import Door, receive
from yinghuo.desks.sampling.message_rules import in_english
from yinghuo.desks.sampling.models import Channel
from yinghuo.engines.messages.answers import Addressee, acknowledgement
from yinghuo.engines.messages.framing import LARGEST_FRAME_BYTES, Framer, FrameTooLong, framed
from yinghuo.engines.messages.reports import Fault

log = logging.getLogger("yinghuo.hl7")
PACKET_BYTES = 65_536
BY = "system:hl7"
Clock = Callable[[], datetime]


class Limits(NamedTuple):
    """What keeps one peer from taking what the others need.

    frame_s:  seconds from a frame's first byte to its last, and for a peer to take its answer
    idle_s:   seconds without any frame
    buffered: bytes of unfinished frames of all connections together
    """

    connections: int = 512
    an_address: int = 256
    workers: int = 8
    frame_bytes: int = LARGEST_FRAME_BYTES
    frame_s: float = 60.0
    idle_s: float = 900.0
    buffered: int = 128 * 1024 * 1024


USUAL = Limits()


class Listener(socketserver.ThreadingTCPServer):
    """Listens for HL7 connections until told to stop; each message is answered after commit, or not at all."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, at: tuple[str, int], *, clock: Clock, limits: Limits = USUAL, area_code: str = "") -> None:
        self.clock, self.limits, self.area_code = clock, limits, area_code
        self.workers = ThreadPoolExecutor(limits.workers, thread_name_prefix="hl7")
        self.open: Counter[str] = Counter()
        self.buffered = 0
        self.closing = False
        self.counting = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in at[0] else socket.AF_INET
        super().__init__(at, Connection)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - socketserver's signature
        """Whether there is room for one more connection, and for one more of this address."""
        with self.counting:
            room = self.open.total() < self.limits.connections
            room = room and self.open[client_address[0]] < self.limits.an_address
            self.open[client_address[0]] += room
        return room

    def left(self, address: str) -> None:
        """A connection ended."""
        with self.counting:
            self.open[address] -= 1
            self.open += Counter()  # forgets addresses without a connection

    def room_for(self, more: int) -> bool:
        """Counts bytes held for unfinished frames; whether there is room for them."""
        with self.counting:
            self.buffered += more
            return self.buffered <= self.limits.buffered

    def answered(self, frame: bytes, address: str) -> bytes | None:
        """The acknowledgement of a message that is on disk; None when the database does not answer, or at the end."""
        if self.closing:
            return None
        try:
            stored = self.workers.submit(self._take, frame, address)
        except RuntimeError:  # told to stop at this moment: the peer keeps the message and sends it again
            return None
        return stored.result()

    def _take(self, frame: bytes, address: str) -> bytes | None:
        door = Door(Channel.MLLP, BY, address=address, area_code=self.area_code)
        try:
            return receive(frame, door=door, now=self.clock()).answer
        except (OperationalError, InterfaceError) as error:
            log.warning("database not reachable, message not acknowledged: %s", str(error).splitlines()[0])
            connection.close()
            return None

    def server_close(self) -> None:
        """Closes the port, lets running messages end, and gives the database its connections back."""
        self.closing = True
        super().server_close()
        together = threading.Barrier(self.limits.workers)
        for _ in range(self.limits.workers):
            self.workers.submit(_leave_database, together)
        self.workers.shutdown(wait=True)


class Connection(socketserver.BaseRequestHandler):
    """One peer: its frames in order, each answered before the next is looked at."""

    def setup(self) -> None:
        """Begins with an empty stream."""
        self.listener = cast(Listener, self.server)
        self.framer = Framer(self.listener.limits.frame_bytes)
        self.counted = 0

    def handle(self) -> None:
        """Reads until the peer ends, is too slow, or sends what cannot be followed."""
        begun = time.monotonic()
        while True:
            left_s = begun + self._patience_s() - time.monotonic()
            data = self._receive(left_s)
            if not data:
                return
            was_inside = self.framer.inside
            if not self._answer_all(data):
                return
            if not (was_inside and self.framer.inside):
                begun = time.monotonic()

    def finish(self) -> None:
        """Gives its place back."""
        self.listener.room_for(-self.counted)
        self.listener.left(self.client_address[0])
        if self.framer.skipped:
            log.warning("%s sent %s bytes outside of messages", self.client_address[0], self.framer.skipped)

    def _patience_s(self) -> float:
        return self.listener.limits.frame_s if self.framer.inside else self.listener.limits.idle_s

    def _receive(self, within_s: float) -> bytes:
        if within_s <= 0:
            return b""
        self.request.settimeout(within_s)
        try:
            return cast(bytes, self.request.recv(PACKET_BYTES))
        except OSError:  # too slow, or gone
            return b""

    def _answer_all(self, data: bytes) -> bool:
        """Answers each message that is complete; False when the connection must end."""
        try:
            for frame in self.framer.feed(data):
                answer = self.listener.answered(frame, self.client_address[0])
                if answer is None or not self._send(answer):
                    return False
        except FrameTooLong:
            fault = Fault("message.too_long", detail=f"{self.listener.limits.frame_bytes} bytes")
            self._send(_refusal(fault, self.listener.clock()))
            return False
        return self._held_within_bounds()

    def _held_within_bounds(self) -> bool:
        more, self.counted = self.framer.held - self.counted, self.framer.held
        return self.listener.room_for(more)

    def _send(self, answer: bytes) -> bool:
        self.request.settimeout(self.listener.limits.frame_s)
        try:
            self.request.sendall(framed(answer))
        except OSError:  # the peer is gone, or does not read; it will send again
            return False
        return True


def _refusal(fault: Fault, now: datetime) -> bytes:
    said = [(fault, in_english(fault.code))]
    return acknowledgement("AR", Addressee(), answer_id=new_id().hex[-20:], at=timezone.localtime(now), faults=said)


def _leave_database(together: threading.Barrier) -> None:
    together.wait()
    connection.close()
