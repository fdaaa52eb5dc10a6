"""Opening an association of DLMS/COSEM: AARQ and AARE with lowest security or a password (LLS), both ways.

Logical names without ciphering; high-level security and ciphered contexts are recognised and not done.
"""

from collections.abc import Iterator

from yinghuo.engines.meters.cosem.frame import Association

CONTEXT = bytes.fromhex("060760857405080101")  # logical names, no ciphering
MECHANISM = bytes.fromhex("60857405080200")  # the last byte is the mechanism
CONTEXT_TAG, RESULT_TAG, DIAGNOSTIC_TAG, MECHANISM_TAG, MECHANISM_REPLY_TAG = 0xA1, 0xA2, 0xA3, 0x8B, 0x89
SECRET_TAG, USER_TAG, REQUIREMENTS_TAG = 0xAC, 0xBE, 0x8A
CONFORMANCE_TAG = bytes.fromhex("5F1F0400")
USUAL_CONFORMANCE = "00BE1F"  # GET, SET, ACTION, blocks, lists, selective access, notifications
LOWEST, LOW, LOWEST_REPLY = 0, 1, b"\x08"
LOGICAL_NAME = 0x0007


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at < end:
        tag, size = data[at], data[at + 1]
        if size >= 0x80 or at + 2 + size > end:
            raise ValueError("a field longer than what holds it")
        yield tag, data[at + 2 : at + 2 + size]
        at += 2 + size


def _body(apdu: bytes) -> dict[int, bytes]:
    if len(apdu) != apdu[1] + 2 or apdu[1] >= 0x80:
        raise ValueError("not as long as it says")
    return dict(_fields(apdu, 2, len(apdu)))


def _offered(user: bytes) -> tuple[str, int]:
    """Conformance and longest APDU of the initiate request or response; "" and 0 where there is none (or ciphered)."""
    at = user.find(CONFORMANCE_TAG)
    if at < 0 or at + 9 > len(user):
        return "", 0
    return user[at + 4 : at + 7].hex().upper(), int.from_bytes(user[at + 7 : at + 9], "big")


def parse_aarq(apdu: bytes) -> Association:
    """What a client asks for; ValueError if the bytes are no AARQ."""
    fields = _body(apdu)
    mechanism = fields.get(MECHANISM_TAG, b"\0")[-1:]
    conformance, most = _offered(fields.get(USER_TAG, b""))
    secret = fields.get(SECRET_TAG, b"")[2:]
    return Association(mechanism[0] if mechanism else 0, secret, conformance, most)


def parse_aare(apdu: bytes) -> Association:
    """What a meter grants; ValueError if the bytes are no AARE."""
    fields = _body(apdu)
    conformance, most = _offered(fields.get(USER_TAG, b""))
    result, diagnostic = fields.get(RESULT_TAG, b""), fields.get(DIAGNOSTIC_TAG, b"")
    if not result or not diagnostic:
        raise ValueError("an answer without a result")
    mechanism = fields.get(MECHANISM_REPLY_TAG, b"\0")[-1:]
    return Association(mechanism[0] if mechanism else 0, b"", conformance, most, result[-1], diagnostic[-1])


def _field(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _initiate(head: bytes, conformance: str, most_bytes: int, tail: bytes = b"") -> bytes:
    body = head + CONFORMANCE_TAG + bytes.fromhex(conformance) + most_bytes.to_bytes(2, "big") + tail
    return _field(USER_TAG, _field(0x04, body))


def aarq_bytes(asked: Association) -> bytes:
    """An AARQ: lowest security, or low-level with a password; ValueError for any other."""
    if asked.mechanism not in (LOWEST, LOW) or (asked.mechanism == LOWEST) != (not asked.secret):
        raise ValueError("lowest security has no password, low-level security has one; no other is done here")
    fields = _field(CONTEXT_TAG, CONTEXT)
    if asked.mechanism == LOW:
        fields += _field(REQUIREMENTS_TAG, b"\x07\x80") + _field(MECHANISM_TAG, MECHANISM[:-1] + b"\x01")
        fields += _field(SECRET_TAG, _field(0x80, asked.secret))
    fields += _initiate(bytes.fromhex("0100000006"), asked.conformance or USUAL_CONFORMANCE, asked.most_bytes)
    if len(fields) >= 0x80:
        raise ValueError("a password that long does not fit")
    return _field(0x60, fields)


def aare_bytes(granted: Association) -> bytes:
    """An AARE: result and diagnostic, and what is granted."""
    fields = _field(CONTEXT_TAG, CONTEXT) + _field(RESULT_TAG, bytes([2, 1, granted.result]))
    fields += _field(DIAGNOSTIC_TAG, _field(0xA1, bytes([2, 1, granted.diagnostic])))
    tail = LOGICAL_NAME.to_bytes(2, "big")
    conformance = granted.conformance or USUAL_CONFORMANCE
    return _field(0x61, fields + _initiate(bytes.fromhex("080006"), conformance, granted.most_bytes, tail))
