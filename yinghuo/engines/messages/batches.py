"""Files of messages: one, or many between FHS/BHS and BTS/FTS, however their lines end."""

import re
from typing import NamedTuple

from yinghuo.engines.messages.reports import Fault

ENVELOPE = re.compile(rb"(?:FHS|BHS|BTS|FTS)\b")
LINES = re.compile(rb"\r\n|\r|\n")
FRAMING = bytes((0x0B, 0x1C))


class FileRead(NamedTuple):
    """The messages of a file as bytes, in order, and what is wrong with the file itself."""

    messages: list[bytes]
    faults: list[Fault]


def split(raw: bytes) -> FileRead:
    """Cuts a file into its messages; a message begins with each MSH. Framing bytes of a recorded stream are dropped.

    What stands before the first MSH, and a batch trailer that counts other than there are, is a fault.

    >>> split(b"FHS|^~\\\\&|\\rBHS|^~\\\\&|\\rMSH|1\\rPID|1\\rMSH|2\\rBTS|3\\rFTS|1\\r")
    FileRead(messages=[b'MSH|1\\rPID|1', b'MSH|2'], faults=[Fault(code='batch.count', segment='BTS', sequence=1, \
field=1, detail='3 counted, 2 in the file', path='')])
    """
    messages: list[list[bytes]] = []
    faults, in_batch, trailers = [], 0, 0
    for line in LINES.split(raw.removeprefix(b"\xef\xbb\xbf").translate(None, FRAMING)):
        if line.startswith(b"MSH"):
            messages.append([line])
            in_batch += 1
        elif line.startswith(b"BHS"):
            in_batch = 0
        elif line.startswith(b"BTS"):
            trailers += 1
            faults += _count_fault(line, in_batch, trailers)
        elif messages and not ENVELOPE.match(line):
            messages[-1].append(line)
        elif line.strip() and not ENVELOPE.match(line):
            faults.append(Fault("segment.unreadable", detail=repr(line[:20])[1:]))
    return FileRead([b"\r".join(line for line in lines if line.strip()) for lines in messages], faults[:100])


def _count_fault(trailer: bytes, count: int, number: int) -> list[Fault]:
    given = trailer[4:].split(trailer[3:4] or b"|")[0].strip()
    if not given.isdigit() or int(given) == count:
        return []
    return [Fault("batch.count", "BTS", number, 1, f"{int(given)} counted, {count} in the file")]
