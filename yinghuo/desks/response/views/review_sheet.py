"""A review as a PDF on A4, in black and white, with the house's embedded Chinese font."""

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import get_language
from reportlab.lib.colors import Color, black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from yinghuo.console.pieces import Stat, State
from yinghuo.console.tables import Cell, Table
from yinghuo.console.templatetags.page import day, moment, share, thousands
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.views.review_parts import Section

FONT = "Review"
MARGIN = 14 * mm
GREY = Color(0.6, 0.6, 0.6)
LINES: list[tuple[Any, ...]] = [
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, black),
    ("LINEBELOW", (0, 1), (-1, -1), 0.25, GREY),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
]
WRITTEN: dict[str, Callable[[Any], str]] = {"day": day, "moment": moment, "share": share}


def pdf(title: str, words: Sequence[str], stats: Sequence[Stat], sections: Sequence[Section]) -> bytes:
    """The review: its title, what stands above, its figures, its sections with their tables."""
    _load_font()
    told: list[Flowable] = [Paragraph(escape(title), _style(16)), *(Paragraph(escape(one), _style(9)) for one in words)]
    told += [Spacer(1, 3 * mm), _stats(stats)]
    for section in sections:
        told += [Spacer(1, 5 * mm), Paragraph(escape(section.heading), _style(12, heads=1))]
        told += [Paragraph(escape(section.words), _style(9))] if section.words else []
        told += [_grid(section.table)] if section.table else []
    out = BytesIO()
    frame: dict[str, Any] = {"leftMargin": MARGIN, "rightMargin": MARGIN, "topMargin": MARGIN, "bottomMargin": MARGIN}
    SimpleDocTemplate(out, pagesize=landscape(A4), title=title, invariant=1, **frame).build(
        told, onFirstPage=_foot, onLaterPages=_foot
    )
    return out.getvalue()


def _stats(stats: Sequence[Stat]) -> Flowable:
    cells = [[Paragraph(escape(str(one.label)), _style(8)), Paragraph(escape(str(one.value)), _style(13)),
              Paragraph(escape(str(one.note)), _style(8))] for one in stats]  # fmt: skip
    return Grid(
        [cells], colWidths=[_room() / max(len(cells), 1)] * len(cells), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
    )


def _grid(table: Table) -> Flowable:
    if not table.body:
        return Paragraph(escape(str(table.empty.why)), _style(9))
    head = [Paragraph(escape(f"{one.column.label} {one.column.unit}".strip()), _style(8)) for one in table.heads]
    rows = [[Paragraph(_text(cell), _style(8)) for cell in row.cells] for row in table.body]
    width = _room() / len(head)
    return Grid([head, *rows], colWidths=[width] * len(head), repeatRows=1, style=LINES)


def _text(cell: Cell) -> str:
    value, write = cell.value, WRITTEN.get(cell.column.kind, thousands)
    if cell.column.key == "entry":  # on paper there is no link: the whole id
        return cell.href.rstrip("/").rpartition("/")[2]
    shown = str(value) if isinstance(value, State | str) else write(value)
    return escape(shown) + (f"<br/>{escape(str(cell.note))}" if cell.note else "")


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawRightString(landscape(A4)[0] - MARGIN, 8 * mm, str(document.page))


def _room() -> float:
    return float(landscape(A4)[0] - 2 * MARGIN)


def _style(points: int, *, heads: int = 0) -> ParagraphStyle:
    """Chinese breaks between any two characters, English between words; what heads something stays with it."""
    wrap = "CJK" if (get_language() or "").startswith("zh") else None
    shape = {"fontName": FONT, "fontSize": points, "leading": points * 1.4, "wordWrap": wrap, "keepWithNext": heads}
    return ParagraphStyle(f"{FONT} {points}", **shape)


@cache
def _load_font() -> None:
    """Refused("labels.font") when `make setup` has not brought the font."""
    if not Path(settings.LABEL_FONT).exists():
        raise Refused("labels.font")
    pdfmetrics.registerFont(TTFont(FONT, str(settings.LABEL_FONT)))
