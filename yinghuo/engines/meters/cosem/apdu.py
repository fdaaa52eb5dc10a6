"""What an APDU of DLMS/COSEM says: its service, its items, its errors.

Layouts from public frames and the peers' behaviour (docs/sources.md); the words for error codes are those of the
standard, from memory.
"""

from collections.abc import Callable
from functools import lru_cache

from yinghuo.engines.meters.cosem.association import parse_aare, parse_aarq
from yinghuo.engines.meters.cosem.axdr import octets, read, whole
from yinghuo.engines.meters.cosem.clocks import date_time
from yinghuo.engines.meters.cosem.frame import Said
from yinghuo.engines.meters.cosem.push import named
from yinghuo.engines.meters.frames import Item

NAME_BYTES = 9  # class, OBIS, attribute
NORMAL, NEXT_OR_BLOCK, LIST = 1, 2, 3
AARQ, AARE, DATA_NOTIFICATION, EVENT_NOTIFICATION, GENERAL_BLOCK = 0x60, 0x61, 0x0F, 0xC2, 0xE0
GET, GET_REPLY, SET, SET_REPLY, ACTION, ACTION_REPLY = 0xC0, 0xC4, 0xC1, 0xC5, 0xC3, 0xC7
ERRORS = {
    0: "",
    1: "hardware-fault",
    2: "temporary-failure",
    3: "read-write-denied",
    4: "object-undefined",
    9: "object-class-inconsistent",
    11: "object-unavailable",
    12: "type-unmatched",
    13: "scope-of-access-violated",
    14: "data-block-unavailable",
    15: "long-get-aborted",
    16: "no-long-get-in-progress",
    17: "long-set-aborted",
    18: "no-long-set-in-progress",
    19: "data-block-number-invalid",
    250: "other-reason",
}
Parsed = tuple[list[Item], Said]


def error_of(code: int) -> str:
    """The word for a result code; "" for success."""
    return ERRORS.get(code, f"error-{code}")


def parse(apdu: bytes) -> Parsed:
    """The items of an APDU and all else that it says; ValueError if it is none, or not as long as it says."""
    try:
        parser = PARSERS[apdu[0]]
        return parser(apdu)
    except (IndexError, KeyError, OverflowError) as error:
        raise ValueError("no APDU") from error


def _ends(data: bytes, at: int) -> None:
    if at != len(data):
        raise ValueError("not as long as it says")


def _name(apdu: bytes, at: int) -> str:
    if at + NAME_BYTES > len(apdu):
        raise ValueError("shorter than it says")
    return apdu[at : at + NAME_BYTES].hex().upper()


def _one(apdu: bytes, at: int, name: str = "") -> Parsed:
    """Data behind 00, or a result code behind 01, to the end."""
    if apdu[at] == 0:
        return [Item(name, whole(apdu, at + 1), "")], Said()
    _ends(apdu, at + 2)
    return [Item(name, None, "")], Said(errors=(error_of(apdu[at + 1]),))


@lru_cache(maxsize=256)
def _plain_reply(invoke: int) -> Said:
    return Said("get-response", invoke)


def _get_reply(apdu: bytes) -> Parsed:
    kind, invoke = apdu[1], apdu[2]
    if kind == NORMAL:
        if apdu[3] == 0:
            return [Item("", whole(apdu, 4), "")], _plain_reply(invoke)
        items, said = _one(apdu, 3)
        return items, said._replace(service="get-response", invoke=invoke)
    if kind == NEXT_OR_BLOCK:
        return [], _block(apdu)
    if kind != LIST:
        raise ValueError("no such kind of response")
    items, errors = _each(apdu, 4, apdu[3])
    return items, Said("get-response", invoke, errors if any(errors) else ())


def _each(apdu: bytes, at: int, count: int) -> tuple[list[Item], tuple[str, ...]]:
    items, errors = [], []
    for _ in range(count):
        value, end = read(apdu, at + 1) if apdu[at] == 0 else (None, at + 2)
        errors.append("" if apdu[at] == 0 else error_of(apdu[at + 1]))
        items.append(Item("", value, ""))
        at = end
    _ends(apdu, at)
    return items, tuple(errors)


def _block(apdu: bytes) -> Said:
    last, number = bool(apdu[3]), int.from_bytes(apdu[4:8], "big")
    if apdu[8] != 0:
        _ends(apdu, 10)
        return Said("get-response", apdu[2], (error_of(apdu[9]),), number)
    part, at = octets(apdu, 9)
    _ends(apdu, at)
    return Said("get-response", apdu[2], (), number, last, part=part)


def _request(apdu: bytes, at: int) -> tuple[Item, int]:
    """A name with its selective access, if any: the value is then [selector, what is asked for]."""
    name = _name(apdu, at)
    at += NAME_BYTES
    if apdu[at] == 0:
        return Item(name, None, ""), at + 1
    value, end = read(apdu, at + 2)
    return Item(name, [whole(bytes([17, apdu[at + 1]])), value], ""), end


