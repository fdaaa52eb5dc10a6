"""The check sequence of HDLC and of DL/T 698.45: CRC-16/X.25."""

from binascii import crc_hqx

MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc(data: bytes) -> int:
    """CRC-16/X.25: reflected, from FFFF, inverted at the end; low byte goes first.

    That is CRC-16/CCITT of the bytes with their bits in the other order, and the result turned round: the standard
    library has that one in C, so that long false frames cost a stream little.

    >>> f"{crc(b'123456789'):04X}"
    '906E'
    """
    turned = crc_hqx(data.translate(MIRRORED), 0xFFFF)
    return (MIRRORED[turned & 0xFF] << 8 | MIRRORED[turned >> 8]) ^ 0xFFFF


def with_crc(data: bytes) -> bytes:
    """The bytes and their check sequence."""
    return data + crc(data).to_bytes(2, "little")
