"""What templates call: written numbers and times, clocks, states, evidence, charts, live parts."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinghuo.console.pieces import STATES, Due, Stage, State, Tone, Words, span_in_words

register = template.Library()
GAP = "–"  # what stands where there is no value
CLOCK = """<span class="clock clock-{}"><span class="clock-left">{}</span>{} <time datetime="{}">{}</time></span>"""
USED = """ <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
<rect class="bar-all" width="100" height="4"/><rect class="bar-used" width="{}" height="4"/></svg>"""
MARK = '<svg class="mark" aria-hidden="true"><use href="#mark-{}"/></svg>{}'
EVIDENCE = """<a class="evidence" href="{}" title="{}"><span class="figure">{}</span>{}
<svg class="mark" aria-hidden="true"><use href="#mark-evidence"/></svg></a>"""
STATE = '<span class="state state-{0}"><svg class="mark" aria-hidden="true"><use href="#mark-{0}"/></svg>{1}</span>'


@register.filter
def thousands(value: object, places: int | None = None) -> str:
    """A number with thousands separators; a dash for no value: {{ swabs|thousands }} 41,208."""
    if value is None:
        return GAP
    if not isinstance(value, int | float | Decimal):
        return str(value)
    return number_format(value if places is None else _rounded(value, places), places, force_grouping=True)


@register.filter
def share(value: float | None, places: int = 1) -> str:
    """A share (0..1) as percent: {{ 0.427|share }} 42.7%."""
    return GAP if value is None else f"{number_format(_rounded(100 * Decimal(str(value)), places), places)}%"


@register.filter
def day(value: date | None) -> str:
    """2022-03-13."""
    return GAP if value is None else date_format(local(value), "DATE_FORMAT")


@register.filter
def time(value: datetime | None) -> str:
    """13:05."""
    return GAP if value is None else date_format(local(value), "TIME_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """2022-03-13 13:05."""
    return GAP if value is None else date_format(local(value), "DATETIME_FORMAT")


@register.filter
def named(thing: Any) -> str:
    """The name of a thing in the language of the page, the other one where it is missing."""
    here, other = ("name_zh", "name_en") if (get_language() or "").startswith("zh") else ("name_en", "name_zh")
    return getattr(thing, here) or getattr(thing, other)


@register.simple_tag(takes_context=True)
def clock(
    context: Context, due: Due | datetime | None, since: datetime | None = None, stopped_at: datetime | None = None
) -> str:
    """Remaining time with its bar: {% clock order.due_at order.opened_at order.done_at %} or {% clock due %}."""
    if isinstance(due, datetime):
        due = Due(due, since, stopped_at)
    if due is None:
        return GAP
    now = context["page"].now
    tone, used, today = due.tone(now), due.used_share(now), timezone.localdate(due.due_at) == timezone.localdate(now)
    return format_html(
        CLOCK,
        tone,
        _left(tone, span_in_words(due.left(now))),
        "" if used is None else format_html(USED, _width(used)),
        local(due.due_at).isoformat(),
        time(due.due_at) if today else moment(due.due_at),
    )


@register.simple_tag
def state(tone: Tone | State, word: Words | None = None) -> SafeString:
    """A state chip: {% state "late" %}, {% state "running" _("Being assayed") %} or {% state order.state_now %}."""
    shown = tone if isinstance(tone, State) else STATES[tone]
    return format_html(STATE, shown.tone, word or shown.word)


@register.simple_tag
def evidence(value: float | None, href: str, unit: Words = "") -> SafeString:
    """A published figure that leads to its records: {% evidence 41208 "/figures/…" _("people") %}."""
    title, said = _("Show the records behind this figure"), format_html('<span class="unit">{}</span>', unit)
    return format_html(EVIDENCE, href, title, thousands(value), said if unit else "")


@register.inclusion_tag("parts/chart.html")
def chart(spec: dict[str, Any], figure: str = "") -> dict[str, Any]:
    """A chart of `yinghuo.console.charts`, with a link to its evidence: {% chart daily "/figures/…" %}."""
    place = f"chart-{spec['name']}"
    return {"spec": spec, "id": place, "data_id": f"{place}-data", "figure": figure}


@register.inclusion_tag("parts/funnel.html")
def funnel(stages: Sequence[Stage]) -> dict[str, Any]:
    """Stages one below the other, with bars, numbers and who is stuck: {% funnel stages %}."""
    largest = max((stage.count for stage in stages), default=0)
    return {"stages": [(stage, _width(stage.count / largest if largest else 0)) for stage in stages]}


@register.simple_tag(takes_context=True)
def live(context: Context, part: str, every_s: int = 15) -> SafeString:
    """Makes a part read itself again: <section {% live "orders" 15 %}>; `part` is its id in the page."""
    return format_html(
        'id="{0}" hx-get="{1}" hx-select="#{0}" hx-swap="outerHTML" hx-trigger="every {2}s, resume"',
        part,
        context["request"].get_full_path(),
        str(every_s),
    )


def _rounded(value: float | Decimal, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _left(tone: str, span: str) -> str:
    if tone == "late":
        return format_html(MARK, tone, _("late by %(span)s") % {"span": span})
    if tone == "done":
        return format_html(MARK, tone, _("in time"))
    return _("%(span)s left") % {"span": span}


def _width(share_of_all: float) -> int:
    return round(100 * share_of_all)


def local(value: date) -> date:
    """A moment in the time zone of the page; a day as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
