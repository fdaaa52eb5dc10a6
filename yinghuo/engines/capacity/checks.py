"""Checks that the capacity engines share."""

import math
import operator


def positive(value: float, what: str) -> float:
    """A finite number above 0; ValueError otherwise."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{what} is above 0, not {value}")
    return float(value)


def whole(value: int, what: str, least: int = 1) -> int:
    """A whole number from `least`; ValueError otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{what} is a whole number, not {value!r}") from None
    if number < least:
        raise ValueError(f"{what} is at least {least}, not {number}")
    return number


def part(value: float, what: str) -> float:
    """A share; ValueError outside 0..1."""
    if not 0 <= value <= 1:
        raise ValueError(f"{what} is a number from 0 to 1, not {value}")
    return float(value)
