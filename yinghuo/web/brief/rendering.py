"""A brief as Markdown, as HTML for print, as JSON."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from yinghuo.core.figures.queries import Value
from yinghuo.web.brief.build import Brief, StatedRow
from yinghuo.web.brief.sections import Section, sections, summary, title

LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}
MARKDOWN_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|~"} | {"\n": " ", "\r": " "})


def as_markdown(brief: Brief, language: str) -> str:
    """The brief as Markdown with pipe tables; `language` is zh or en."""
    with override(LANGUAGES[language]):
        tables = [(section, _table(section)) for section in sections(brief)]
        return render_to_string("brief.md", context(brief) | {"tables": tables})


def as_html(brief: Brief, language: str) -> str:
    """The brief as one HTML file that prints on A4; `language` is zh or en."""
    with override(LANGUAGES[language]):
        return render_to_string("brief.html", context(brief))


def context(brief: Brief) -> dict[str, Any]:
    """What `brief_body.html` needs, in the active language; for pages that show a brief in their own frame."""
    return {"brief": brief, "title": title(brief), "summary": summary(brief), "sections": sections(brief)}


def as_json(brief: Brief) -> dict[str, Any]:
    """The brief as plain values: counts are integers, other numbers text, times ISO 8601, names in both languages."""
    return {
        "area": brief.area,
        "area_zh": brief.area_zh,
        "area_en": brief.area_en,
        "first": _iso(brief.first),
        "last": _iso(brief.last),
        "now": _iso(brief.now),
        "scale": _plain(brief.scale),
        "checkpoint": vars(brief.signed) | {"at": brief.signed.at and _iso(brief.signed.at)},
        "stated": [_stated(row) for row in brief.stated],
        "figures": [_value(value) for value in brief.figures],
        "turnaround_min": [
            {"stage": one.stage, "tubes": one.tubes} | _quantiles(one.quantiles_min)
            for one in brief.turnaround.values()
        ],
        "recollections": vars(brief.recollections),
        "doubts": [vars(row) | {"open": row.open} for row in brief.doubts],
        "enterprises": [vars(row) | {"party_id": str(row.party_id)} for row in brief.enterprises],
    }


def _table(section: Section) -> list[str]:
    """A section's table as lines of Markdown; none for a table without rows."""
    if not section.rows:
        return []
    rule = ["---:" if head.numeric else "---" for head in section.heads]
    cells = [[head.text for head in section.heads], *section.rows]
    head, *rows = [[cell.translate(MARKDOWN_MARKS) for cell in row] for row in cells]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def _value(counted: Value) -> dict[str, Any]:
    figure = counted.figure
    return {
        "key": figure.key,
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "unit_zh": figure.unit_zh,
        "unit_en": figure.unit_en,
        "area": counted.area,
        "first": _iso(counted.first),
        "last": _iso(counted.last),
        "value": _plain(counted.value),
        "records": counted.records,
        "entries": counted.entries,
        "size": counted.size,
        "version": figure.version,
    }


def _stated(row: StatedRow) -> dict[str, Any]:
    return _value(row.counted) | {
        "stated": _plain(row.stated.value),
        "expected": _plain(row.expected),
        "equal": row.equal,
        "source": row.stated.source,
        "sentence_zh": row.stated.sentence_zh,
        "sentence_en": row.stated.sentence_en,
    }


def _plain(value: Decimal | None) -> int | str | None:
    if value is None:
        return None
    return int(value) if value.as_tuple().exponent == 0 else str(value)


def _quantiles(minutes: list[float]) -> dict[str, str]:
    return {name: f"{one:.1f}" for name, one in zip(("p10", "p50", "p90"), minutes, strict=True)}


def _iso(at: datetime) -> str:
    return at.isoformat()
