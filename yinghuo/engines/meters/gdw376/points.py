"""Measuring points pn and items Fn in the four bytes DA1 DA2 DT1 DT2, both ways; identifiers as text.

DA1 and DT1 are eight bits of a group, DA2 counts groups of points from 1 (0 with DA1 0: p0, the terminal itself; 0 with
DA1 FF: every point, from memory of the standard), DT2 groups of items from 0.
"""

from collections.abc import Sequence
from itertools import pairwise

EVERY_POINT = 0xFFFF
MOST_POINT, MOST_FN = 255 * 8, 256 * 8


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(8) if mask >> bit & 1]


def points(da: bytes) -> list[int]:
    """The points that DA1 DA2 name, ascending; ValueError if none.

    >>> points(bytes.fromhex("0501"))
    [1, 3]
    """
    mask, group = da
    if group == 0 and mask in (0, 0xFF):
        return [0 if mask == 0 else EVERY_POINT]
    if group == 0 or mask == 0:
        raise ValueError(f"{da.hex()} names no measuring point")
    return [(group - 1) * 8 + bit + 1 for bit in _bits(mask)]


def items(dt: bytes) -> list[int]:
    """The Fn that DT1 DT2 name, ascending; ValueError if none.

    >>> items(bytes.fromhex("0110"))
    [129]
    """
    mask, group = dt
    if mask == 0:
        raise ValueError(f"{dt.hex()} names no item")
    return [group * 8 + bit + 1 for bit in _bits(mask)]


def _mask(numbers: Sequence[int], most: int) -> bytes:
    """One group's bits and its number counted from 0; ValueError unless all are ascending and of one group."""
    groups = {(number - 1) // 8 for number in numbers}
    ascending = all(a < b for a, b in pairwise(numbers))
    if len(groups) != 1 or not ascending or not 1 <= numbers[0] <= numbers[-1] <= most:
        raise ValueError(f"{list(numbers)} do not stand in one group of eight, ascending")
    return bytes([sum(1 << (number - 1) % 8 for number in numbers), groups.pop()])


def to_da(numbers: Sequence[int]) -> bytes:
    """DA1 DA2 of points of one group; ValueError if they are of several.

    >>> to_da([1, 3]).hex(), to_da([0]).hex()
    ('0501', '0000')
    """
    if list(numbers) in ([0], [EVERY_POINT]):
        return b"\0\0" if numbers[0] == 0 else b"\xff\0"
    mask, group = _mask(numbers, MOST_POINT)
    return bytes([mask, group + 1])


def to_dt(numbers: Sequence[int]) -> bytes:
    """DT1 DT2 of items of one group; ValueError if they are of several.

    >>> to_dt([129]).hex()
    '0110'
    """
    return _mask(numbers, MOST_FN)


def grouped(numbers: Sequence[int]) -> list[list[int]]:
    """Points or items, ascending and once each, by their groups of eight; p0 and "every point" stand alone."""
    groups: dict[int, list[int]] = {}
    for number in sorted(set(numbers)):
        groups.setdefault(-1 if number in (0, EVERY_POINT) else (number - 1) // 8, []).append(number)
    alone = [[number] for number in groups.pop(-1, [])]
    return alone + list(groups.values())


def identifier(afn: int, point: int, fn: int) -> str:
    """AFN, pn and Fn as ten hexadecimal digits.

    >>> identifier(0x0C, 5, 129)
    '0C00050081'
    """
    return f"{afn:02X}{point:04X}{fn:04X}"


def parts(text: str) -> tuple[int, int, int]:
    """AFN, pn and Fn of an identifier; ValueError if it is none."""
    if len(text) != 10:
        raise ValueError(f"{text!r} is no identifier of ten digits")
    return int(text[:2], 16), int(text[2:6], 16), int(text[6:], 16)
