"""What the pages of readings show: curve with qualities, table raw beside standing, one moment's lineage."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from yinghuo.console import charts, pieces
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import moment, thousands
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.models import Meter
from yinghuo.desks.metering.quantity_words import quality_state, quantity_in_words, shown
from yinghuo.desks.metering.queries.course import MISSING, Point
from yinghuo.desks.metering.validation_words import because_in_words, reason_in_words, standing_state
from yinghuo.engines.meters.quantities import BY_NUMBER

FRAME_DIGITS = 16
NO_FRAME = bytes(16)
WHY_NOT: dict[str, pieces.Words] = {
    "reading.later_than_now": lazy("This moment has not come yet. Nothing was changed."),
    "reading.no_reason": lazy("Say what shows that this is right."),
    "reading.quantity_unknown": lazy("This quantity is not known here. Nothing was changed."),
    "correction.too_many": lazy("This reading was corrected too often. Nothing was changed."),
}


def sentence(meter: Meter, quantity: int, points: Sequence[Point]) -> str:
    """How whole the readings are, in one line."""
    missing = sum(point.quality == MISSING for point in points)
    words = {"meter": meter.address, "quantity": quantity_in_words(quantity), "missing": thousands(missing)}
    if not points or missing == len(points):
        return _("%(meter)s · %(quantity)s · no readings") % words
    if missing:
        return (
            ngettext(
                "%(meter)s · %(quantity)s · %(missing)s point missing",
                "%(meter)s · %(quantity)s · %(missing)s points missing",
                missing,
            )
            % words
        )
    return _("%(meter)s · %(quantity)s · every point there") % words


def choices(held: Sequence[int], quantity: int, days: int) -> list[pieces.Choice]:
    """Which quantity, how many days; none stands for one day, which is shown anyway."""
    numbers = sorted({*held, quantity})
    spans = [(str(count), ngettext("%(count)s day", "%(count)s days", count) % {"count": count}) for count in (1, 3, 7)]
    return [
        pieces.Choice(
            "quantity", _("Quantity"), [(str(one), quantity_in_words(one)) for one in numbers], str(quantity)
        ),
        pieces.Choice("days", _("Shown"), spans, str(days)),
    ]


def counts(points: Sequence[Point]) -> list[tuple[pieces.State, int]]:
    """How many points are of which quality."""
    found = Counter(point.quality for point in points)
    order = ("measured", "estimated", "edited", "rejected", MISSING)
    return [(standing_state(quality), found[quality]) for quality in order if found[quality]]


def chart(points: Sequence[Point], quantity: int, days: int) -> dict[str, Any] | None:
    """The curve by quality; where nothing stands it is shaded."""
    if not any(point.value is not None for point in points):
        return None
    times = [timezone.localtime(point.at) for point in points]
    places = [f"{at:%m-%d %H:%M}" if days > 1 else f"{at:%H:%M}" for at in times]
    lines = [
        charts.Line(quality_state("measured").word, _of(points, "measured"), "accent"),
        charts.Line(quality_state("estimated").word, _of(points, "estimated"), "late"),
        charts.Line(quality_state("edited").word, _of(points, "edited"), "done"),
        charts.Line(_("Raw"), _doubted(points), "wrong"),
        _shade(points),
    ]
    held = [line for line in lines if line.high or any(value is not None for value in line.values)]
    spec = charts.course(
        name="readings",
        title=quantity_in_words(quantity),
        unit=BY_NUMBER[quantity].unit,
        axis=_("Time"),
        places=places,
        lines=held,
    )
    return spec | {"words": spec["words"] | {"gap": "–"}}


def of_day(points: Sequence[Point], day: date) -> list[Point]:
    """The points of one day."""
    return [point for point in points if timezone.localdate(point.at) == day]


def readings(meter: Meter, quantity: int, points: Sequence[Point], *, may_edit: bool) -> Table:
    """Each point: raw beside what stands, why, the frame it came in, its ledger entry."""
    unit = BY_NUMBER[quantity].unit
    columns = [
        Column("at", lazy("Read at"), kind="moment"),
        Column("raw", lazy("Raw"), kind="number", unit=unit),
        Column("value", lazy("Stands"), kind="number", unit=unit),
        Column("quality", lazy("Quality"), kind="state", note="reason"),
        Column("frame", lazy("Frame"), kind="code", note="received"),
        Column("entry", lazy("Ledger entry"), link="entry_href"),
    ]
    if may_edit:
        columns.append(Column("edit", "", link="edit_href"))
    empty = pieces.Empty(
        lazy("Nothing was read on this day."), lazy("Choose another day, or read the meter now from its own page.")
    )
    return Table(
        name="readings",
        caption=lazy("Readings, raw beside what stands"),
        columns=columns,
        rows=rows(meter, quantity, points),
        empty=empty,
        files=True,
    )


def rows(meter: Meter, quantity: int, points: Sequence[Point]) -> list[dict[str, Any]]:
    """The rows of the table."""
    return [_row(meter, quantity, point) for point in points]


def lineage(point: Point, quantity: int) -> list[tuple[str, str]]:
    """What stands at one moment and why, in pairs of name and text."""
    unit = BY_NUMBER[quantity].unit
    rows = [(_("Moment"), moment(point.at)), (_("Raw"), _written(point.raw, quantity, unit))]
    rows += [(_("Stands"), _written(point.value, quantity, unit)), (_("Quality"), str(standing_state(point.quality)))]
    return rows + because_in_words(point.because)


def why_not(refused: Refused) -> str:
    """Why an edit was refused."""
    return str(WHY_NOT[refused.code])


def _row(meter: Meter, quantity: int, point: Point) -> dict[str, Any]:
    query = urlencode({"quantity": quantity, "at": point.at.isoformat()})
    return {
        "id": int(point.at.timestamp()),
        "at": point.at,
        "raw": None if point.raw is None else shown(point.raw, quantity),
        "value": None if point.value is None else shown(point.value, quantity),
        "quality": standing_state(point.quality),
        "reason": reason_in_words(point.quality, point.reason),
        "frame": point.frame.hex()[:FRAME_DIGITS] if point.frame not in (b"", NO_FRAME) else "",
        "received": _("received %(moment)s") % {"moment": moment(point.received_at)} if point.received_at else "",
        "entry": str(point.entry)[-12:] if point.entry else "",
        "entry_href": reverse("entry", args=[point.entry]) if point.entry else "",
        "edit": _("Edit"),
        "edit_href": f"{reverse('edit_reading', args=[meter.address])}?{query}",
    }


def _written(value: Decimal | None, quantity: int, unit: str) -> str:
    return "–" if value is None else f"{thousands(shown(value, quantity))} {unit}".strip()


def _of(points: Sequence[Point], quality: str) -> list[float | None]:
    return [float(point.value) if point.value is not None and point.quality == quality else None for point in points]


def _doubted(points: Sequence[Point]) -> list[float | None]:
    """Raw values in whose place something else stands, or that are rejected."""
    return [
        float(point.raw) if point.raw is not None and point.quality not in ("measured", MISSING) else None
        for point in points
    ]


def _shade(points: Sequence[Point]) -> charts.Line:
    """A band over what is missing, to the neighbours on both sides, so that a single point shows too."""
    values = [float(point.value) for point in points if point.value is not None]
    low, high = min(0.0, *values), max(values)
    bare = {number for number, point in enumerate(points) if point.quality == MISSING}
    near = {number + step for number in bare for step in (-1, 0, 1)}
    bounds = [(low, high) if number in near else (None, None) for number in range(len(points))]
    lows, highs = zip(*bounds, strict=True)
    return charts.Line(_("missing"), [None] * len(points), "grey", lows if bare else (), highs if bare else ())
