"""One connection: frames in, at most one request outstanding, and a peer that is bounded in all it can do."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from yinghuo.desks.metering.head_end.gauges import Gauges
from yinghuo.desks.metering.head_end.jobs import Failed
from yinghuo.desks.metering.head_end.pace import Bucket, Limits
from yinghuo.desks.metering.models import Cause

READ_BYTES = 4_096

Clock = Callable[[], datetime]


class Decoder(Protocol):
    """The strict decoder that every protocol module offers."""

    rejected: Any

    def feed(self, data: bytes) -> list[Any]:
        """Whole frames so far."""


class Speaker(Protocol):
    """As much of a driver as a line needs."""

    def decoder(self) -> Any:
        """A fresh strict decoder."""

    def due(self, decoder: Any) -> list[bytes]:
        """What the decoder wants sent at once: acknowledgements of parts of a message."""


class Closed(Exception):
    """The head-end closes the connection; `cause` is for the metrics and the log."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(cause)


class Exchange(NamedTuple):
    """A request, and how to know its answer. `fits` may raise Failed for an answer that refuses."""

    request: bytes
    fits: Callable[[Any], bool]


class Answer(NamedTuple):
    """The frame that answered, when the request went out and when it came."""

    frame: Any
    sent_at: datetime
    received_at: datetime


@dataclass
class Waiting:
    """The request that is outstanding."""

    exchange: Exchange
    told: "asyncio.Future[Any]"
    damaged: str = ""
    strange: str = ""


class Line:
    """A connection whose protocol is known; `seen_at` is the monotonic time of the last bytes."""

    def __init__(
        self,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        speaker: Speaker,
        *,
        limits: Limits,
        gauges: Gauges,
        clock: Clock,
    ) -> None:
        self.reader, self.writer = streams
        self.limits, self.gauges, self.clock = limits, gauges, clock
        self._speaker = speaker
        self._decoder: Decoder = speaker.decoder()
        self.seen_at = time.monotonic()
        self.peer = peer_of(self.writer)
        self._waiting: Waiting | None = None
        self.heard_bytes = self._idle_bytes = 0
        self._speed = Bucket(rate=limits.line_bytes_per_s, depth=limits.line_bytes_per_s, now=self.seen_at)

    async def frames(self, first: bytes = b"") -> AsyncIterator[Any]:
        """Frames that answer no request, as they come, until the peer closes; answers go to whoever asked.

        first: bytes that were read already. Closed when the peer goes beyond its bounds; OSError when it is lost.
        """
        data = first or await self.reader.read(READ_BYTES)
        while data:
            self.seen_at = time.monotonic()
            if pause_s := self._speed.spend(len(data), now=self.seen_at):
                await asyncio.sleep(pause_s)
            for frame in self.decoded(data):
                if not self._answers(frame):
                    yield frame
            data = await self.reader.read(READ_BYTES)

    def say(self, data: bytes) -> None:
        """Sends bytes; a peer that does not read what it gets is cut off (Closed)."""
        if self.writer.transport.get_write_buffer_size() > self.limits.unread_bytes:
            raise Closed("unread")
        self.writer.write(data)
        self.gauges.frames.labels("out").inc()

    async def ask(self, exchange: Exchange, *, within_s: float) -> Answer:
        """Sends a request and waits for the answer that fits. Failed: silent, garbled, wrong or what `fits` raised."""
        waiting = Waiting(exchange, asyncio.get_running_loop().create_future())
        self._waiting = waiting
        sent_at = self.clock()
        try:
            self.say(exchange.request)
            async with asyncio.timeout(within_s):
                frame = await waiting.told
        except TimeoutError:
            self.forget()  # half a frame must not swallow the next answer
            raise _no_answer(waiting, within_s) from None
        finally:
            self._waiting = None
        return Answer(frame, sent_at, self.clock())

    def wonder(self, frame: Any) -> None:
        """Notes a frame that answers nothing, in case the right answer never comes."""
        if self._waiting:
            self._waiting.strange = str(frame.address)

    def forget(self) -> None:
        """Drops parts of messages that are not whole: what a peer that is not trusted may not pile up."""
        self._decoder = self._speaker.decoder()

    def abort(self) -> None:
        """Cuts the connection without waiting for the peer."""
        self.writer.transport.abort()

    def decoded(self, data: bytes) -> list[Any]:
        """The frames that are whole with these bytes; what is rejected is counted."""
        self.heard_bytes += len(data)
        frames = self._decoder.feed(data)
        for one in self._decoder.rejected:
            self.gauges.rejected.labels(one.reason).inc()
            if self._waiting:
                self._waiting.damaged = one.reason
        self._decoder.rejected.clear()
        for reply in self._speaker.due(self._decoder):
            self.say(reply)
        self.gauges.frames.labels("in").inc(len(frames))
        self._idle_bytes = 0 if frames else self._idle_bytes + len(data)
        if self._idle_bytes > self.limits.idle_bytes:
            raise Closed("rubbish")
        return frames

    def _answers(self, frame: Any) -> bool:
        """Whether it answers the outstanding request, whose owner is then told."""
        waiting = self._waiting
        if waiting is None or waiting.told.done():
            return False
        try:
            fits = waiting.exchange.fits(frame)
        except Failed as refusal:
            waiting.told.set_exception(refusal)
            return True
        if fits:
            waiting.told.set_result(frame)
        return fits


def _no_answer(waiting: Waiting, within_s: float) -> Failed:
    if waiting.damaged:
        return Failed(Cause.GARBLED, waiting.damaged)
    if waiting.strange:
        return Failed(Cause.WRONG, waiting.strange)
    return Failed(Cause.SILENT, f"{within_s:g} s")


def peer_of(writer: asyncio.StreamWriter) -> str:
    """Address and port of the other side."""
    name = writer.get_extra_info("peername") or ("", 0)
    return f"{name[0]}:{name[1]}"


def host_of(writer: asyncio.StreamWriter) -> str:
    """Address of the other side."""
    return str((writer.get_extra_info("peername") or ("", 0))[0])
