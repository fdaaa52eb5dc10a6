"""The style page: every part of the console once, with sample values; only under DEBUG."""

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinghuo.console import charts, exports
from yinghuo.console.paging import Pager
from yinghuo.console.pieces import Choice, Due, Empty, Moment, Stage, Stat, State
from yinghuo.console.tables import Column, Table, ordered
from yinghuo.engines.outlines import decode_outlines, significant_code

NOW = datetime(2022, 3, 13, 5, 5, tzinfo=UTC)
FIRST_DAY = date(2022, 3, 1)
DAYS = [FIRST_DAY + timedelta(days=i) for i in range(13)]
OUTLINES = settings.ROOT / "node_modules/echarts-outlines/map/json/province/jilin.json"
SWABS_A_DAY = [
    118_204,
    141_168,
    188_071,
    None,
    203_118,
    219_440,
    187_902,
    240_011,
    262_530,
    None,
    None,
    301_442,
    318_090,
]


class Sample(forms.Form):
    """A form with one field of each sort."""

    tube = forms.CharField(max_length=12, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}))
    mode = forms.ChoiceField(choices=[("10", "10:1"), ("20", "20:1"), ("1", "1:1")])
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    again = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {"tube": _("Tube"), "mode": _("People per tube"), "reason": _("Reason")}.items():
            self.fields[name].label = label
        self.fields["again"].label = _("Collect again singly")
        self.fields["tube"].help_text = _("Scan the label or type its number.")


def show(request: HttpRequest) -> HttpResponse:
    """The style page."""
    table = _sites(request.GET.get("sort", "due"))
    context = {
        "title": _("Round 3 · Changyi District · 41,208 of 96,500 people sampled"),
        "page": _page(request),
        "user": SimpleNamespace(is_authenticated=True, name=_("Duty officer"), get_role_display=_("Laboratory")),
        "table": table,
        "nothing": Table(name="none", caption=_("Issues"), columns=[], rows=[], empty=_empty()),
        "stats": _stats(),
        "stages": _stages(),
        "moments": _moments(),
        "choices": [Choice("state", _("State"), [("open", _("Open")), ("late", _("Late"))], "late")],
        "sound": Sample(),
        "faulty": Sample(data={"tube": "", "mode": "10", "reason": ""}),
        "effects": [
            _("41,208 people become publicly visible as one figure."),
            _("The figure cannot be withdrawn, only corrected."),
        ],
        "clocks": [Due(NOW + timedelta(minutes=m), NOW - timedelta(hours=2)) for m in (-12, 15, 185, 3100)],
        "stopped": Due(NOW, NOW - timedelta(hours=2), NOW - timedelta(minutes=9)),
        "curve": _curve(),
        "bars": _bars(),
        "map": _map(),
    }
    return exports.asked(request, table) or render(request, "styleguide.html", context)


def _page(request: HttpRequest) -> SimpleNamespace:
    theme = request.COOKIES.get("theme", "")
    desks = [
        (_("Overview"), ""),
        (_("Work orders"), "37"),
        (_("Issues"), "999+"),
        (_("Sampling"), ""),
        (_("Figures"), ""),
    ]
    return SimpleNamespace(
        layout="base.html",
        now=NOW,
        today=NOW.date(),
        theme=theme if theme in {"light", "dark"} else "",
        area=_("Jilin City"),
        scenario=True,
        search="/styleguide",
        languages=[("en", "English")] if (get_language() or "").startswith("zh") else [("zh-hans", "中文")],
        desks=[{"label": word, "href": "/styleguide", "here": i == 3, "count": n} for i, (word, n) in enumerate(desks)],
    )


def _sites(sort: str) -> Table:
    columns = [
        Column("name", _("Site"), link="href", note="street", sort=True),
        Column("due", _("Due"), kind="clock"),
        Column("state", _("State"), kind="state"),
        Column("swabs", _("Sampled"), kind="bar", unit=_("people"), sort=True),
        Column("share", _("Share"), kind="share", sort=True),
        Column("tubes", _("Tubes"), kind="evidence", link="proof"),
        Column("last", _("Last fact"), kind="time"),
    ]
    rows = ordered([_site(i) for i in range(6)], sort, columns)
    pager = Pager(shown=6, after="WyIyMDIyIl0", first=False)
    return Table(
        name="sites", caption=_("Sampling sites"), columns=columns, rows=rows, pager=pager, sort=sort, files=True
    )


