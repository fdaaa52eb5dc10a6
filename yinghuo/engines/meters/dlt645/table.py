"""The one table of data identifiers: which there are, what they mean and how their bytes stand.

A pattern is four bytes DI3 to DI0; each is a number, a range, several with commas, or FF for the block of all.
Rows marked "memory" are from memory of the standard; not checked against its text.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from yinghuo.engines.meters.dlt645 import events
from yinghuo.engines.meters.dlt645.layouts import Block, Clock, Digits, Layout, Number, OfDay, Row, Slot, Text
from yinghuo.engines.meters.dlt645.loads import LoadRecords

KWH, KWH_SIGNED = Number(4, 2, "kWh"), Number(4, 2, "kWh", signed=True)
KVARH, KVARH_SIGNED, KVAH = Number(4, 2, "kvarh"), Number(4, 2, "kvarh", signed=True), Number(4, 2, "kVAh")
VOLT, AMPERE, DEGREE = Number(2, 1, "V"), Number(3, 3, "A", signed=True), Number(2, 1, "°")
KW, KVAR, KVA = (Number(3, 4, unit, signed=True) for unit in ("kW", "kvar", "kVA"))
FACTOR, SHARE, COUNT = Number(2, 3, "", signed=True), Number(2, 2, "%"), Number(1, 0)
WORD, MOMENT, AMOUNT = Digits(2, is_word=True), Clock("YYMMDDhhmm"), Number(3, 0)


class Entry(NamedTuple):
    """A row of the table."""

    pattern: str
    layout: Layout
    meaning: str
    source: str = ""


def _demand(unit: str, *, signed: bool = False) -> Row:
    return Row((Number(3, 4, unit, signed), MOMENT), unit)


# Second byte of energies, demands and freezes. Per phase, and from 80 on: memory.
WAYS: tuple[tuple[str, Number, str, str], ...] = (
    ("00", KWH_SIGNED, "combined active energy", ""),
    ("01", KWH, "forward active energy", ""),
    ("02", KWH, "reverse active energy", ""),
    ("03-04", KVARH_SIGNED, "combined reactive energy", ""),
    ("05-08", KVARH, "reactive energy of a quadrant", "memory"),
    ("09-0A", KVAH, "apparent energy, forward and reverse", "memory"),
    ("15-16,29-2A,3D-3E", KWH, "active energy of a phase", "memory"),
    ("17-18,2B-2C,3F-40", KVARH_SIGNED, "combined reactive energy of a phase", "memory"),
    ("19-1C,2D-30,41-44", KVARH, "reactive energy of a phase and quadrant", "memory"),
    ("1D-1E,31-32,45-46", KVAH, "apparent energy of a phase", "memory"),
)
POWERS = {"kWh": "kW", "kvarh": "kvar", "kVAh": "kVA"}


def _registers() -> Iterator[Entry]:
    for way, layout, meaning, source in WAYS:
        demand, peak = _demand(POWERS[layout.unit], signed=layout.signed), f"maximum demand: {meaning}"
        for kind, one, said in (("00", layout, meaning), ("01", demand, peak)):
            yield Entry(f"{kind} {way} 00-3F 00-0C", one, said, source)
            yield Entry(f"{kind} {way} FF 00-0C", Block(one, 64), f"{said}, total and tariffs", source)
            yield Entry(f"{kind} {way} 00-3F FF", Block(one, 13), f"{said}, settlement days", source or "memory")


PHASES: tuple[tuple[str, Number, str, int], ...] = (
    ("01", VOLT, "voltage", 1),
    ("02", AMPERE, "current", 1),
    ("03", KW, "active power", 0),
    ("04", KVAR, "reactive power", 0),
    ("05", KVA, "apparent power", 0),
    ("06", FACTOR, "power factor", 0),
    ("07", DEGREE, "phase angle", 1),
    ("08", SHARE, "distortion of the voltage", 1),
    ("09", SHARE, "distortion of the current", 1),
)


def _instants() -> Iterator[Entry]:
    for kind, layout, meaning, first in PHASES:
        source = "" if kind < "08" else "memory"
        yield Entry(f"02 {kind} 0{first}-03 00", layout, meaning, source)
        yield Entry(f"02 {kind} FF 00", Block(layout, 4 - first), f"{meaning}, all phases", source)
    yield Entry("02 0A-0B 01-03 01-15", SHARE, "harmonic of voltage or current", "memory")
    yield Entry("02 0A-0B 01-03 FF", Block(SHARE, 21), "harmonics of voltage or current", "memory")
    others: tuple[tuple[str, Layout, str], ...] = (
        ("01", Number(3, 3, "A"), "current of the neutral"),
        ("02", Number(2, 2, "Hz"), "frequency"),
        ("03", KW, "active power, mean of a minute"),
        ("04", KW, "active demand now"),
        ("05", KVAR, "reactive demand now"),
        ("06", KVA, "apparent demand now"),
        ("07", Number(2, 1, "°C", signed=True), "temperature"),
        ("08-09", Number(2, 2, "V"), "battery voltage: clock, reading without mains"),
        ("0A", Number(4, 0, "min"), "running time of the battery"),
    )
    for last, kept, meaning in others:
        yield Entry(f"02 80 00 {last}", kept, meaning, "" if last in ("02", "07") else "memory")


def _parameters() -> tuple[Entry, ...]:
    return (
        Entry("04 00 01 01", Clock("YYMMDDWW"), "date and weekday"),
        Entry("04 00 01 02", OfDay(3), "time"),
        Entry("04 00 01 03-04", Number(1, 0, "min"), "period of demand, sliding time", "memory"),
        Entry("04 00 01 05", Number(2, 0, "ms"), "width of the test pulse", "memory"),
        Entry("04 00 01 06", MOMENT, "switch-over of the two time-zone tables"),
        Entry("04 00 01 07", MOMENT, "switch-over of the two day-period tables"),
        Entry("04 00 01 0C", Clock("YYMMDDWWhhmmss"), "date, weekday and time", "memory"),
        Entry("04 00 02 01-04", COUNT, "number of time zones, day tables, day periods, tariffs"),
        Entry("04 00 02 05", Number(2, 0), "number of holidays"),
        Entry("04 00 02 06", COUNT, "order of harmonic analysis", "memory"),
        Entry("04 00 03 01-05", COUNT, "display", "memory"),
        Entry("04 00 04 01", Digits(6), "address"),
        Entry("04 00 04 02", Digits(6), "meter number"),
        Entry("04 00 04 03", Text(32), "asset code", "memory"),
        Entry("04 00 04 04-06", Text(6), "rated voltage, rated current, greatest current", "memory"),
        Entry("04 00 04 07-08", Text(4), "accuracy class, active and reactive", "memory"),
        Entry("04 00 04 09-0A", AMOUNT, "pulses per kWh, per kvarh", "memory"),
        Entry("04 00 04 0B-0C", Text(10), "type, day of making", "memory"),
        Entry("04 00 04 0D", Text(16), "version of the protocol", "memory"),
        Entry("04 00 05 01-07", WORD, "run-status word"),
        Entry("04 00 05 FF", Block(WORD, 7), "run-status words"),
    )


def _settings() -> tuple[Entry, ...]:
    return (
        Entry("04 00 06 01-03", Digits(1, is_word=True), "how combined energies are made up", "memory"),
        Entry("04 00 07 01-05", Digits(1, is_word=True), "speed of a port", "memory"),
        Entry("04 00 08 01", Digits(1, is_word=True), "weekly days off", "memory"),
        Entry("04 00 08 02", COUNT, "day table of weekly days off", "memory"),
        Entry("04 00 09 01-02", Digits(1, is_word=True), "what load records and freezes keep", "memory"),
        Entry("04 00 0A 01", Digits(4), "load records begin, MMDDhhmm", "memory"),
        Entry("04 00 0A 02-07", Number(2, 0, "min"), "interval of load records", "memory"),
        Entry("04 00 0B 01-03", Digits(2), "settlement day, DDhh", "memory"),
        Entry("04 00 0C 01-0A", Digits(4, is_word=True), "password", "memory"),
        Entry("04 00 0E 01-02", KW, "upper limit of active power, forward and reverse", "memory"),
        Entry("04 00 0E 03-04", VOLT, "upper and lower limit of the voltage", "memory"),
        Entry(
            "04 01-02 00 00", Block(Slot((Digits(2), COUNT)), 14), "time zones of the year, set 1 and 2: MMDD, table"
        ),
        Entry("04 01-02 00 01-08", Block(Slot((OfDay(2), COUNT)), 14), "day periods, set 1 and 2: start, tariff"),
        Entry("04 03 00 01-FE", Slot((Digits(3), COUNT)), "holiday: YYMMDD, day table", "memory"),
        Entry("04 09 01 01-02", VOLT, "lost voltage: upper limit that begins, lower limit that ends it", "memory"),
        Entry("04 09 01 03", Number(3, 4, "A"), "lost voltage: lower limit of current that begins it", "memory"),
        Entry("04 09 01 04", Number(1, 0, "s"), "lost voltage: delay", "memory"),
        Entry("04 80 00 01-03", Text(32), "maker's software, hardware, number", "memory"),
    )


def _freezes() -> Iterator[Entry]:
    # third byte of a freeze: 01 to 08 as the ways of energy, 09 and 0A demand, 10 instants
    blocks: list[tuple[str, Layout, str]] = [
        (f"{code:02X}", Block(layout, 64), meaning)
        for code, layout, meaning in [
            (1, KWH, "forward active energy"),
            (2, KWH, "reverse active energy"),
            *((n, KVARH_SIGNED, "combined reactive energy") for n in (3, 4)),
            *((n, KVARH, "reactive energy of a quadrant") for n in range(5, 9)),
        ]
    ]
    for code, meaning in (("09", "forward maximum demand"), ("0A", "reverse maximum demand")):
        blocks.append((code, Block(_demand("kW"), 64), meaning))
    blocks.append(("10", Row((KW,) * 4 + (KVAR,) * 4), "active and reactive power, total and phases"))
    kinds = (("00", "scheduled"), ("01", "instant"), ("02", "time-zone switch"), ("03", "day-table switch"))
    for kind, said in (*kinds, ("06", "daily")):
        yield Entry(f"05 {kind} 00 01-3E", MOMENT, f"{said} freeze: moment", "" if kind == "06" else "memory")
        for code, layout, meaning in blocks:
            source = "" if (kind, code) == ("06", "01") else "memory"
            yield Entry(f"05 {kind} {code} 01-3E", layout, f"{said} freeze: {meaning}", source)
    yield Entry("05 04 00 01-FE", MOMENT, "hourly freeze: moment", "memory")
    yield Entry("05 04 01-02 01-FE", KWH, "hourly freeze: active energy, forward and reverse", "memory")


TABLE: tuple[Entry, ...] = (
    *_registers(),
    *_instants(),
    *(Entry(*row) for row in events.ROWS),
    *_parameters(),
    *_settings(),
    *_freezes(),
    Entry("06 00-06 00 00-02", LoadRecords(), "load records: earliest, from a moment on, latest", "memory"),
)


def numbers_of(part: str) -> frozenset[int]:
    """The bytes that one part of a pattern stands for.

    >>> sorted(numbers_of("01-03,FF"))
    [1, 2, 3, 255]
    """
    ends = [(piece.split("-")[0], piece.split("-")[-1]) for piece in part.split(",")]
    return frozenset(n for low, high in ends for n in range(int(low, 16), int(high, 16) + 1))


@cache
def _by_class() -> dict[int, list[tuple[tuple[frozenset[int], ...], Entry]]]:
    found: dict[int, list[tuple[tuple[frozenset[int], ...], Entry]]] = {}
    for entry in TABLE:
        head, *rest = (numbers_of(part) for part in entry.pattern.split())
        for kind in head:
            found.setdefault(kind, []).append((tuple(rest), entry))
    return found


@lru_cache(4096)
def find(identifier: str) -> Entry | None:
    """Row of an identifier of eight hexadecimal digits, None if the table has none.

    >>> find("00010000").meaning, find("0207FF00").layout.unit, find("00010041")
    ('forward active energy', '°', None)
    """
    kind, *rest = bytes.fromhex(identifier)
    rows = _by_class().get(kind, ())
    return next((entry for sets, entry in rows if all(n in one for n, one in zip(rest, sets, strict=True))), None)


def identifiers() -> Iterator[tuple[str, Entry]]:
    """Every identifier that the table knows, with its row."""
    for entry in TABLE:
        for codes in product(*(sorted(numbers_of(part)) for part in entry.pattern.split())):
            yield bytes(codes).hex().upper(), entry
