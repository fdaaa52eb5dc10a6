"""Labels: their sizes, where each stands on its sheet, the bars of Code 128 and the squares of a QR code."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import segno
from reportlab.graphics.barcode.code128 import Code128Auto

A4_MM = (210.0, 297.0)


@dataclass(frozen=True)
class Size:
    """A label: width and height in mm, how many stand across and down on its sheet; 1 by 1 is a roll.

    page_mm: width and height of the sheet
    """

    width_mm: float
    height_mm: float
    across: int = 1
    down: int = 1

    @property
    def page_mm(self) -> tuple[float, float]:
        """Width and height of the sheet: A4, or the label itself on a roll."""
        return A4_MM if self.across * self.down > 1 else (self.width_mm, self.height_mm)

    @property
    def per_page(self) -> int:
        """Labels on one sheet."""
        return self.across * self.down

    def corner_mm(self, place: int) -> tuple[float, float]:
        """Left and bottom edge of the label at `place` (0 is top left, then to the right), mm from the lower left.

        >>> Size(48.5, 25.4, 4, 10).corner_mm(0)
        (8.0, 250.1)
        """
        width, height = self.page_mm
        row, column = divmod(place % self.per_page, self.across)
        left = (width - self.across * self.width_mm) / 2 + column * self.width_mm
        bottom = height - (height - self.down * self.height_mm) / 2 - (row + 1) * self.height_mm
        return round(left, 3), round(bottom, 3)


SIZES: dict[str, Size] = {
    "a4-4x10": Size(48.5, 25.4, 4, 10),
    "a4-5x13": Size(38.1, 21.2, 5, 13),
    "a4-3x8": Size(70.0, 37.0, 3, 8),
    "50x30": Size(50.0, 30.0),
    "40x20": Size(40.0, 20.0),
}


def bars(code: str) -> list[tuple[int, int]]:
    """The bars of a code in Code 128 (ISO/IEC 15417): start and width of each in modules, without quiet zones.

    The narrowest of its subsets is chosen. ValueError for a character that is not ASCII.

    >>> bars("A")[:3], sum(bars("A")[-1])
    ([(0, 2), (3, 1), (6, 1)], 46)
    """
    if not code.isascii() or not code:
        raise ValueError(f"{code!r} is not ASCII")
    symbol = Code128Auto(code, quiet=0)
    symbol.validate()
    symbol.encode()
    symbol.decompose()
    found, at = [], 0
    for letter in symbol.decomposed:
        width = ord(letter.lower()) - ord("a") + 1
        if letter.isupper():
            found.append((at, width))
        at += width
    return found


def squares(code: str) -> list[tuple[int, int, int]]:
    """The dark runs of a QR code (ISO/IEC 18004, error level M): row from the top, column, length, in modules.

    One mask is used for all codes: reading does not depend on it, and drawing ten thousand takes seconds.
    """
    runs = []
    for row, line in enumerate(segno.make_qr(code, error="m", mask=3, boost_error=False).matrix):
        runs += [(row, start, length) for start, length in _runs(bytes(line))]
    return runs


@lru_cache(maxsize=64)
def squares_across(length: int) -> int:
    """Modules across the QR code of a code with `length` characters, digits and capitals.

    >>> squares_across(12)
    21
    """
    return int(segno.make_qr("A" * length, error="m", mask=3, boost_error=False).symbol_size(border=0)[0])


def _runs(line: bytes) -> Iterator[tuple[int, int]]:
    start = -1
    for place, dark in enumerate([*line, 0]):
        if dark and start < 0:
            start = place
        elif not dark and start >= 0:
            yield start, place - start
            start = -1
