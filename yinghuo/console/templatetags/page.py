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

from yinghuo.console.pieces import STATES, Due, Stage, State, Tone, Words, span_in_words

register = template.Library()
GAP = "–"  # what stands where there is no value


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
    return GAP if value is None else date_format(_local(value), "DATE_FORMAT")


@register.filter
def time(value: datetime | None) -> str:
    """13:05."""
    return GAP if value is None else date_format(_local(value), "TIME_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """2022-03-13 13:05."""
    return GAP if value is None else date_format(_local(value), "DATETIME_FORMAT")


@register.filter
def named(thing: Any) -> str:
    """The name of a thing in the language of the page, the other one where it is missing."""
    here, other = ("name_zh", "name_en") if (get_language() or "").startswith("zh") else ("name_en", "name_zh")
    return getattr(thing, here) or getattr(thing, other)


@register.inclusion_tag("parts/clock.html", takes_context=True)
def clock(
    context: Context, due: Due | datetime | None, since: datetime | None = None, stopped_at: datetime | None = None
) -> dict[str, Any]:
    """Remaining time with its bar: {% clock order.due_at order.opened_at order.done_at %} or {% clock due %}."""
    if isinstance(due, datetime):
        due = Due(due, since, stopped_at)
    if due is None:
        return {"due": None}
    now = context["page"].now
    used = due.used_share(now)
    return {
        "due": due,
        "tone": due.tone(now),
        "span": span_in_words(due.left(now)),
        "width": None if used is None else _width(used),
        "today": timezone.localdate(due.due_at) == timezone.localdate(now),
    }


@register.inclusion_tag("parts/state.html")
def state(tone: Tone | State, word: Words | None = None) -> dict[str, Any]:
    """A state chip: {% state "late" %}, {% state "running" _("Being assayed") %} or {% state order.state_now %}."""
    shown = tone if isinstance(tone, State) else STATES[tone]
    return {"tone": shown.tone, "word": word or shown.word}


@register.inclusion_tag("parts/evidence.html")
def evidence(value: float | None, href: str, unit: Words = "") -> dict[str, Any]:
    """A published figure that leads to its records: {% evidence 41208 "/figures/…" _("people") %}."""
    return {"value": value, "href": href, "unit": unit}


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


def _width(share_of_all: float) -> int:
    return round(100 * share_of_all)


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
