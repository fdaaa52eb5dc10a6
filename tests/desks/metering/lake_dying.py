"""Processes that die by kill -9 while they work: python -m tests.desks.metering.lake_dying WHAT FOLDER NUMBER.

append: appends five readings at a time, for ever, and prints the number of each batch once it is on disk.
lake, database: drains once, and dies right after the lake's commit, or after PostgreSQL's and before trimming.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

START = datetime(2022, 5, 8, tzinfo=UTC)


def append(folder: Path, number: int) -> None:
    """Until killed from outside."""
    from yinghuo.desks.metering.lake.readings import Reading
    from yinghuo.desks.metering.lake.spool import Spool

    spool = Spool(folder / "spool", segment_bytes=4_000)
    while True:
        at = START + timedelta(seconds=number)
        spool.append([Reading(meter, 1, at, Decimal(number), bytes(16), at) for meter in range(5)])
        print(number, flush=True)
        number += 1


def drain(folder: Path, what: str) -> None:
    """Dies by its own hand."""
    from yinghuo.cli import connect

    connect()
    from yinghuo.desks.metering.jobs import draining
    from yinghuo.desks.metering.lake.spool import Spool
    from yinghuo.desks.metering.lake.store import Lake

    class Dying(Lake):
        """Dies after its commit."""

        def commit(self, *batch: Any) -> Any:
            super().commit(*batch)
            os.kill(os.getpid(), signal.SIGKILL)

    class Untrimmed(Spool):
        """Dies instead of trimming."""

        def trim(self, *_segment: Any) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    lake, spool = (Dying, Spool) if what == "lake" else (Lake, Untrimmed)
    draining.drain(spool(folder / "spool"), lake(folder / "lake"), now=START)


if __name__ == "__main__":
    if sys.argv[1] == "append":
        append(Path(sys.argv[2]), int(sys.argv[3]))
    drain(Path(sys.argv[2]), sys.argv[1])
