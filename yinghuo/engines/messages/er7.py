"""HL7 v2 in its vertical bar form: bytes to segments and fields, and back; character sets, escapes, repetitions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from yinghuo.engines.messages.reports import Fault

CHARSETS = {  # HL7 table 0211, and names that are met in the field
    "": "utf-8",
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "8859/1": "latin-1",
    "GB 18030-2000": "gb18030",
    "GB 18030": "gb18030",
    "GB18030": "gb18030",
    "GB18030-2000": "gb18030",
    "GBK": "gb18030",
    "GB2312": "gb18030",
}
LINE_ENDS = re.compile(r"\r\n|\r|\n")
NAME = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
ESCAPED = re.compile(r"X(?:[0-9A-Fa-f]{2})+\Z")
TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.(\d{1,4})\d*)?(?:([+-])(\d\d)(\d\d))?\Z")
PERSONAL = frozenset({"PID", "PD1", "NK1", "PV1", "PV2", "GT1", "IN1", "IN2", "IN3"})

STAFF = {"ORC": (10, 11, 12, 19), "OBR": (10, 16, 28, 32, 33, 34, 35), "OBX": (16, 25)}  # fields that name people


class Unreadable(ValueError):
    """Not a message that can be understood; `fault` says why and where."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"{fault.code} {fault.place} {fault.detail}")


@dataclass(frozen=True)
class Marks:
    """The separators of a message (MSH-1, MSH-2)."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"


@dataclass(frozen=True)
class Segment:
    """A segment: its name, which one of that name it is (from 1), its fields as they were sent."""

    name: str
    sequence: int
    fields: tuple[str, ...]
    marks: Marks
    charset: str

    def __getitem__(self, number: int) -> str:
        """A field as it was sent, with its separators; "" when it is not there."""
        return self.fields[number] if number < len(self.fields) else ""

    def value(self, number: int, component: int = 1, *, sub: int = 1, repetition: int = 1) -> str:
        """One value, unescaped; "" for what is not there and for HL7's explicit nothing."""
        text = self[number]
        for mark, place in (
            (self.marks.repetition, repetition),
            (self.marks.component, component),
            (self.marks.sub, sub),
        ):
            parts = text.split(mark)
            text = parts[place - 1] if place <= len(parts) else ""
        return "" if text == '""' else unescape(text, self.marks, self.charset).strip()

    def fault(self, code: str, number: int, detail: str = "") -> Fault:
        """A fault of one of its fields."""
        return Fault(code, self.name, self.sequence, number, detail[:200])


@dataclass(frozen=True)
class Er7:
    """A message: its segments, the character set it came in."""

    segments: tuple[Segment, ...]
    charset: str

    @property
    def head(self) -> Segment:
        """MSH."""
        return self.segments[0]

    def of(self, name: str) -> Iterator[Segment]:
        """The segments of a name, in order."""
        return (segment for segment in self.segments if segment.name == name)


def decode(raw: bytes) -> Er7:
    """The segments of a message in any of the character sets; Unreadable with the fault's place."""
    charset = charset_of(raw)
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode(charset)
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is not {charset}"
        raise Unreadable(Fault("charset.wrong", "MSH", 1, 18, where)) from error
    return parsed(text, charset)


def parsed(text: str, charset: str = "utf-8") -> Er7:
    """The segments of a message that is text already."""
    lines = [line for line in LINE_ENDS.split(text.replace("\x00", "")) if line.strip()]
    marks = _marks(lines[0] if lines else "")
    counts: dict[str, int] = {}
    segments = []
    for number, line in enumerate(lines, start=1):
        name, _mark, rest = line.partition(marks.field)
        if not NAME.match(name):
            raise Unreadable(Fault("segment.unreadable", "", detail=f"line {number}: {line[:20]!r}"))
        counts[name] = counts.get(name, 0) + 1
        fields = (name, marks.field) if name == "MSH" else (name,)
        segments.append(Segment(name, counts[name], (*fields, *rest.split(marks.field)), marks, charset))
    return Er7(tuple(segments), charset)


def head_line(raw: bytes) -> Segment | None:
    """The message head alone, of a message that cannot be read whole; None when even that cannot be read."""
    text = raw[:4000].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip("\r\n \x00")
    try:
        return parsed(LINE_ENDS.split(text)[0]).head
    except Unreadable:
        return None


