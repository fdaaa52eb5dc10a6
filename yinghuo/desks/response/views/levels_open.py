"""The levels and measures in force for everybody: without login, session or cookie, in the language of the address."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.tables import Table
from yinghuo.core.areas.queries import names as names_of
from yinghuo.core.areas.queries import within
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure
from yinghuo.desks.response.queries.levels import with_outlook
from yinghuo.desks.response.rules.levels_basis import OBJECT_EN, OBJECT_ZH
from yinghuo.desks.response.views import levels_tables as tables
from yinghuo.desks.response.views.levels_parts import rule_on

CODES = {"zh": "zh-hans", "en": "en"}
CACHED = "public, max-age=60"


@require_safe
def open_levels(request: HttpRequest, language: str = "") -> HttpResponse:
    """The published list; `?area=` narrows it to an area, `?as=` gives it as a file."""
    spoken = language or ("en" if get_language_from_request(request).startswith("en") else "zh")
    with override(CODES[spoken]):
        answer = _answer(request, spoken)
    answer.headers["Cache-Control"] = CACHED
    if not language:
        patch_vary_headers(answer, ["Accept-Language"])
    return answer


def _answer(request: HttpRequest, spoken: str) -> HttpResponse:
    today, area = timezone.localdate(clock.now()), request.GET.get("area", "")
    levels = AreaLevel.objects.filter(state=LevelState.PUBLISHED)
    measures = Measure.objects.filter(state=LevelState.PUBLISHED).order_by("planned_end", "id")
    if area:
        levels, measures = within(levels, area), within(measures, area)
    rows, restricting = list(levels), list(measures)
    names = names_of({row.area_code for row in (*rows, *restricting)})
    table = _without_links(tables.present(with_outlook(rows, today), names, request.GET.get("after", "")))
    given = exports.asked(request, table)
    if given:
        return given
    context: dict[str, Any] = {
        "language": spoken,
        "other": "en" if spoken == "zh" else "zh",
        "title": tables.sentence(rows),
        "table": table,
        "measures": _without_links(tables.measures(restricting, names)),
        "rule": rule_on(today),
        "object": OBJECT_EN if spoken == "en" else OBJECT_ZH,
        "now": clock.now(),
    }
    return HttpResponse(render_to_string("response/levels_open.html", context), headers={"Content-Language": spoken})


def _without_links(table: Table) -> Table:
    """The same table without links into the console; what is above the rule or overdue stays."""
    return replace(table, columns=[replace(column, link="") for column in table.columns])


addresses: list[URLPattern] = [
    path("levels", open_levels, name="published_levels"),
    path("levels/zh", open_levels, {"language": "zh"}, name="published_levels_zh"),
    path("levels/en", open_levels, {"language": "en"}, name="published_levels_en"),
]
