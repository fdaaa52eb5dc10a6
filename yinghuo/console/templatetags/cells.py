"""A table's cell, written in Python: a page shows a thousand of them, and a template takes ten times as long."""

from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yinghuo.console.tables import Cell
from yinghuo.console.templatetags.page import GAP, clock, day, evidence, local, moment, share, state, thousands, time

register = template.Library()
NUMBER = mark_safe(' class="number"')
BAR = """<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-used"
 width="{}" height="4"/></svg>{}"""
SHORT_CODE = 20  # characters that stay on one line, however narrow the column


@register.simple_tag(takes_context=True)
def cell(context: Context, one: Cell) -> SafeString:
    """A cell with its label for narrow screens, its link and its smaller line: {% cell one %}."""
    column = one.column
    label = f"{column.label} {column.unit}" if column.unit else column.label
    shown = GAP if one.value is None else _shown(context, one)
    if one.href and column.kind != "evidence":
        shown = format_html('<a href="{}">{}</a>', one.href, shown)
    note = format_html('<span class="note">{}</span>', _text(context, one.note)) if one.note else ""
    return format_html('<td data-label="{}"{}>{}{}</td>', label, NUMBER if column.numeric else "", shown, note)


def _shown(context: Context, one: Cell) -> str:
    match one.column.kind:
        case "number":
            return thousands(one.value)
        case "share":
            return share(one.value)
        case "bar":
            return format_html(BAR, one.width, thousands(one.value))
        case "day":
            return _dated(f"{local(one.value):%Y-%m-%d}", day(one.value))
        case "time":
            return _dated(local(one.value).isoformat(), time(one.value))
        case "moment":
            return _dated(local(one.value).isoformat(), moment(one.value))
        case "clock":
            return clock(context, one.value)
        case "state":
            return state(one.value)
        case "evidence":
            return evidence(one.value, one.href)
        case "code":
            code = str(one.value)
            short = mark_safe(' class="short"') if len(code) <= SHORT_CODE else ""
            return format_html("<code{}>{}</code>", short, code)
        case "text":
            return _text(context, one.value)


def _dated(exactly: str, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', exactly, words)


def _text(context: Context, value: Any) -> str:
    """As a template writes it: numbers and dates by the language, texts escaped."""
    return render_value_in_context(value, context)