def charset_of(raw: bytes) -> str:
    """Python's name of the character set that MSH-18 names; UTF-8 where it names none.

    >>> charset_of(b"MSH|^~\\\\&|LIS||||||ORU^R01|1|P|2.5.1||||||GB18030")
    'gb18030'
    """
    head = re.split(rb"[\r\n]", raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \x00")[:4000], maxsplit=1)[0]
    if not head.startswith(b"MSH") or len(head) < 8:
        raise Unreadable(Fault("head.missing", "MSH"))
    named = ""
    for guess in ("latin-1", "gb18030"):  # in GB18030 the second byte of a character may look like a separator
        fields = head.decode(guess, "replace").split(chr(head[3]))
        named = fields[17].split(chr(head[5]))[0].strip().upper() if len(fields) > 17 else ""
        if named in CHARSETS and named:
            break
    if named not in CHARSETS:
        raise Unreadable(Fault("charset.unknown", "MSH", 1, 18, named[:40]))
    return CHARSETS[named]


def unescape(text: str, marks: Marks, charset: str = "utf-8") -> str:
    r"""Text with its escape sequences resolved; one that is not known stays as it is.

    >>> unescape(r"a\F\b\S\c\T\d\R\e\E\f\X4A4C\ \.br\ \Z1\ 5\6", Marks())
    'a|b^c&d~e\\fJL \n \\Z1\\ 5\\6'
    """
    if marks.escape not in text:
        return text
    known = {"F": marks.field, "S": marks.component, "T": marks.sub, "R": marks.repetition, "E": marks.escape}
    known |= {".br": "\n", "H": "", "N": ""}
    parts = text.split(marks.escape)
    out, at = [parts[0]], 1
    while at < len(parts):
        inner = parts[at]
        if at + 1 < len(parts) and inner in known:
            out += [known[inner], parts[at + 1]]
            at += 2
        elif at + 1 < len(parts) and ESCAPED.match(inner):
            out += [bytes.fromhex(inner[1:]).decode(charset, "replace"), parts[at + 1]]
            at += 2
        else:
            out += [marks.escape, inner]
            at += 1
    return "".join(out)


def escape(text: str) -> str:
    r"""Text as it may stand in a field with the usual separators.

    >>> escape("50% | a^b\\c\n~&")
    '50% \\F\\ a\\S\\b\\E\\c\\.br\\\\R\\\\T\\'
    """
    said = {"\\": r"\E\ ", "|": r"\F\ ", "^": r"\S\ ", "&": r"\T\ ", "~": r"\R\ ", "\r": "", "\n": r"\.br\ "}
    return "".join(said.get(one, one).rstrip(" ") if one in said else one for one in text if one >= " " or one in said)


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A time (HL7 TS, to the second as sent) in its own offset or in `zone`; None for nothing. ValueError else.

    >>> moment("202205081305+0800", timezone.utc).isoformat(), moment("", timezone.utc)
    ('2022-05-08T13:05:00+08:00', None)
    """
    if not text:
        return None
    found = TIME.match(text)
    if not found:
        raise ValueError(f"{text[:30]} is no time")
    year, month, day, hour, minute, second, parts, sign, off_h, off_min = found.groups()
    if sign:
        offset = timedelta(hours=int(off_h), minutes=int(off_min))
        zone = timezone(offset if sign == "+" else -offset)
    numbers = [int(part or least) for part, least in ((month, 1), (day, 1), (hour, 0), (minute, 0), (second, 0))]
    micros = int((parts or "0").ljust(6, "0"))
    return datetime(int(year), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], micros, tzinfo=zone)


def written(at: datetime) -> str:
    """A time as HL7 writes it, to the second, with its offset."""
    return at.strftime("%Y%m%d%H%M%S%z")


def redacted(message: Er7) -> str:
    """The message without what it says of persons: of a patient's segments name and number, of staff their numbers."""
    return "\r".join(segment.marks.field.join(_redacted(segment)) for segment in message.segments)


def _redacted(segment: Segment) -> list[str]:
    if segment.name in PERSONAL:
        return list(segment.fields[:2])
    fields = [segment.name, *segment.fields[2 if segment.name == "MSH" else 1 :]]
    for number in STAFF.get(segment.name, ()):
        if number < len(fields):
            several = fields[number].split(segment.marks.repetition)
            fields[number] = segment.marks.repetition.join(one.split(segment.marks.component)[0] for one in several)
    return fields


def _marks(head: str) -> Marks:
    if not head.startswith("MSH") or len(head) < 8:
        raise Unreadable(Fault("head.missing", "MSH"))
    field, given = head[3], head[4:].split(head[3])[0]
    marks = (field, *given[:4])
    usable = len(marks) == 5 and len(set(marks)) == 5 and not any(one.isalnum() or one.isspace() for one in marks)
    if not usable:
        raise Unreadable(Fault("head.separators", "MSH", 1, 2, given[:10]))
    return Marks(field, given[0], given[1], given[2], given[3])
