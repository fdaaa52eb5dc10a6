"""From the spool to the lake, exactly once, whenever the process is killed."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from deltalake.exceptions import DeltaError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.jobs.settling import settle, take_turns
from yinghuo.desks.metering.lake import batches
from yinghuo.desks.metering.lake.segments import Segment
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake, Origin

log = logging.getLogger("yinghuo.draining")
PAUSE_S = 3.0
LONGEST_WAIT_S = 60.0
BY = "system:head-end"
WAITED_FOR = (OperationalError, InterfaceError, OSError, DeltaError, Refused)


@dataclass(frozen=True)
class Drained:
    """What one draining came to.

    segments: of the spool, now in the lake and trimmed
    readings: new in the lake
    repeated: were in the lake already, or twice in a segment
    """

    segments: int = 0
    readings: int = 0
    repeated: int = 0

    def __add__(self, other: "Drained") -> "Drained":
        return Drained(self.segments + other.segments, self.readings + other.readings, self.repeated + other.repeated)


def drain(spool: Spool, lake: Lake, *, now: datetime) -> Drained:
    """Moves everything that is in the spool into the lake.

    Each segment: one commit of the lake, then one transaction of PostgreSQL (last values, `Committed`, ledger), then
    the segment is trimmed. Killed in between, the next draining finds the readings in the lake and only goes on.
    """
    spool.seal()
    done = Drained()
    for segment in spool.sealed():
        done += _drain(spool, segment, lake, now)
        spool.trim(segment)
    return done


@transaction.atomic
def _drain(spool: Spool, segment: Segment, lake: Lake, now: datetime) -> Drained:
    rows, reasons = segment.read()
    table = batches.measured(rows, reasons, entry=segment.entry)
    take_turns(lake)
    fresh = lake.fresh(table)
    known = {}
    if len(fresh):
        transaction_of = (f"spool:{spool.id}", segment.number)
        is_first = lake.transaction_version(transaction_of[0]) < segment.number
        lake.commit(fresh, Origin(segment.entry, BY, now, transaction=transaction_of if is_first else None))
        known[segment.entry] = fresh
    settle(lake, known)
    return Drained(1, len(fresh), len(rows) - len(fresh))


def keep_draining(spool: Spool, lake: Lake, stop: threading.Event, *, pause_s: float = PAUSE_S) -> None:
    """Drains every few seconds until `stop` is set, and once more then; waits for a lost database, store or disk."""
    wait_s = pause_s
    while True:
        last = stop.wait(wait_s)
        try:
            drain(spool, lake, now=timezone.now())
            wait_s = pause_s
        except WAITED_FOR as error:
            log.warning("not drained, trying again: %s", str(error).splitlines()[0])
            connection.close()
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        if last:
            break
    connection.close()
