"""How a device's facts fall into batches, and which batches come twice, late, or after the next one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from yinghuo.demo.scenario.shapes import HOUR_MS, MINUTE_MS, Flags, Ints

REPEATED_SHARE, LATE_SHARE, OVERTAKEN_SHARE = 0.05, 0.05, 0.05
REPEATED_AFTER_MS = (MINUTE_MS, 30 * MINUTE_MS)
LATE_BY_MS = (6 * HOUR_MS, 30 * HOUR_MS)


@dataclass(frozen=True)
class Batch:
    """One request of a device; its body is written when it is sent.

    sent_order:  phase and milliseconds since 1970. The phases: the long campaign's pooled tubes (0), its re-collections
                 (1), the one day's pooled tubes (2), its re-collections (3). A phase is to be sent, and judged, when
                 all of the one before it is in; inside a phase any order will do
    items:       well-formed facts in it
    malformed:   items in it that are none
    repeated:    the very same facts were sent before
    clock_off_s: how far the device's clock is ahead, seconds
    """

    device: int
    path: str
    sent_order: tuple[int, int]
    items: int
    write: Callable[[], list[str]]
    malformed: int = 0
    repeated: bool = False
    clock_off_s: int = 0

    def body(self, sent_at: str) -> bytes:
        """The request's body (JSON), sent at this moment (ISO 8601 with offset), as the device's own clock tells it."""
        if self.clock_off_s:
            sent_at = (datetime.fromisoformat(sent_at) + timedelta(seconds=self.clock_off_s)).isoformat()
        name = self.path.rpartition("/")[2]
        return f'{{"sent_at":"{sent_at}","{name}":[{",".join(self.write())}]}}'.encode()


def stretches(rows: Ints, *, weight: Ints, most: int, cut: Flags | None = None) -> Iterator[Ints]:
    """Consecutive rows whose weights add up to `most` at the most; a new stretch begins wherever `cut` is true.

    >>> list(stretches(np.array([7, 8, 9]), weight=np.array([4, 4, 4]), most=8))
    [array([7, 8]), array([9])]
    """
    begin = held = 0
    forced = np.zeros(len(rows), np.bool_) if cut is None else cut
    for place, (one, now) in enumerate(zip(weight.tolist(), forced.tolist(), strict=True)):
        if place > begin and (now or held + one > most):
            yield rows[begin:place]
            begin, held = place, 0
        held += one
    if len(rows):
        yield rows[begin:]


def disturbed(batches: list[Batch], *, rng: np.random.Generator) -> Iterator[Batch]:
    """The batches of one flow, some a day late, some sent just after the next one, some sent again.

    Left alone are those whose clock is wrong or that hold something malformed, so that each of these comes once.
    """
    fate = rng.random(len(batches))
    late_ms = rng.integers(*LATE_BY_MS, len(batches)).tolist()
    again_ms = rng.integers(*REPEATED_AFTER_MS, len(batches)).tolist()
    for place, batch in enumerate(batches):
        if batch.clock_off_s or batch.malformed:
            yield batch
        elif fate[place] < LATE_SHARE:
            yield _sent(batch, batch.sent_order[1] + late_ms[place])
        elif fate[place] < LATE_SHARE + OVERTAKEN_SHARE and place + 1 < len(batches):
            yield _sent(batch, batches[place + 1].sent_order[1] + MINUTE_MS)
        else:
            yield batch
            if fate[place] > 1 - REPEATED_SHARE:
                yield replace(_sent(batch, batch.sent_order[1] + again_ms[place]), repeated=True)


def _sent(batch: Batch, at_ms: int) -> Batch:
    return replace(batch, sent_order=(batch.sent_order[0], at_ms))
