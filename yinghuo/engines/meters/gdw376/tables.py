"""Which item carries what: formats of the data units of Q/GDW 376.1 by AFN, direction and Fn.

Source: AFN 00, 02, 10, 0C F2 and the curves of 0D agree with public frames and field tables (docs/sources.md); the
others are from memory of the standard, not checked against its text.
"""

from typing import NamedTuple

from yinghuo.engines.meters.gdw376.formats import A
from yinghuo.engines.meters.gdw376.primitives import Binary, Format, Hexadecimal, Text
from yinghuo.engines.meters.gdw376.settings import SETTINGS, SETTINGS_ASKED, Results
from yinghuo.engines.meters.gdw376.shapes import (
    BYTE,
    WORD,
    Curve,
    Density,
    Events,
    Fields,
    Nothing,
    Octets,
    Perhaps,
    Registers,
)

AFN_CONFIRM, AFN_RESET, AFN_LINK, AFN_SET, AFN_CONTROL, AFN_VERSION = 0x00, 0x01, 0x02, 0x04, 0x05, 0x09
AFN_QUERY, AFN_PRESENT, AFN_HISTORY, AFN_EVENTS, AFN_FILE, AFN_FORWARD = 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x10
ALL_CONFIRMED, ALL_DENIED, EACH_CONFIRMED = 1, 2, 3
LOGIN, LOGOUT, HEARTBEAT, HEARTBEAT_BARE = 1, 2, 3, 4
SET_CLOCK = 31


class Known(NamedTuple):
    """The format of an item, and the one unit of its figures ("" where they differ or have none)."""

    form: Format
    unit: str = ""


NOTHING = Known(Nothing())
UNKNOWN = Known(Hexadecimal())
READ_AT, FROZEN_ON, FROZEN_IN = A[15], A[20], A[21]
KINDS = ((14, "kWh"), (11, "kvarh"), (14, "kWh"), *((11, "kvarh"),) * 5)
ALL_FOUR = Registers((A[14], A[11], A[11], A[11]))  # active, reactive and two quadrants of one direction
DEMAND = Registers((Fields((A[23], A[17])),))
PHASE_FIELDS = (A[9],) * 8 + (A[5],) * 4 + (A[7],) * 3 + (A[25],) * 4 + (A[9],) * 4


def _fields(*forms: Format, unit: str = "") -> Known:
    return Known(Fields(forms), unit)


def _frozen(stamps: tuple[Format, ...], all_four: int, registers: int, demand: int) -> dict[int, Known]:
    """Registers at one moment: two Fn with all of a direction, eight with one register each, four with a demand.

    The eight: active forward, reactive forward, active reverse, reactive reverse, quadrants 1 to 4.
    """
    whole = {all_four + n: _fields(*stamps, ALL_FOUR) for n in range(2)}
    each = {registers + n: _fields(*stamps, Registers((A[form],)), unit=unit) for n, (form, unit) in enumerate(KINDS)}
    return whole | each | {demand + n: _fields(*stamps, DEMAND) for n in range(4)}


def _curves() -> dict[int, Known]:
    kinds = (
        (range(81, 85), 9, "kW"),
        (range(85, 89), 9, "kvar"),
        (range(89, 92), 7, "V"),
        (range(92, 96), 25, "A"),
        ((97, 99), 13, "kWh"),
        ((98, 100), 13, "kvarh"),
        ((101, 103), 11, "kWh"),
        ((102, 104), 11, "kvarh"),
        (range(105, 109), 5, "%"),
        (range(145, 149), 11, "kvarh"),
    )
    return {fn: Known(Curve(A[form]), unit) for fns, form, unit in kinds for fn in fns}


CURVES = _curves()
DAILY = _frozen((FROZEN_ON, READ_AT), 1, 161, 185)
MONTHLY = _frozen((FROZEN_IN, READ_AT), 17, 177, 193)
PRESENT = _frozen((READ_AT,), 33, 129, 145) | {
    2: Known(A[1]),
    4: Known(Hexadecimal(1)),
    7: _fields(BYTE, BYTE),
    8: Known(Hexadecimal(8)),
    25: _fields(READ_AT, *PHASE_FIELDS),
    49: _fields(READ_AT, *(A[5],) * 6, unit="°"),
    162: _fields(READ_AT, A[1]),
}
ASKED_CURVE, ASKED_DAY, ASKED_MONTH = _fields(READ_AT, Density(), BYTE), Known(FROZEN_ON), Known(FROZEN_IN)
CONFIRMED = {ALL_CONFIRMED: NOTHING, ALL_DENIED: NOTHING, EACH_CONFIRMED: Known(Results())}
FILE_PART = _fields(BYTE, BYTE, BYTE, WORD, Binary(4), Octets())
VERSION = _fields(Text(4), Text(8), Text(4), A[20], Text(11), Text(4), Text(4), A[20])
CONTROL = {SET_CLOCK: Known(A[1])} | dict.fromkeys((27, 28, 29, 35, 36, 37, 38, 39), NOTHING)
SET = {fn: Known(form) for fn, form in SETTINGS.items()}

DOWN: dict[int, dict[int, Known]] = {
    AFN_CONFIRM: CONFIRMED,
    AFN_RESET: dict.fromkeys((1, 2, 3, 4), NOTHING),
    AFN_LINK: {},
    AFN_SET: SET,
    AFN_CONTROL: CONTROL,
    AFN_QUERY: {fn: Known(form) for fn, form in SETTINGS_ASKED.items()},
    AFN_HISTORY: dict.fromkeys(CURVES, ASKED_CURVE)
    | dict.fromkeys(DAILY, ASKED_DAY)
    | dict.fromkeys(MONTHLY, ASKED_MONTH),
    AFN_EVENTS: dict.fromkeys((1, 2), _fields(BYTE, BYTE)),
    AFN_FILE: {1: FILE_PART},
    AFN_FORWARD: {1: _fields(BYTE, BYTE, BYTE, BYTE, Octets())},
}
UP: dict[int, dict[int, Known]] = {
    AFN_CONFIRM: CONFIRMED,
    AFN_LINK: {LOGIN: NOTHING, LOGOUT: NOTHING, HEARTBEAT: Known(Perhaps(A[1], 6)), HEARTBEAT_BARE: NOTHING},
    AFN_VERSION: {1: VERSION},
    AFN_QUERY: SET,
    AFN_PRESENT: PRESENT,
    AFN_HISTORY: CURVES | DAILY | MONTHLY,
    AFN_EVENTS: dict.fromkeys((1, 2), Known(Events())),
    AFN_FILE: {1: Known(Binary(4))},
    AFN_FORWARD: {1: _fields(BYTE, Octets())},
}
NAMED_ONLY = frozenset((AFN_VERSION, AFN_QUERY, AFN_PRESENT))  # requests of these name items without data


def known(afn: int, fn: int, *, up: bool) -> Known:
    """The format of one item; UNKNOWN (all that is left, hexadecimal) where nothing is known of it."""
    if up:
        return UP.get(afn, {}).get(fn, UNKNOWN)
    return DOWN.get(afn, {}).get(fn, NOTHING if afn in NAMED_ONLY else UNKNOWN)
