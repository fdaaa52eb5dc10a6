"""One APDU of 698.45: service, form, number of the exchange, body, and what may follow it."""

from typing import Any, NamedTuple

from yinghuo.engines.meters.dlt698.fields import Malformed, Reader
from yinghuo.engines.meters.dlt698.grammar import FOLLOW, FORMS, SEALED_REPLY, SEALED_REQUEST, TIME_TAG

LINK, CONNECT, RELEASE, GET, SET, ACTION, REPORT, PROXY, SECURITY = 1, 2, 3, 5, 6, 7, 8, 9, 0x10
REPLY = 0x80
WITH_FORM = frozenset(service | answer for service in (GET, SET, ACTION, REPORT, PROXY) for answer in (0, REPLY))
SEALING = {SECURITY: SEALED_REQUEST, SECURITY | REPLY: SEALED_REPLY}
WITHOUT_TAIL = frozenset((LINK, LINK | REPLY, SECURITY, SECURITY | REPLY))


class Apdu(NamedTuple):
    """One APDU, read into its parts; nothing is scaled or converted.

    service: 01..10 asked by the client, 81..90 said by the server (LINK the other way round); form: which of its forms,
             0 where the service has one only
    piid:    the number of the exchange (bits 0..5), the priority (bit 7); a server sets bit 6 when events wait (ACD)
    body:    what `grammar.FORMS` says for service and form
    follow:  the report that a server appends to an answer: (1, results) or (2, records), or None
    tag:     the time tag: (time sent as 7 bytes, (unit, most delay)), or None
    """

    service: int
    form: int
    piid: int
    body: Any
    follow: Any = None
    tag: Any = None


def read(data: bytes) -> Apdu:
    """The APDU of these bytes; `Malformed` when they are none, or more than one."""
    r = Reader(data)
    try:
        return _read_parts(r)
    except Malformed:
        if not r.related:
            raise
    return _read_parts(Reader(data, apart=True))


def _read_parts(r: Reader) -> Apdu:
    service = r.byte()
    if service in SEALING:
        apdu = Apdu(service, 0, 0, SEALING[service].read(r))
    else:
        form = r.byte() if service in WITH_FORM else 0
        field = FORMS.get((service, form))
        if field is None:
            raise Malformed(f"no service {service:02X} {form:02X}")
        piid, body = r.byte(), field.read(r)
        # some devices leave out the two bytes that say "nothing follows"
        if service in WITHOUT_TAIL or r.at == r.end:
            apdu = Apdu(service, form, piid, body)
        else:
            follow = FOLLOW.read(r) if service & REPLY else None
            apdu = Apdu(service, form, piid, body, follow, TIME_TAG.read(r))
    if r.at != r.end:
        raise Malformed("bytes are left over")
    return apdu


def write(apdu: Apdu) -> bytes:
    """The bytes of an APDU; ValueError when it cannot be written."""
    out = bytearray([apdu.service])
    try:
        _write_parts(out, apdu)
    except (TypeError, AttributeError, KeyError, OverflowError) as bad:
        raise ValueError(f"no such content of service {apdu.service:02X}: {bad}") from bad
    return bytes(out)


def _write_parts(out: bytearray, apdu: Apdu) -> None:
    if apdu.service in SEALING:
        SEALING[apdu.service].write(out, apdu.body)
        return
    if apdu.service in WITH_FORM:
        out.append(apdu.form)
    out.append(apdu.piid)
    FORMS[apdu.service, apdu.form].write(out, apdu.body)
    if apdu.service not in WITHOUT_TAIL:
        if apdu.service & REPLY:
            FOLLOW.write(out, apdu.follow)
        TIME_TAG.write(out, apdu.tag)
