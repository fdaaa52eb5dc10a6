"""Drawing labels: sheets of Code 128, QR code and words in an embedded font, as PDF; the same print, the same bytes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from yinghuo.core.refusal import Refused
from yinghuo.engines import labels

FONT = "Labels"
MARGIN_MM = 2.0
QUIET_MODULES = 10  # on each side of the bars (ISO/IEC 15417, 4.2)
NARROWEST_MM = 0.17  # of a module that a hand scanner reads


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, mm from its lower left."""

    left: float
    bottom: float
    width: float
    height: float


def draw(codes: Iterable[str], words: Sequence[str], *, size: labels.Size, to: BinaryIO) -> Iterator[int]:
    """Draws a label for each code and writes the PDF; yields after each sheet how many labels are drawn.

    words: lines of text beside each code, in any language
    """
    _load_font()
    width, height = (one * mm for one in size.page_mm)
    canvas = Canvas(to, pagesize=(width, height), invariant=1, pageCompression=1)
    canvas.setTitle(" · ".join(words))
    drawn = 0
    for code in codes:
        if drawn and drawn % size.per_page == 0:
            canvas.showPage()
            yield drawn
        left, bottom = size.corner_mm(drawn)
        _label(canvas, code, words, Box(left, bottom, size.width_mm, size.height_mm))
        drawn += 1
    canvas.save()
    yield drawn


def _label(canvas: Canvas, code: str, words: Sequence[str], place: Box) -> None:
    """Bars across the top, below them the square at the left and the words at the right."""
    inner = Box(
        place.left + MARGIN_MM, place.bottom + MARGIN_MM, place.width - 2 * MARGIN_MM, place.height - 2 * MARGIN_MM
    )
    bars_high = inner.height * 0.4
    side = inner.height - bars_high - 1.2
    _bars(canvas, code, Box(inner.left, inner.bottom + inner.height - bars_high, inner.width, bars_high))
    _square(canvas, code, Box(inner.left, inner.bottom, side, side))
    _words(canvas, [code, *words], Box(inner.left + side + 1.5, inner.bottom, inner.width - side - 1.5, side))


def _bars(canvas: Canvas, code: str, place: Box) -> None:
    found = labels.bars(code)
    modules = sum(found[-1]) + 2 * QUIET_MODULES
    module = min(place.width / modules, 0.5)
    if module < NARROWEST_MM:
        raise Refused("labels.too_long", label=code)
    start = place.left + (place.width - module * sum(found[-1])) / 2
    _fill(canvas, [(start + at * module, place.bottom, width * module, place.height) for at, width in found])


def _square(canvas: Canvas, code: str, place: Box) -> None:
    across = labels.squares_across(len(code))
    module = place.width / across
    top = place.bottom + place.height
    _fill(
        canvas,
        [
            (place.left + column * module, top - (row + 1) * module, length * module, module)
            for row, column, length in labels.squares(code)
        ],
    )


def _fill(canvas: Canvas, rectangles: Iterable[tuple[float, float, float, float]]) -> None:
    """Fills rectangles (left, bottom, width, height in mm), written out here: ten thousand labels have a million."""
    lines = [f"{x * mm:.3f} {y * mm:.3f} {width * mm:.3f} {height * mm:.3f} re" for x, y, width, height in rectangles]
    canvas.drawPath(PDFPathObject(code=lines), stroke=0, fill=1)


def _words(canvas: Canvas, words: Sequence[str], place: Box) -> None:
    line = min(place.height / len(words), 4.2)
    for number, word in enumerate(words):
        high = line * (0.86 if number == 0 else 0.72)
        shown, points = _fitting(word, high * mm, place.width * mm)
        canvas.setFont(FONT, points)
        canvas.drawString(place.left * mm, (place.bottom + place.height - (number + 0.82) * line) * mm, shown)


@cache
def _fitting(word: str, points: float, room: float) -> tuple[str, float]:
    """The word in a size that fits, down to seven tenths; then cut with an ellipsis."""
    width = pdfmetrics.stringWidth(word, FONT, points)
    if width > room:
        points *= max(room / width, 0.7)
    while len(word) > 1 and pdfmetrics.stringWidth(word, FONT, points) > room:
        word = word.rstrip("…")[:-1] + "…"
    return word, points


@cache
def _load_font() -> None:
    """Refused("labels.font") when `make setup` has not brought the font."""
    if not Path(settings.LABEL_FONT).exists():
        raise Refused("labels.font")
    pdfmetrics.registerFont(TTFont(FONT, str(settings.LABEL_FONT)))
