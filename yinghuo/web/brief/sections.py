"""A brief as titled tables of written cells, in the language that is active: the one source of all printed forms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yinghuo.core.figures.queries import LARGEST_HIDDEN_CELL, Value
from yinghuo.web.brief.build import Brief, StatedRow
from yinghuo.web.brief.counts import EnterpriseRow
from yinghuo.web.pages.doubted import code_in_words

GAP = "–"


@dataclass(frozen=True)
class Head:
    """A column's head; numbers are set right."""

    text: str
    numeric: bool = True


@dataclass(frozen=True)
class Section:
    """A titled table; `note` stands below the title, `empty` in place of a table without rows."""

    title: str
    heads: list[Head]
    rows: list[list[str]]
    note: str = ""
    empty: str = ""

    @property
    def cells(self) -> list[list[tuple[Head, str]]]:
        """Each row's cells with their heads."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


def title(brief: Brief) -> str:
    """What the brief is of: area and days."""
    area = (brief.area_en if get_language() == "en" else brief.area_zh) or _("all areas")
    return _("Brief: %(area)s, %(period)s") % {"area": area, "period": _period(brief.first, brief.last)}


def summary(brief: Brief) -> list[str]:
    """When it was written, on what it rests, and at what scale."""
    lines = [_("Written %(at)s.") % {"at": _moment(brief.now)}]
    if brief.signed.size:
        proof = {"size": _number(brief.signed.size), "at": _moment(brief.signed.at)}
        lines.append(_("Counted from the first %(size)s ledger entries, signed %(at)s.") % proof)
    else:
        lines.append(_("Nothing has been signed yet, so nothing is counted."))
    if brief.signed.later:
        lines.append(
            _("Entries that came later and are not in it: %(later)s.") % {"later": _number(brief.signed.later)}
        )
    if brief.scale != 1:
        lines.append(_("This is a demonstration at scale %(scale)s.") % {"scale": f"{brief.scale.normalize():f}"})
    return lines


def sections(brief: Brief) -> list[Section]:
    """The tables, in the order of the page."""
    parts = [_stated(brief)] if brief.stated else []
    return [*parts, _figures(brief), _turnaround(brief), _recollections(brief), _doubts(brief), _enterprises(brief)]


def _stated(brief: Brief) -> Section:
    note = ""
    if brief.scale != 1:
        note = _("Expected is the printed figure times the scale, rounded.")
    heads = [
        Head(_("Printed"), numeric=False),
        Head(_("Period"), numeric=False),
        Head(_("Printed figure")),
        *([Head(_("Expected"))] if brief.scale != 1 else []),
        Head(_("Counted")),
        Head(_("Equal"), numeric=False),
        Head(_("Records")),
        Head(_("Ledger entries")),
        Head(_("Source"), numeric=False),
    ]
    rows = [_stated_row(row) for row in brief.stated]
    return Section(_("Printed beside counted"), heads, rows, note)


def _stated_row(row: StatedRow) -> list[str]:
    expected = [] if row.scale == 1 else [_number(row.expected)]
    return [
        row.stated.sentence,
        _period(row.stated.first, row.stated.last),
        _number(row.stated.value),
        *expected,
        _number(row.counted.value),
        _equal(row),
        _number(row.counted.records),
        _number(row.counted.entries),
        row.stated.source,
    ]


def _figures(brief: Brief) -> Section:
    heads = [
        Head(_("Figure"), numeric=False),
        Head(_("Value")),
        Head(_("Unit"), numeric=False),
        Head(_("Records")),
        Head(_("Ledger entries")),
        Head(_("Query version"), numeric=False),
    ]
    return Section(_("Counted in the period"), heads, [_figure_row(value) for value in brief.figures])


def _figure_row(counted: Value) -> list[str]:
    figure = counted.figure
    return [
        figure.name,
        _number(counted.value),
        figure.unit,
        _number(counted.records),
        _number(counted.entries),
        figure.version,
    ]


def _turnaround(brief: Brief) -> Section:
    stages = {
        1: _("First swab to sealing"),
        2: _("Sealing to boxing"),
        3: _("Boxing to collection"),
        4: _("Collection to laboratory"),
        5: _("Laboratory to result"),
        6: _("First swab to result"),
    }
    heads = [
        Head(_("Stage"), numeric=False),
        Head(_("Tubes")),
        *(Head(_("%(share)s%% within, min") % {"share": share}) for share in (10, 50, 90)),
    ]
    rows = [
        [stages[stage], _number(taken.tubes), *(_number(minutes, 1) for minutes in taken.quantiles_min)]
        for stage, taken in brief.turnaround.items()
    ]
    return Section(_("Minutes by stage"), heads, rows, empty=_("No tube went through a stage in this period."))


def _recollections(brief: Brief) -> Section:
    now = brief.recollections
    cells = {
        pgettext("orders", "Opened"): now.opened,
        pgettext("orders", "Done"): now.done,
        pgettext("orders", "Verified"): now.verified,
        pgettext("orders", "Open"): now.open,
        pgettext("orders", "Late"): now.late,
        pgettext("orders", "Cancelled"): now.cancelled,
    }
    heads = [Head(text) for text in cells]
    note = _("People of tubes that were not negative, to be swabbed again singly; as it stands now.")
    return Section(_("Re-collections"), heads, [[_number(count) for count in cells.values()]], note)


def _doubts(brief: Brief) -> Section:
    heads = [
        Head(_("Doubt"), numeric=False),
        Head(pgettext("doubts", "Raised")),
        Head(pgettext("doubts", "Settled")),
        Head(pgettext("doubts", "Open")),
    ]
    rows = [
        [str(code_in_words(row.code)), _number(row.raised), _number(row.settled), _number(row.open)]
        for row in brief.doubts
    ]
    return Section(_("Doubts on facts"), heads, rows, empty=_("No fact was in doubt in this period."))


def _enterprises(brief: Brief) -> Section:
    heads = [
        Head(_("Enterprise"), numeric=False),
        Head(_("Sites")),
        Head(_("Samples")),
        Head(_("People")),
        Head(_("Tubes")),
        Head(_("Tubes without result")),
    ]
    rows = [_enterprise_row(row) for row in brief.enterprises]
    note = ""
    if any(None in (row.samples, row.people) for row in brief.enterprises):
        note = _("Where * stands: %(most)s people or fewer, or a cell that would give such a number away.")
        note %= {"most": LARGEST_HIDDEN_CELL}
    return Section(_("By enterprise"), heads, rows, note, _("No enterprise was sampled in this period."))


def _enterprise_row(row: EnterpriseRow) -> list[str]:
    name = row.name_en if get_language() == "en" else row.name_zh
    return [
        name or row.name_zh or row.name_en,
        _number(row.sites),
        "*" if row.samples is None else _number(row.samples),
        "*" if row.people is None else _number(row.people),
        _number(row.tubes),
        _number(row.tubes_waiting),
    ]


def _number(value: Decimal | float | None, places: int | None = None) -> str:
    return GAP if value is None else number_format(value, places, use_l10n=True, force_grouping=True)


def _moment(at: datetime | None) -> str:
    return GAP if at is None else date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _period(first: datetime, last: datetime) -> str:
    """Whole days as days, the last one named as people name it; anything else to the minute."""
    starts, ends = timezone.localtime(first), timezone.localtime(last)
    if (starts.hour, starts.minute, ends.hour, ends.minute) != (0, 0, 0, 0):
        return f"{_moment(first)} – {_moment(last)}"
    begin = date_format(starts, "DATE_FORMAT")
    end = date_format(timezone.localtime(last - timedelta(days=1)), "DATE_FORMAT")
    return begin if begin == end else f"{begin} – {end}"


def _equal(row: StatedRow) -> str:
    return GAP if row.equal is None else _("yes") if row.equal else _("no")
