"""Event records of DL/T 645 (03 xx xx xx): counts, and rows of what the meter noted about one event.

The order of the fields is from memory of the standard, compared with the table of the PyPI package `dlt645`;
not checked against the standard's text. Record 01 is the last event, 0A the tenth last.
"""

from collections.abc import Iterator

from yinghuo.engines.meters.dlt645.layouts import Block, Clock, Digits, Layout, Number, OfDay, Row, Slot

AT, COUNT, OPERATOR, IDENTIFIER = Clock("YYMMDDhhmmss"), Number(3, 0), Digits(4), Digits(4, is_word=True)
ENERGY, SIGNED, CHARGE = Number(4, 2, "kWh"), Number(4, 2, "kvarh", signed=True), Number(4, 2, "Ah")
VOLT, AMPERE, FACTOR = Number(2, 1, "V"), Number(3, 3, "A", signed=True), Number(2, 3, "", signed=True)
KW, KVAR = Number(3, 4, "kW", signed=True), Number(3, 4, "kvar", signed=True)
SHARE, CODE = Number(2, 2, "%"), Digits(1, is_word=True)
QUADRANT, DAYS = Number(4, 2, "kvarh"), Digits(2)

FOUR: tuple[Layout, ...] = (ENERGY, ENERGY, SIGNED, SIGNED)  # forward, reverse, combined reactive 1 and 2
SIX: tuple[Layout, ...] = (ENERGY, ENERGY, *(QUADRANT,) * 4)  # forward, reverse, quadrants 1 to 4
INSTANTS: tuple[Layout, ...] = (VOLT, AMPERE, KW, KVAR, FACTOR)
DEMAND: tuple[Layout, ...] = (Number(3, 4, "kW"), Clock("YYMMDDhhmm"))
SPAN: tuple[Layout, ...] = (AT, AT)

COUNTED = Row((COUNT, COUNT))  # how often, how many minutes
BY_PHASE = Row((COUNT,) * 6)  # the two of phase A, of B, of C
OF_VOLTAGE = Row((*SPAN, *FOUR, *(*FOUR, *INSTANTS) * 3, *(CHARGE,) * 4))
OF_CURRENT = Row((*SPAN, *FOUR, *(*FOUR, *INSTANTS) * 3))
OF_ENERGY = Row((*SPAN, *FOUR * 4))
UNBALANCED = Row((*SPAN, SHARE, *FOUR * 4))
QUALITY = Row((COUNT, Number(3, 2, "%"), Number(3, 2, "%"), COUNT, COUNT, VOLT, Digits(4), VOLT, Digits(4)))
OPENED = Row((*SPAN, *SIX * 2))
PROGRAMMED = (AT, OPERATOR)

PERIODS = Block(Slot((OfDay(2), Number(1, 0))), 224)  # day tables 1 to 8 of both sets, as many as the meter keeps
HOLIDAYS = Block(Slot((Digits(3), Number(1, 0))), 254)

LAST = "01-0A"  # the last event to the tenth last
BY_VOLTAGE = ("lost voltage", "under-voltage", "over-voltage", "broken phase")
BY_CURRENT = ("lost current", "over-current", "broken current")
PROGRAMMINGS: tuple[tuple[str, str, Row], ...] = (
    ("00", "programmed", Row((*PROGRAMMED, *(IDENTIFIER,) * 10))),
    ("01", "meter cleared", Row((*PROGRAMMED, *SIX * 4))),
    ("02", "demand cleared", Row((*PROGRAMMED, *DEMAND * 24))),
    ("03", "events cleared", Row((*PROGRAMMED, IDENTIFIER))),
    ("04", "clock set", Row((OPERATOR, AT, AT))),
    ("05", "day-period tables programmed", Row((*PROGRAMMED, PERIODS))),
    ("06", "time-zone tables programmed", Row((*PROGRAMMED, *(Slot((Digits(2), Number(1, 0))),) * 28))),
    ("07", "days off programmed", Row((*PROGRAMMED, CODE))),
    ("08", "holidays programmed", Row((*PROGRAMMED, HOLIDAYS))),
    ("09-0B", "combination of energies programmed", Row((*PROGRAMMED, CODE))),
    ("0C", "settlement days programmed", Row((*PROGRAMMED, DAYS, DAYS, DAYS))),
    ("0D", "cover opened", OPENED),
    ("0E", "terminal cover opened", OPENED),
)


def _rows() -> Iterator[tuple[str, Layout, str, str]]:
    for first, names, record in ((1, BY_VOLTAGE, OF_VOLTAGE), (0xB, BY_CURRENT, OF_CURRENT)):
        for number, name in enumerate(names, first):
            yield f"03 {number:02X} 00 00", BY_PHASE, f"{name}: how often, minutes; phases A, B, C", ""
            yield f"03 {number:02X} 01-03 {LAST}", record, f"{name} of a phase: record", "memory"
    for kind, name in (("0E", "power reversed"), ("0F", "overload")):
        yield f"03 {kind} 00 00", BY_PHASE, f"{name}: how often, minutes; phases A, B, C", "memory"
        yield f"03 {kind} 01-03 {LAST}", OF_ENERGY, f"{name} of a phase: record", "memory"
    single: tuple[tuple[str, str, Row], ...] = (
        ("05", "all voltages lost", Row((AT, Number(3, 3, "A"), AT))),
        ("06", "auxiliary supply lost", Row(SPAN)),
        ("07-08", "order of voltages, of currents", OF_ENERGY),
        ("09-0A", "unbalance of voltages, of currents", UNBALANCED),
    )
    for kind, name, record in single:
        yield f"03 {kind} 00 00", COUNTED, f"{name}: how often, minutes", "memory"
        yield f"03 {kind} 00 {LAST}", record, f"{name}: record", "memory"
    yield "03 10 00-03 00-0C", QUALITY, "quality of the voltage in a month", "memory"
    yield "03 11 00 00", COUNT, "power failures", "memory"
    yield f"03 11 00 {LAST}", Row(SPAN), "power failure: from, to", "memory"
    yield "03 12 00 00", Row((COUNT,) * 6), "demand over its limit: how often, six ways", "memory"
    yield f"03 12 01-06 {LAST}", Row((*SPAN, *DEMAND)), "demand over its limit: record", "memory"
    for kind, name, written in PROGRAMMINGS:
        yield f"03 30 {kind} 00", COUNT, f"{name}: how often", "memory"
        yield f"03 30 {kind} {LAST}", written, f"{name}: record", "memory"


ROWS: tuple[tuple[str, Layout, str, str], ...] = tuple(_rows())
