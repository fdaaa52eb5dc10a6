"""CSV files cut into blocks of whole records, by bytes: in UTF-8 and GB18030 no other character holds their marks."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from yinghuo.core.refusal import Refused

BLOCK_BYTES = 4 << 20
LOOK_BYTES = 1 << 20
LONGEST_QUOTED_BYTES = 1 << 16  # a quotation mark that is not closed within it is a letter like others
BOM = b"\xef\xbb\xbf"
SEPARATORS = (",", ";", "\t")


class Shape(NamedTuple):
    """How a file is written. start: bytes before the first row (CSV); heads: of `head_row`; full: no row more fits."""

    kind: Literal["csv", "xlsx"]
    heads: list[str]
    encoding: str = ""
    separator: str = ","
    start: int = 0
    head_row: int = 1
    full: bool = False


class Block(NamedTuple):
    """Whole records. raw: bytes of a CSV file or rows of a sheet; end: the place after it in the file."""

    raw: bytes | list[list[str]]
    first_row: int
    rows: int
    end: int
    quoted: bool = True


def look(beginning: bytes) -> Shape:
    """The shape of a CSV file from its first LOOK_BYTES.

    Refused: "roster.encoding" for text that is neither UTF-8 nor GB18030, "roster.empty" without a head row.
    """
    encoding, skip = _encoding(beginning)
    end = _end_of_first(beginning)
    head = beginning[skip:end].decode(encoding, "replace").strip("\r\n")
    if not head.strip():
        raise Refused("roster.empty")
    separator = max(SEPARATORS, key=head.count)
    heads = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
    return Shape("csv", [text.strip() for text in heads], encoding, separator, end)


def blocks(pieces: Iterable[bytes], *, first_row: int, offset: int) -> Iterator[Block]:
    """Blocks of about BLOCK_BYTES from a file's pieces, which begin at a record, `offset` bytes into the file."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) < BLOCK_BYTES:
            continue
        block = _cut(bytes(held), first_row, offset)
        if block.raw:
            yield block
            del held[: len(block.raw)]
            first_row, offset = first_row + block.rows, block.end
    if held:
        yield _last(bytes(held), first_row, offset)


def _cut(held: bytes, first_row: int, offset: int) -> Block:
    end, quoted = held.rfind(b"\n") + 1, True
    while end and held.count(b'"', 0, end) % 2:
        end = held.rfind(b"\n", 0, end - 1) + 1
        if len(held) - end > LONGEST_QUOTED_BYTES:
            end, quoted = held.rfind(b"\n") + 1, False
            break
    raw = held[:end]
    return Block(raw, first_row, _records(raw, quoted=quoted), offset + end, quoted)


def _last(held: bytes, first_row: int, offset: int) -> Block:
    quoted = held.count(b'"') % 2 == 0
    raw = held if held.endswith(b"\n") else held + b"\n"
    return Block(raw, first_row, _records(raw, quoted=quoted), offset + len(held), quoted)


def _records(raw: bytes, *, quoted: bool) -> int:
    if not quoted or b'"' not in raw:
        return raw.count(b"\n")
    return sum(outside.count(b"\n") for outside in raw.split(b'"')[::2])


def _end_of_first(beginning: bytes) -> int:
    end = beginning.find(b"\n") + 1
    while end and beginning.count(b'"', 0, end) % 2:
        end = beginning.find(b"\n", end) + 1
    return end or len(beginning)


def _encoding(beginning: bytes) -> tuple[str, int]:
    if b"\0" in beginning:  # UTF-16, a workbook of the old kind, a picture
        raise Refused("roster.encoding")
    if beginning.startswith(BOM):
        return "utf-8", len(BOM)
    for encoding in ("utf-8", "gb18030"):
        if _decodes(beginning, encoding):
            return encoding, 0
    raise Refused("roster.encoding")


def _decodes(beginning: bytes, encoding: str) -> bool:
    whole = beginning[: beginning.rfind(b"\n") + 1] or beginning
    try:
        whole.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def as_json(shape: Shape) -> dict[str, Any]:
    """A shape as it is kept."""
    return shape._asdict()
