"""One file of the spool: a head that names it, then records; a tail that a crash tore is found and cut."""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from yinghuo.core.ledger import new_id
from yinghuo.desks.metering.lake import records

MAGIC = b"YHSPOOL1"
HEAD = struct.Struct("<8s16sQI")  # magic, entry, number, CRC-32 over what stands before it
SUFFIX = ".segment"
CRC_BYTES = 4


@dataclass(frozen=True)
class Segment:
    """A segment that is no longer written to.

    number: counts up, never used twice in one spool: the version of its transaction in the lake
    entry:  the ledger entry that will speak of it, chosen when the segment was begun
    """

    path: Path
    number: int
    entry: UUID

    def read(self) -> tuple[np.ndarray, list[str]]:
        """Every reading in it, in the order of writing: rows (dtype `records.ROWS`) and the reason of each."""
        bodies, _torn = scan(self.path.read_bytes())
        parts = [records.unpack(body) for body in bodies]
        rows = np.concatenate([rows for rows, _ in parts]) if parts else np.empty(0, dtype=records.ROWS)
        return rows, [reason for _, reasons in parts for reason in reasons]


@dataclass(frozen=True)
class Torn:
    """Bytes of a segment that are no whole record: what was being written when the machine died, or a bad disk's work.

    offset: where the last whole record ends
    """

    number: int
    offset: int
    lost_bytes: int


def begin(folder: Path, number: int) -> tuple[Segment, int]:
    """A new segment on disk, and the descriptor to append to it."""
    segment = Segment(folder / f"{number:012d}{SUFFIX}", number, new_id())
    head = HEAD.pack(MAGIC, segment.entry.bytes, number, 0)[:-CRC_BYTES]
    descriptor = os.open(segment.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
    os.write(descriptor, head + struct.pack("<I", zlib.crc32(head)))
    os.fsync(descriptor)
    sync_folder(folder)
    return segment, descriptor


def reopen(path: Path) -> tuple[Segment | None, Torn | None]:
    """A segment that an earlier process left; its torn tail is cut off. None: nothing whole is in it.

    A file without anything whole stays: it keeps its number taken until the next segment is begun.
    """
    data = path.read_bytes()
    number = number_of(path)
    if len(data) < HEAD.size or zlib.crc32(data[: HEAD.size - CRC_BYTES]) != _checksum(data):
        return None, Torn(number, 0, len(data))
    _, entry, _, _ = HEAD.unpack_from(data)
    segment: Segment | None = Segment(path, number, UUID(bytes=entry))
    bodies, end = scan(data)
    if not bodies:
        segment = None
    lost = len(data) - HEAD.size - sum(records.HEAD.size + len(body) for body in bodies)
    if end < len(data):
        _cut(path, end)
    return segment, Torn(number, end, lost) if lost else None


def number_of(path: Path) -> int:
    """The number in a segment's name."""
    return int(path.name.removesuffix(SUFFIX))


def scan(data: bytes) -> tuple[list[bytes], int]:
    """The bodies of the whole records of a segment, without damaged ones between, and where the last of them ends."""
    bodies, end, offset = [], HEAD.size, HEAD.size
    while offset + records.HEAD.size <= len(data):
        body = records.record_at(data, offset)
        offset += records.HEAD.size + records.HEAD.unpack_from(data, offset)[0]
        if body is not None:
            bodies.append(body)
            end = offset
    return bodies, end


def sync_folder(folder: Path) -> None:
    """Makes names that were added or removed in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _checksum(data: bytes) -> int:
    return int.from_bytes(data[HEAD.size - CRC_BYTES : HEAD.size], "little")


def _cut(path: Path, end: int) -> None:
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
