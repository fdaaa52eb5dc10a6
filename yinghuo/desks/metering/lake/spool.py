"""The spool: readings on this machine's disk before anybody is told so; from here they go to the lake."""

import fcntl
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.lake import records, segments
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.lake.segments import Segment, Torn

log = logging.getLogger("yinghuo.spool")
NAME = "id"  # the file that holds the id of a spool
SEGMENT_BYTES = 32 * 1024 * 1024


class Waiting(NamedTuple):
    """What is on disk here and not in the lake yet."""

    segments: int
    size_bytes: int


class Spool:
    """A folder of segments with one writer; any number of threads append.

    folder: made if absent; held by a lock while this process lives (Refused "spool.in_use" for a second one)
    id:     of this folder, for ever: names its transactions in the lake
    torn:   what was cut off the segments when the folder was opened
    """

    def __init__(self, folder: str | Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._hold()
        self.id = self._name()
        self.torn: list[Torn] = []
        self._segment_bytes = segment_bytes
        left = sorted(self.folder.glob(f"*{segments.SUFFIX}"))
        self._sealed = self._recover(left)
        self._active, self._file = segments.begin(self.folder, 1 + max(map(segments.number_of, left), default=0))
        self._remove(set(left) - {one.path for one in self._sealed})
        self._bytes = 0  # of records in the active segment
        self._written = self._synced = 0  # records since the opening
        self._broken = False
        self._writing, self._syncing = threading.Lock(), threading.Lock()

    def append(self, readings: Sequence[Reading]) -> None:
        """Returns once every one of the readings is on disk; ValueError for one that the lake could not hold.

        Threads that come at once share one fsync. Refused "spool.full" when the disk took nothing.
        """
        if not readings:
            return
        record = records.pack(readings)
        with self._writing:
            self._write(record)
            mine, too_big = self._written, self._bytes >= self._segment_bytes
        self._sync(mine)
        if too_big:
            self.seal()

    def seal(self) -> None:
        """Ends the active segment, if anything is in it, so that it can be drained, and begins the next."""
        with self._syncing, self._writing:
            if not self._bytes:
                return
            self._fsync()
            os.close(self._file)
            self._sealed.append(self._active)
            self._active, self._file = segments.begin(self.folder, self._active.number + 1)
            self._bytes = 0

    def sealed(self) -> list[Segment]:
        """What can be drained, oldest first."""
        with self._writing:
            return list(self._sealed)

    def trim(self, segment: Segment) -> None:
        """Forgets a segment that is in the lake."""
        segment.path.unlink(missing_ok=True)
        segments.sync_folder(self.folder)
        with self._writing:
            self._sealed = [one for one in self._sealed if one.number != segment.number]

    def waiting(self) -> Waiting:
        """What is not in the lake yet."""
        with self._writing:
            sealed, active = list(self._sealed), self._bytes
        sizes = [one.path.stat().st_size for one in sealed if one.path.exists()]
        return Waiting(len(sizes) + bool(active), sum(sizes) + active)

    def close(self) -> None:
        """Lets go of the folder; what is in it waits for the next process."""
        self.seal()
        os.close(self._file)
        os.close(self._lock)

    def _hold(self) -> None:
        self._lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Refused("spool.in_use", folder=str(self.folder)) from None

    def _name(self) -> str:
        path = self.folder / NAME
        if not path.exists():
            fresh = self.folder / "id.new"
            with fresh.open("w") as file:
                file.write(str(uuid4()))
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(path)
            segments.sync_folder(self.folder)
        return path.read_text()

    def _recover(self, left: list[Path]) -> list[Segment]:
        """The segments that an earlier process left with readings in them, oldest first."""
        found = []
        for path in left:
            segment, torn = segments.reopen(path)
            if segment:
                found.append(segment)
            if torn:
                log.warning("%s: %d bytes are no whole record and are left out", path, torn.lost_bytes)
                self.torn.append(torn)
        return found

    def _remove(self, empty: set[Path]) -> None:
        for path in empty:
            path.unlink()
        segments.sync_folder(self.folder)

    def _write(self, record: bytes) -> None:
        if self._broken:
            raise Refused("spool.full", folder=str(self.folder))
        end = os.fstat(self._file).st_size
        try:
            if os.write(self._file, record) < len(record):
                raise OSError("written in part")
        except OSError as error:
            os.ftruncate(self._file, end)
            log.error("%s: %s", self._active.path, error)
            raise Refused("spool.full", folder=str(self.folder)) from error
        self._written += 1
        self._bytes += len(record)

    def _sync(self, record: int) -> None:
        """One thread syncs for all that wrote before it; the others find it done."""
        with self._syncing:
            if self._synced < record:
                self._fsync()
        if self._synced < record:
            raise Refused("spool.full", folder=str(self.folder))

    def _fsync(self) -> None:
        upto = self._written
        try:
            os.fsync(self._file)
        except OSError as error:  # the kernel may have dropped the pages: nothing later may rest on them
            self._broken = True
            log.error("%s: %s", self._active.path, error)
            raise Refused("spool.full", folder=str(self.folder)) from error
        self._synced = upto
