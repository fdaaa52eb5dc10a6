"""The link layer of 698.45: start and end, length, address, the two checksums, scrambling."""

from typing import NamedTuple

from yinghuo.engines.meters.checks import crc

START, END = 0x68, 0x16
FROM_SERVER, BY_CLIENT, FRAGMENT, SCRAMBLED = 0x80, 0x40, 0x20, 0x08
KINDS = ("single", "wildcard", "group", "broadcast")
SHORTEST, LONGEST = 11, 0x3FFF  # what the length field may say, in bytes
_SCRAMBLE = bytes((n + 0x33) & 0xFF for n in range(256))
_UNSCRAMBLE = bytes((n - 0x33) & 0xFF for n in range(256))


class Packet(NamedTuple):
    """What the link carries: whom, how, and the link user data (unscrambled)."""

    address: str
    kind: str
    logical: int
    client: int
    control: int
    payload: bytes


def checksum(data: bytes) -> bytes:
    """CRC-16/X.25 as it stands on the wire, low byte first.

    >>> checksum(b"123456789").hex()
    '6e90'
    """
    return crc(data).to_bytes(2, "little")


def spell(octets: bytes) -> str:
    """An address, high byte first, as printed on the meter: digits, without the F that fills an odd count.

    >>> spell(bytes.fromhex("123456789012")), spell(bytes.fromhex("12345F"))
    ('123456789012', '12345')
    """
    text = octets.hex().upper()
    return text[:-1] if text.endswith("F") else text


def octets_of(address: str) -> bytes:
    """The bytes of a printed address, high byte first; ValueError unless 1 to 16 bytes of digits (A stands for any).

    >>> octets_of("12345").hex()
    '12345f'
    """
    octets = bytes.fromhex(address + "F" * (len(address) % 2))
    if not 1 <= len(octets) <= 16:
        raise ValueError(f"an address has 1 to 16 bytes: {address!r}")
    return octets


def kind_of(address: str) -> str:
    """What an address looks like: AA alone is everybody, any other A stands for any digit."""
    if address == "AA":
        return "broadcast"
    return "wildcard" if "A" in address.upper() else "single"


def pack(packet: Packet) -> bytes:
    """The bytes of one frame; ValueError when it is longer than the length field can say."""
    address = octets_of(packet.address)
    flag = KINDS.index(packet.kind) << 6 | (packet.logical & 3) << 4 | len(address) - 1
    length = 9 + len(address) + len(packet.payload)
    if length > LONGEST:
        raise ValueError(f"{length} bytes do not fit into one frame")
    head = bytes((length & 0xFF, length >> 8, packet.control, flag)) + address[::-1] + bytes((packet.client,))
    payload = packet.payload.translate(_SCRAMBLE) if packet.control & SCRAMBLED else packet.payload
    body = head + checksum(head) + payload
    return b"\x68" + body + checksum(body) + b"\x16"


def unpack(frame: bytes) -> Packet:
    """The parts of a frame whose length and checksums are known to be right."""
    control, flag = frame[3], frame[4]
    head = 6 + (flag & 15)  # where the client's address stands
    payload = frame[head + 3 : -3]
    return Packet(
        spell(frame[head - 1 : 4 : -1]),
        KINDS[flag >> 6],
        flag >> 4 & 3,
        frame[head],
        control,
        payload.translate(_UNSCRAMBLE) if control & SCRAMBLED else payload,
    )


def judge(data: bytes, at: int, longest: int) -> tuple[str, int]:
    """What stands at a start byte: ("", size of the good frame), ("more", 0), or (reason why not, bytes to show)."""
    have = len(data) - at
    if have < 5:
        return "more", 0
    length = data[at + 1] | data[at + 2] << 8
    head = 7 + (data[at + 4] & 15)  # where the header's checksum stands
    if not head + 4 <= length <= LONGEST:
        return "length", min(have, 24)
    if length > longest:
        return "overlong", min(have, 24)
    if have < head + 2:
        return "more", 0
    if checksum(data[at + 1 : at + head]) != data[at + head : at + head + 2]:
        return "checksum", min(have, length + 2)
    size = length + 2
    if have < size:
        return "more", 0
    if data[at + size - 1] != END:
        return "end", size
    if checksum(data[at + 1 : at + size - 3]) != data[at + size - 3 : at + size - 1]:
        return "checksum", size
    return "", size
