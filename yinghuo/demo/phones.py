"""Simulated devices: real HTTP, several at once, patient with a server that fails; they count what was acknowledged."""

import http.client
import multiprocessing as mp
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty

import msgspec

from yinghuo.demo.scenario import Batch, Outbox

RETRIES, PAUSE_S, TIMEOUT_S = 60, 0.25, 30
REPORT_EVERY_S = 0.2


class Kept(msgspec.Struct):
    """As much of an answer as a device needs."""

    kept: list[str]
    malformed: list[msgspec.Raw]


@dataclass
class Count:
    """What devices sent and what was acknowledged: batches, facts told to be on disk, malformed ones told back."""

    batches: int = 0
    kept: int = 0
    malformed: int = 0
    repeated: int = 0

    def add(self, other: "Count") -> None:
        """Adds another count to this one."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Line:
    """Where the devices send to: the port on 127.0.0.1, each device's token, and the clock of the scenario."""

    port: int
    tokens: Sequence[str]
    now: Callable[[], datetime]


class Refusal(RuntimeError):
    """The server understood a batch and would not have it: the scenario or the server is wrong."""


def send_phase(outbox: Outbox, phase: int, line: Line, *, senders: int) -> Iterator[Count]:
    """Sends one phase of the scenario from several processes at once; yields what is acknowledged as it comes.

    Raises Refusal if any batch is refused or a sender ends without having sent everything.
    """
    context = mp.get_context("fork")
    told: mp.Queue[Count | str | None] = context.Queue()
    shares = [range(first, len(outbox.scenario.devices), senders) for first in range(senders)]
    workers = [context.Process(target=_send, args=(outbox, phase, line, share, told)) for share in shares]
    for worker in workers:
        worker.start()
    try:
        yield from _until_done(told, workers)
        for worker in workers:
            worker.join()
    finally:  # broken off, by Ctrl-C or a refusal: nothing is left running
        for worker in workers:
            worker.kill()
            worker.join()


def _until_done(told: "mp.Queue[Count | str | None]", workers: list[mp.context.ForkProcess]) -> Iterator[Count]:
    waiting = len(workers)
    while waiting:
        try:
            heard = told.get(timeout=1)
        except Empty:
            if not any(worker.is_alive() for worker in workers):
                raise Refusal("a sender ended before it was done") from None
            continue
        if isinstance(heard, str):
            raise Refusal(heard)
        if heard is None:
            waiting -= 1
        else:
            yield heard


def _send(outbox: Outbox, phase: int, line: Line, share: range, told: "mp.Queue[Count | str | None]") -> None:
    """One process: its devices' batches in the order of sending, over one connection."""
    batches = (batch for device in share for batch in outbox.of(device) if batch.sent_order[0] == phase)
    ordered = sorted(batches, key=lambda batch: batch.sent_order)
    post = Post(line)
    count, reported_s = Count(), time.monotonic()
    try:
        for batch in ordered:
            count.add(post(batch))
            if time.monotonic() - reported_s > REPORT_EVERY_S:
                told.put(count)
                count, reported_s = Count(), time.monotonic()
        told.put(count)
        told.put(None)
    except Refusal as refusal:
        told.put(str(refusal))


class Post:
    """Posts batches over one kept connection; what fails on the way is sent again, as a phone would."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=TIMEOUT_S)
        self.decoder = msgspec.json.Decoder(Kept)

    def __call__(self, batch: Batch) -> Count:
        """Sends until acknowledged; Refusal for an answer that sending again cannot better."""
        body = batch.body(self.line.now().isoformat())
        headers = {
            "Authorization": f"Bearer {self.line.tokens[batch.device]}",
            "Content-Type": "application/json",
        }
        for _ in range(RETRIES):
            status, answer = self._try(batch.path, body, headers)
            if status == 200:
                kept = self.decoder.decode(answer)
                return self._counted(batch, kept)
            if 400 <= status < 500:
                raise Refusal(f"{batch.path}: {status} {answer.decode()[:300]}")
            time.sleep(PAUSE_S)
        raise Refusal(f"{batch.path}: no answer after {RETRIES} tries")

    def _counted(self, batch: Batch, answer: Kept) -> Count:
        if (len(answer.kept), len(answer.malformed)) != (batch.items, batch.malformed):
            said = f"{len(answer.kept)} kept and {len(answer.malformed)} malformed"
            raise Refusal(f"{batch.path}: {said} of {batch.items} and {batch.malformed} sent")
        return Count(1, len(answer.kept), len(answer.malformed), int(batch.repeated))

    def _try(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            self.connection.request("POST", path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return 0, b""
