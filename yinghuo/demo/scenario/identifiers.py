"""Identifiers of the invented scenario: ids as the devices make them, codes as they are printed on tubes and boxes."""

import numpy as np
import numpy.typing as npt

from yinghuo.demo.scenario.shapes import Ints, Texts

HEX_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
HEX_PLACES = np.array([place for place in range(36) if place not in (8, 13, 18, 23)])
CODES_PER_SITE = 1_000_000
UNISSUED_SITE = 9_900


def uuid7_at(time_ms: Ints, *, rng: np.random.Generator) -> Texts:
    """One UUID of version 7 (RFC 9562) for each time.

    time_ms: milliseconds since 1970 UTC, shape (n,)
    returns: text of 36 ASCII characters (dtype S36), shape (n,)

    >>> uuid7_at(np.array([1_645_557_742_000]), rng=np.random.default_rng(1))[0][:15]
    b'017f22e2-79b0-7'
    """
    count = len(time_ms)
    raw = np.empty((count, 16), np.uint8)
    raw[:, :6] = np.asarray(time_ms, ">u8").view(np.uint8).reshape(count, 8)[:, 2:]
    raw[:, 6:] = rng.integers(0, 256, (count, 10), np.uint8)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x70
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    text = np.full((count, 36), ord("-"), np.uint8)
    text[:, HEX_PLACES] = HEX_DIGITS[np.stack([raw >> 4, raw & 0x0F], axis=2).reshape(count, 32)]
    return text.view("S36").ravel()


def numbered(prefix: str, numbers: npt.ArrayLike, *, digits: int) -> Texts:
    """Codes of one length: the prefix and each number with leading zeros (ASCII, dtype S).

    >>> numbered("BX", [7, 12], digits=4)
    array([b'BX0007', b'BX0012'], dtype='|S6')
    """
    values = np.asarray(numbers, np.int64)
    text = np.empty((len(values), len(prefix) + digits), np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    places = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    text[:, len(prefix) :] = values[:, None] // places % 10 + ord("0")
    return text.view(f"S{len(prefix) + digits}").ravel()


def tube_codes(site: Ints, *, first_ms: Ints) -> Texts:
    """Tube codes as used up at each site: JL, four digits for the site, six in order of time.

    site:     site index of each tube, shape (tubes,)
    first_ms: time of each tube's first swab, shape (tubes,)
    """
    order = np.lexsort((first_ms, site))
    ranked = site[order]
    begins = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    lengths = np.diff(np.r_[begins, len(order)])
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order)) - np.repeat(begins, lengths) + 1
    return numbered("JL", (site.astype(np.int64) + 1) * CODES_PER_SITE + number, digits=10)


def unissued_codes(count: int, *, rng: np.random.Generator) -> Texts:
    """Different tube codes that were issued to no campaign."""
    drawn = rng.choice(CODES_PER_SITE, count, replace=False)
    return numbered("JL", UNISSUED_SITE * CODES_PER_SITE + drawn, digits=10)
