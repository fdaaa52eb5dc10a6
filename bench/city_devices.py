"""The phones and laboratories of bench/city_day.py: one process, many keep-alive connections, a calendar of devices."""

import heapq
import http.client
import json
import random
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from uuid_utils import uuid4, uuid7

POOL = 10  # people per tube
FIRST_WITHIN_S = 140.0  # phones are switched on one after the other


@dataclass
class Request:
    """What is to be sent, when it was due, how many facts it carries, and who wants to know the answer."""

    due: float
    body: bytes
    facts: int
    told: Callable[[bytes, dict[str, str]], None]
    kind: str


@dataclass
class Measured:
    """What the generator saw: seconds from due to acknowledged, by kind and by the second in which it was due."""

    latencies: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    backlog: list[tuple[float, int]] = field(default_factory=list)


class Phones:
    """`count` phones that swab at a rate told by the clock; each sends when its wait is over, whatever it has then."""

    def __init__(self, tokens: list[tuple[str, int]], *, begins: float, seed: int, host: str) -> None:
        self.tokens, self.dice, self.host = tokens, random.Random(seed), host
        self.calendar = [(begins + self.dice.random() * FIRST_WITHIN_S, number) for number in range(len(tokens))]
        heapq.heapify(self.calendar)
        self.sent_until = [begins] * len(tokens)
        self.tube_of = [number * 1_000 for number in range(len(tokens))]
        self.in_tube = [0] * len(tokens)
        self.wait_s = 0.0
        self.taken = self.kept = self.sealed = 0
        self.carried: deque[tuple[float, str]] = deque()
        self.known: deque[str] = deque(maxlen=50_000)

    def due(self, now: float, rate_of: Callable[[float, float], float]) -> Iterator[Request]:
        """Requests of every phone whose time has come; rate_of(a, b) is the swabs of one phone from a to b."""
        while self.calendar and self.calendar[0][0] <= now:
            at, number = heapq.heappop(self.calendar)
            expected = rate_of(self.sent_until[number], now)
            count = min(int(expected + self.dice.random()), 200)
            if count:
                self.sent_until[number] = now
                yield from self._requests(number, count, at)
            else:
                heapq.heappush(self.calendar, (now + max(self.wait_s, 5.0), number))

    def _requests(self, number: int, count: int, due: float) -> Iterator[Request]:
        token, site = self.tokens[number]
        stamp = datetime.now(UTC).isoformat()
        swabs, closed = [], []
        for _ in range(count):
            tube, person = f"JL{self.tube_of[number]:010d}", str(uuid4())
            swabs.append(f'{{"id":"{uuid7()}","tube":"{tube}","person":"{person}","at":"{stamp}","site":{site}}}')
            self.in_tube[number] += 1
            if self.in_tube[number] == POOL:
                closed.append(tube)
                self.tube_of[number] += 1
                self.in_tube[number] = 0
        self.taken += count
        self.known.append(person)

        def swabs_kept(answer: bytes, head: dict[str, str]) -> None:
            self.kept += len(json.loads(answer)["kept"])
            self.wait_s = float(head.get("yinghuo-wait", 0))
            again = max(self.wait_s, 5.0) * (0.75 + self.dice.random() / 2)
            heapq.heappush(self.calendar, (time.monotonic() + again, number))

        yield Request(due, self._post("swabs", token, ",".join(swabs)), count, swabs_kept, "swabs")
        if closed:
            rows = ",".join(
                f'{{"id":"{uuid7()}","tube":"{tube}","at":"{stamp}","site":{site},"count":{POOL}}}' for tube in closed
            )

            def sealed_kept(answer: bytes, _head: dict[str, str]) -> None:
                self.sealed += len(json.loads(answer)["kept"])
                self.carried.extend((time.monotonic(), tube) for tube in closed)

            yield Request(due, self._post("tubes", token, rows), len(closed), sealed_kept, "tubes")

    def results(self, token: str, now: float, *, after_s: float, plate: int = 94) -> Iterator[Request]:
        """A plate's results for tubes that were sealed `after_s` ago; two in ten thousand are positive."""
        while len(self.carried) >= plate and self.carried[plate - 1][0] < now - after_s:
            tubes = [self.carried.popleft()[1] for _ in range(plate)]
            stamp = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
            rows = ",".join(
                f'{{"id":"{uuid7()}","tube":"{tube}","message":"{uuid7()}","at":"{stamp}",'
                f'"result":"{"positive" if self.dice.random() < 2e-4 else "negative"}","technician":"T1"}}'
                for tube in tubes
            )
            yield Request(now, self._post("results", token, rows), plate, lambda _a, _h: None, "results")

    def looks(self, now: float, count: int, address_of: Callable[[UUID], str]) -> Iterator[Request]:
        """So many people, of those swabbed before, who want to know their result."""
        for _ in range(count if self.known else 0):
            address = address_of(UUID(self.dice.choice(self.known)))
            body = f"GET /r/{address} HTTP/1.1\r\nHost: {self.host}\r\nAccept-Language: zh\r\n\r\n".encode()
            yield Request(now, body, 1, lambda _a, _h: None, "look-ups")

    def _post(self, door: str, token: str, rows: str) -> bytes:
        body = f'{{"sent_at":"{datetime.now(UTC).isoformat()}","{door}":[{rows}]}}'.encode()
        return (
            f"POST /api/v1/{door} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


class Line:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request: Request | None = None
        self.read = b""

    def send(self, request: Request) -> None:
        """Sends a request whole; bodies are small."""
        self.request, self.read = request, b""
        self.socket.sendall(request.body)

    def answer(self) -> tuple[int, bytes, dict[str, str]] | None:
        """Status, body and headers once the answer is complete."""
        some = self.socket.recv(262_144)
        if not some:
            raise ConnectionError("the server hung up")
        self.read += some
        head, found, body = self.read.partition(b"\r\n\r\n")
        if not found:
            return None
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(body) < int(fields.get("content-length", 0)):
            return None
        return int(lines[0].split()[1]), body, fields


class Lines:
    """A fixed number of connections; what finds none free waits in a queue, and its waiting counts."""

    def __init__(self, url: str, count: int, measured: Measured) -> None:
        self.url, self.measured, self.selector = url, measured, selectors.DefaultSelector()
        self.free = [self._opened() for _ in range(count)]
        self.waiting: deque[Request] = deque()
        self.under_way = 0

    def _opened(self) -> Line:
        line = Line(self.url)
        self.selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def put(self, request: Request) -> None:
        """Sends now, or as soon as a connection is free."""
        self.waiting.append(request)
        if self.free:
            self._send(self.free.pop())

    def _send(self, line: Line) -> None:
        request = self.waiting.popleft()
        try:
            line.send(request)
            self.under_way += 1
        except OSError:  # the server closed it while it was idle
            line.request = None
            self.waiting.appendleft(request)
            self._lost(line)

    def _lost(self, line: Line) -> None:
        """A connection that is gone: what was under way is sent again, as a phone would."""
        self.selector.unregister(line.socket)
        line.socket.close()
        if line in self.free:
            self.free.remove(line)
        if line.request:
            self.under_way -= 1
            self.waiting.appendleft(line.request)
        fresh = self._opened()
        if self.waiting:
            self._send(fresh)
        else:
            self.free.append(fresh)

    def turn(self, seconds: float) -> None:
        """Takes answers for at most so long."""
        for key, _ in self.selector.select(seconds):
            self._take(key.data)

    def _take(self, line: Line) -> None:
        try:
            answer = line.answer()
        except ConnectionError:
            self._lost(line)
            return
        if answer is None or line.request is None:
            return
        status, body, head = answer
        request, line.request = line.request, None
        self.under_way -= 1
        if status == http.client.OK:
            now = time.monotonic()
            self.measured.latencies.setdefault(request.kind, []).append((request.due, now - request.due))
            done = self.measured.acknowledged
            done[request.kind] = done.get(request.kind, 0) + request.facts
            request.told(body, head)
        else:
            self.measured.failed += 1
            self.waiting.append(request)  # a phone sends again
        if self.waiting:
            self._send(line)
        else:
            self.free.append(line)
