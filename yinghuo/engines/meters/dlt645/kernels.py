"""The compiled loops of the flood path; numba compiles them on their first use and keeps the machine code on disk.

This file is imported by the first call of `decode_many`, for numba takes its time to load.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

SLOTS_BITS = 17
SLOTS, SPREAD, SHIFT = 1 << SLOTS_BITS, 0x9E3779B1, 32 - SLOTS_BITS  # 2**32 over the golden ratio (Knuth) scatters
SIZE, DECIMALS, SIGNED, MOST = range(4)  # columns of a specification; most 0: not a block
BAD, ABSENT = -(1 << 62), -(1 << 61)
ABSENT_BYTE = 0x32  # FF with its 33H
START, SLOT, ROWS, VALUE = range(4)  # columns of what is found
OWN = (np.arange(256) - 0x33) & 0xFF


def _two_digits(own: np.ndarray) -> np.ndarray:
    return np.where((own >> 4 < 10) & (own & 15 < 10), 10 * (own >> 4) + (own & 15), -1)


DIGITS = _two_digits(OWN)  # of each byte as sent, -1 for none
MINUS = np.where(OWN >= 0x80, _two_digits(OWN & 0x7F), -1)  # of a top byte with the sign bit


def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    try:
        return njit(cache=True)(loop)
    except RuntimeError:  # numba found no place for its cache
        return njit(loop)


@_compiled
def slot_of(key: int, keys: np.ndarray) -> int:
    """Slot of an identifier, or the free one (key -1) where it would stand."""
    slot = ((key * SPREAD) & 0xFFFFFFFF) >> SHIFT
    while keys[slot] != key and keys[slot] >= 0:
        slot = (slot + 1) & (SLOTS - 1)
    return slot


@_compiled
def put_all(wanted: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Gives every wanted identifier a slot; returns the slots."""
    slots = np.empty(len(wanted), np.int64)
    for index in range(len(wanted)):
        slots[index] = slot_of(wanted[index], keys)
        keys[slots[index]] = wanted[index]
    return slots


@_compiled
def number_at(data: np.ndarray, at: int, spec: np.ndarray) -> int:
    """Number of packed bytes as sent, lowest first; ABSENT if all are FF, BAD if it is none."""
    last = at + spec[SIZE] - 1
    top = data[last]
    minus = spec[SIGNED] == 1 and MINUS[top] >= 0
    value = worst = MINUS[top] if minus else DIGITS[top]
    for place in range(last - 1, at - 1, -1):
        two = DIGITS[data[place]]
        value = value * 100 + two
        worst = min(worst, two)
    if worst >= 0:
        return -value if minus else value
    for place in range(at, last + 1):
        if data[place] != ABSENT_BYTE:
            return BAD
    return ABSENT


@_compiled
def stop_of(data: np.ndarray, at: int) -> int:
    """Where the frame ends that begins at `at`, 0 if none does."""
    if at + 12 > len(data) or data[at + 7] != 0x68 or data[at + 9] > 200:
        return 0
    stop = at + 12 + int(data[at + 9])
    if stop > len(data) or data[stop - 1] != 0x16:
        return 0
    total = 0
    for place in range(at, stop - 2):
        total += int(data[place])
    return stop if (total & 0xFF) == data[stop - 2] else 0


@_compiled
def key_at(data: np.ndarray, at: int) -> int:
    """Identifier at `at` as a number."""
    key = 0
    for place in range(3, -1, -1):
        key = (key << 8) | ((int(data[at + place]) - 0x33) & 0xFF)
    return key


@_compiled
def count_of(data: np.ndarray, at: int, length: int, spec: np.ndarray) -> int:
    """Rows of a block of `length` bytes at `at`, 0 if it is none."""
    size = int(spec[SIZE])
    many = length // size
    if many * size != length or many > spec[MOST]:
        return 0
    for part in range(many):
        if number_at(data, at + part * size, spec) == BAD:
            return 0
    return max(1, many)


@_compiled
def judge(data: np.ndarray, at: int, length: int, spec: np.ndarray) -> tuple[int, int]:
    """Rows and, of a single number, the value of `length` bytes at `at`; (0, …) if they are no value."""
    if spec[MOST]:
        return count_of(data, at, length, spec), ABSENT
    value = number_at(data, at, spec) if length == spec[SIZE] else BAD
    return (0 if value == BAD else 1), value


@_compiled
def find_frames(data: np.ndarray, keys: np.ndarray, specs: np.ndarray, found: np.ndarray) -> int:
    """Finds the frames: where each begins, its slot of the table, its rows (-1: only the long way can tell), its value.

    data: bytes, shape (bytes,); keys, specs: the table, shape (SLOTS,) and (SLOTS, 4)
    found: filled with start, slot, rows, value; shape (at least frames, 4); returns how many there are
    """
    many, at = 0, 0
    while at < len(data):
        stop = stop_of(data, at) if data[at] == 0x68 else 0
        if stop == 0:
            at += 1
            continue
        slot, rows, value = -1, -1, ABSENT
        if data[at + 8] == 0x91 and stop - at >= 16:
            slot = slot_of(key_at(data, at + 10), keys)
            if keys[slot] >= 0:
                rows, value = judge(data, at + 14, stop - at - 16, specs[slot])
        found[many, START], found[many, SLOT], found[many, ROWS], found[many, VALUE] = at, slot, rows, value
        many += 1
        at = stop
    return many


@_compiled
def address_at(data: np.ndarray, at: int) -> int:
    """Address of the frame at `at`, packed."""
    address = 0
    for place in range(at + 6, at, -1):
        address = (address << 8) | int(data[place])
    return address


@_compiled
def fill_rows(data: np.ndarray, specs: np.ndarray, found: np.ndarray, firsts: np.ndarray, table: Any) -> None:
    """Fills the rows of the frames that are not for the long way; `firsts`: the first row of each."""
    for index in range(len(found)):
        at, spec = found[index, START], specs[found[index, SLOT]]
        length, size = int(data[at + 9]) - 4, int(spec[SIZE])
        for part in range(found[index, ROWS]):
            row = table[firsts[index] + part]
            row.offset, row.address, row.control, row.part = at, address_at(data, at), data[at + 8], part
            row.identifier = key_at(data, at + 10)
            value = found[index, VALUE]
            if spec[MOST] and length:
                value = number_at(data, at + 14 + part * size, spec)
            row.known = value != ABSENT
            row.scaled = 0 if value == ABSENT else value
            row.exponent = 0 if value == ABSENT else -int(spec[DECIMALS])