def _get(apdu: bytes) -> Parsed:
    kind, invoke = apdu[1], apdu[2]
    if kind == NEXT_OR_BLOCK:
        _ends(apdu, 7)
        return [], Said("get-next", invoke, block=int.from_bytes(apdu[3:7], "big"))
    at, count = (3, 1) if kind == NORMAL else (4, apdu[3])
    if kind not in (NORMAL, LIST):
        raise ValueError("no such kind of request")
    items = []
    for _ in range(count):
        item, at = _request(apdu, at)
        items.append(item)
    _ends(apdu, at)
    return items, Said("get-request", invoke)


def _set(apdu: bytes) -> Parsed:
    said = Said("set-request", apdu[2])
    if apdu[1] != NORMAL:
        return [], said
    item, at = _request(apdu, 3)
    return [Item(item.identifier, whole(apdu, at), "")], said


def _action(apdu: bytes) -> Parsed:
    said = Said("action-request", apdu[2])
    if apdu[1] != NORMAL:
        return [], said
    at = 3 + NAME_BYTES
    if apdu[at] == 0:
        _ends(apdu, at + 1)
        return [Item(_name(apdu, 3), None, "")], said
    return [Item(_name(apdu, 3), whole(apdu, at + 1), "")], said


def _set_reply(apdu: bytes) -> Parsed:
    if apdu[1] != NORMAL:
        return [], Said("set-response", apdu[2])
    _ends(apdu, 4)
    return [], Said("set-response", apdu[2], (error_of(apdu[3]),))


def _action_reply(apdu: bytes) -> Parsed:
    said = Said("action-response", apdu[2], (error_of(apdu[3]),) if apdu[1] == NORMAL else ())
    if apdu[1] != NORMAL or len(apdu) == 4 or apdu[4] == 0:
        return [], said
    items, inner = _one(apdu, 5)
    return items, said._replace(errors=inner.errors or said.errors)


def _moment(apdu: bytes, at: int) -> tuple[bytes, int]:
    """Octets of a time; some meters put the type 09 before the length."""
    return octets(apdu, at + (apdu[at : at + 2] == b"\x09\x0c"))


def _data_notification(apdu: bytes) -> Parsed:
    raw, at = _moment(apdu, 5)
    sent = date_time(raw)
    items, clock = named(whole(apdu, at))
    at_meter = sent.at if sent else clock
    return items, Said("data-notification", int.from_bytes(apdu[1:5], "big"), at=at_meter)


def _event_notification(apdu: bytes) -> Parsed:
    raw, at = _moment(apdu, 2) if apdu[1] else (b"", 2)
    sent = date_time(raw)
    item = Item(_name(apdu, at), whole(apdu, at + NAME_BYTES), "")
    return [item], Said("event-notification", at=sent.at if sent else None)


def _general_block(apdu: bytes) -> Parsed:
    control, number, acknowledged = apdu[1], int.from_bytes(apdu[2:4], "big"), int.from_bytes(apdu[4:6], "big")
    part, at = octets(apdu, 6)
    _ends(apdu, at)
    last = bool(control & 0x80)
    return [], Said("general-block", 0, (), number, last, part=part, window=control & 0x3F, acknowledged=acknowledged)


def _aarq(apdu: bytes) -> Parsed:
    return [], Said("aarq", association=parse_aarq(apdu))


def _aare(apdu: bytes) -> Parsed:
    return [], Said("aare", association=parse_aare(apdu))


def _ciphered(apdu: bytes) -> Parsed:
    """Recognised by its lengths, never opened: nothing here holds keys."""
    _, at = octets(apdu, 1)
    while apdu[0] in GENERAL and at < len(apdu):
        _, at = octets(apdu, at)
    _ends(apdu, at)
    return [], Said("ciphered")


def _bare(service: str, error: str = "") -> Callable[[bytes], Parsed]:
    return lambda apdu: ([], Said(service, errors=(error or apdu[1:].hex(),)))


GENERAL = (0xDB, 0xDC, 0xDD, 0xDF)  # these carry a title before what is ciphered
GLO_AND_DED = (0x21, 0x28, 0x2D, *range(0xC8, 0xD8))
PARSERS: dict[int, Callable[[bytes], Parsed]] = {
    GET: _get,
    GET_REPLY: _get_reply,
    SET: _set,
    SET_REPLY: _set_reply,
    ACTION: _action,
    ACTION_REPLY: _action_reply,
    DATA_NOTIFICATION: _data_notification,
    EVENT_NOTIFICATION: _event_notification,
    GENERAL_BLOCK: _general_block,
    AARQ: _aarq,
    AARE: _aare,
    0x62: _bare("release-request"),
    0x63: _bare("release-response"),
    0x0E: _bare("service-error"),
    0xD8: _bare("exception"),
    **dict.fromkeys((*GENERAL, *GLO_AND_DED), _ciphered),
}
REPLIES = frozenset((AARE, 0x63, 0x0E, GET_REPLY, SET_REPLY, ACTION_REPLY, DATA_NOTIFICATION, EVENT_NOTIFICATION, 0xD8))