def _site(number: int) -> dict[str, Any]:
    tones: tuple[str, ...] = ("late", "running", "waiting", "wrong", "done", "off")
    swabs = [8_412, 12_090, 310, 4_077, 16_319, None][number]
    return {
        "id": 101 + number,
        "name": _("Site %(number)s") % {"number": 101 + number},
        "href": f"/styleguide#{number}",
        "proof": "/styleguide#proof",
        "street": _("Yan'an Street"),
        "due": Due(NOW + timedelta(minutes=95 * number - 40), NOW - timedelta(hours=2)),
        "late": number == 0,
        "state": tones[number],
        "swabs": swabs,
        "share": None if swabs is None else swabs / 20_000,
        "tubes": None if swabs is None else swabs // 10,
        "last": NOW - timedelta(minutes=7 * number),
    }


def _empty() -> Empty:
    return Empty(_("No issue is open in your area."), _("Show settled issues"), "/styleguide")


def _stats() -> list[Stat]:
    return [
        Stat(_("Sampled"), 41_208, _("people"), _("of 96,500"), "/styleguide#proof"),
        Stat(_("Tubes received"), 4_091, "", "", "/styleguide#proof"),
        Stat(_("Positive tubes"), 3, "", "", "", State("wrong", _("29 people to collect again"))),
        Stat(_("Per hour now"), 5_150, _("people")),
    ]


def _stages() -> list[Stage]:
    words = [_("Sampled"), _("Sealed"), _("Boxed"), _("Handed over"), _("Received"), _("Result known")]
    counts, stuck = [4_233, 4_210, 4_180, 4_102, 4_091, 2_960], [0, 0, 12, 78, 0, 214]
    return [Stage(*row, "/styleguide") for row in zip(words, counts, stuck, strict=True)]


def _moments() -> list[Moment]:
    return [
        Moment(NOW - timedelta(hours=3), _("Sampled"), _("Site %(number)s") % {"number": 104}, _("10 people, 10:1")),
        Moment(NOW - timedelta(hours=2, minutes=48), _("Sealed"), _("Site %(number)s") % {"number": 104}),
        Moment(
            NOW - timedelta(hours=1),
            _("Received"),
            _("Laboratory"),
            _("Box list and box differ by one tube."),
            "/",
            "wrong",
        ),
        Moment(NOW - timedelta(minutes=4), _("Being assayed"), _("Laboratory"), tone="running"),
    ]


def _curve() -> dict[str, Any]:
    low = [None if value is None else round(value * 0.9) for value in SWABS_A_DAY]
    high = [None if value is None else round(value * 1.12) for value in SWABS_A_DAY]
    plan = [round(150_000 + 14_000 * i) for i in range(len(DAYS))]
    lines = [charts.Line(_("Sampled"), SWABS_A_DAY, "accent", low, high), charts.Line(_("Planned"), plan, "grey")]
    return charts.curve(name="day", title=_("Sampled by day"), unit=_("people"), days=DAYS, lines=lines)


def _bars() -> dict[str, Any]:
    stages = _stages()
    labels, values = [stage.label for stage in stages], [stage.count for stage in stages]
    return charts.bars(name="stages", title=_("Tubes by stage"), unit=_("tubes"), labels=labels, values=values)


def _map() -> dict[str, Any]:
    collection = decode_outlines(json.loads(OUTLINES.read_text("utf-8")))
    outlines = [
        charts.Outline(significant_code(f["id"]), f["properties"]["name"], f["geometry"])
        for f in collection["features"]
    ]
    values = {o.code: [i**3 * (9 - n) // 8 for i in range(len(DAYS))] for n, o in enumerate(outlines) if n != 5}
    return charts.day_map(
        name="areas", title=_("Sample values by area"), unit=_("people"), days=DAYS, outlines=outlines, values=values
    )
