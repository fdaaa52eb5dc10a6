"""What the pages of validation show: shares by quality, findings by rule, one finding, the rules with their sources."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import charts, pieces
from yinghuo.console.paging import Pager
from yinghuo.console.tables import Column, Table
from yinghuo.console.templatetags.page import day as day_in_words
from yinghuo.console.templatetags.page import moment, share, thousands
from yinghuo.core.areas.queries import names
from yinghuo.desks.metering.models import Found, SpecialDays, ValidationRule, ValidationRun
from yinghuo.desks.metering.quantity_words import quantity_in_words, shown
from yinghuo.desks.metering.queries.validation import KINDS, Counted, One, Wanted, holds
from yinghuo.desks.metering.register_words import class_in_words
from yinghuo.desks.metering.validation_words import (
    EFFECTS,
    MEANINGS,
    METHODS,
    RULES,
    VERDICTS,
    because_in_words,
    parameters_in_words,
    rule_in_words,
    standing_state,
)

IN_POINTS = {"gap", "duplicate", "zero_run", "frozen_run"}  # rules that count points, not the quantity's unit
QUALITIES = KINDS[1:]


def sentence(day: date, by_class: Sequence[Counted]) -> str:
    """How whole a day is, in one line."""
    whole = _total(by_class)
    words = {"day": day_in_words(day), "share": share(whole.share("measured"), 2), "points": thousands(whole.points)}
    if not whole.points:
        return _("%(day)s has not been validated") % words
    return _("%(day)s · %(share)s of %(points)s points measured") % words


def stats(by_class: Sequence[Counted]) -> list[pieces.Stat]:
    """The shares by quality."""
    whole = _total(by_class)
    return [
        pieces.Stat(str(standing_state(kind)), share(whole.share(kind), 2), "", _points(getattr(whole, kind)))
        for kind in QUALITIES
        if whole.points
    ]


def by_rule(counts: Mapping[tuple[str, str], int], day: date) -> Table:
    """Findings of a day by rule, a column for each class that has any."""
    classes = sorted({customer_class for _rule, customer_class in counts})
    columns = [Column("rule", pgettext_lazy("validation", "Rule"), link="href", note="meaning")]
    columns += [Column(name, class_in_words(name), kind="number") for name in classes]
    columns.append(Column("all", lazy("All"), kind="number"))
    rows = [
        {"id": rule, "rule": RULES[rule], "meaning": MEANINGS[rule]}
        | {"href": f"{reverse('findings')}?{urlencode({'day': day.isoformat(), 'rule': rule})}"}
        | {name: counts.get((rule, name), 0) for name in classes}
        | {"all": sum(counts.get((rule, name), 0) for name in classes)}
        for rule in RULES
        if any(counts.get((rule, name)) for name in classes)
    ]
    empty = pieces.Empty(lazy("No rule found anything on this day."), lazy("Every night the day before is validated."))
    return Table(name="by-rule", caption=lazy("Findings by rule"), columns=columns, rows=rows, empty=empty, files=True)


def by_quality(name: str, rows: Sequence[Counted]) -> Table:
    """Points by quality, of classes or of counties."""
    label = lazy("Customer class") if name == "classes" else lazy("Area")
    where = names([row.name for row in rows]) if name == "counties" else {}
    columns = [Column("name", label), Column("meters", lazy("Meters"), kind="number")]
    columns.append(Column("points", lazy("Points"), kind="number"))
    columns += [Column(kind, standing_state(kind).word, kind="share") for kind in QUALITIES]
    shown_rows = [
        {"id": row.name, "name": where.get(row.name) or class_in_words(row.name), "meters": row.meters}
        | {"points": row.points}
        | {kind: row.share(kind) for kind in QUALITIES}
        for row in rows
    ]
    empty = pieces.Empty(lazy("This day has not been validated."))
    return Table(name=name, caption=lazy("Points by quality"), columns=columns, rows=shown_rows, empty=empty)


def week(days: Sequence[Counted]) -> dict[str, Any] | None:
    """The share measured and what is missing over a week, in per cent; None for a single day."""
    if len(days) < 2:
        return None
    lines = [
        charts.Line(standing_state(kind).word, [_percent(row.share(kind)) for row in days], paint)  # type: ignore[arg-type]
        for kind, paint in (("estimated", "late"), ("edited", "done"), ("rejected", "wrong"), ("missing", "grey"))
        if any(getattr(row, kind) for row in days)
    ]
    if not lines:
        return None
    title = _("Not as measured, share of points a day")
    return charts.curve(
        name="week", title=title, unit="%", days=[date.fromisoformat(row.name) for row in days], lines=lines
    )


def runs(rows: Sequence[ValidationRun]) -> list[pieces.Moment]:
    """The validations of a day."""
    return [
        pieces.Moment(
            run.at,
            _("Validated"),
            ngettext("%(count)s meter", "%(count)s meters", run.meters) % {"count": thousands(run.meters)},
            _("%(found)s new findings, %(gone)s no longer seen, %(estimated)s gaps estimated")
            % {name: thousands(getattr(run, name)) for name in ("found", "gone", "estimated")},
            reverse("entry", args=[run.entry_id]),
        )
        for run in rows
    ]


def choices(wanted: Wanted, classes: Sequence[str]) -> list[pieces.Choice]:
    """Filters of the list."""
    rules = [(name, word) for name, word in RULES.items() if name != "estimation"]
    return [
        pieces.Choice("rule", pgettext("validation", "Rule"), rules, wanted.rule),
        pieces.Choice("class", _("Class"), [(one, class_in_words(one)) for one in classes], wanted.customer_class),
        pieces.Choice("gone", _("State"), [("1", _("those no longer seen too"))], wanted.gone),
    ]


def findings(rows: Sequence[Found], addresses: Mapping[int, str], pager: Pager, *, is_all: bool) -> Table:
    """The list of findings."""
    columns = [
        Column("rule", pgettext_lazy("validation", "Rule"), link="href", note="verdict"),
        Column("meter", lazy("Meter"), kind="code", link="meter_href"),
        Column("quantity", lazy("Quantity")),
        Column("at", lazy("From"), kind="moment"),
        Column("until", lazy("To"), kind="moment"),
        Column("observed", lazy("Observed"), kind="number"),
        Column("allowed", lazy("Limit"), kind="number"),
        Column("effect", lazy("Reading"), kind="state"),
    ]
    empty = pieces.Empty(lazy("No finding is like this."), lazy("Show all findings"), reverse("findings"))
    if is_all:
        empty = pieces.Empty(lazy("Nothing was found in your area."), lazy("Every night the day before is validated."))
    shown_rows = [_row(row, addresses.get(row.meter_id, "")) for row in rows]
    caption = lazy("Findings, the latest day first")
    return Table(
        name="findings", caption=caption, columns=columns, rows=shown_rows, empty=empty, pager=pager, files=True
    )


def one(found: One) -> dict[str, Any]:
    """The page of one finding."""
    row, rule = found.found, found.rule
    state = pieces.State("off", _("no longer seen")) if found.gone else EFFECTS[row.effect]
    facts = [
        (_("Quantity"), quantity_in_words(row.quantity)),
        (_("From"), moment(row.at)),
        (_("To"), moment(row.until)),
        (_("Observed"), _observed(row, "observed")),
        (_("Limit"), _observed(row, "allowed")),
        (_("Verdict"), str(VERDICTS.get(row.verdict, row.verdict))),
    ]
    query = urlencode({"day": timezone.localdate(row.at).isoformat(), "quantity": row.quantity})
    return {
        "title": _("%(rule)s · meter %(meter)s") % {"rule": rule_in_words(row.rule), "meter": found.meter.address},
        "found": row,
        "meter": found.meter,
        "state": state,
        "meaning": MEANINGS.get(row.rule, ""),
        "facts": [(name, text) for name, text in facts if text],
        "rule": rule and _rule(rule, row.day),
        "estimates": [_estimate(one) for one in found.estimates],
        "readings": f"{reverse('meter_readings', args=[found.meter.address])}?{query}",
    }


def rules(rows: Sequence[ValidationRule], today: date, *, may_change: bool) -> Table:
    """Rules with dates, parameters and sources."""
    columns = [
        Column("name", pgettext_lazy("validation", "Rule"), note="meaning"),
        Column("class", lazy("Class")),
        Column("parameters", lazy("Parameters")),
        Column("effect", lazy("Reading"), kind="state"),
        Column("valid_from", lazy("Valid from"), kind="day", note="until"),
        Column("state", lazy("State"), kind="state"),
        Column("source", lazy("Source")),
    ]
    columns += [Column("change", "", link="change_href")] if may_change else []
    empty = pieces.Empty(lazy("No rule is here yet."), lazy("The standard rules come with the first validation."))
    shown_rows = [_rule(row, today) for row in rows]
    return Table(
        name="rules", caption=lazy("Rules of validation"), columns=columns, rows=shown_rows, empty=empty, files=True
    )


def specials(rows: Sequence[SpecialDays]) -> Table:
    """Shut-downs, rest days, worked weekends."""
    where = names([row.area_code for row in rows])
    columns = [
        Column("kind", lazy("Kind")),
        Column("area", lazy("Area")),
        Column("first", lazy("From"), kind="day"),
        Column("last", lazy("To"), kind="day"),
        Column("source", lazy("Source")),
    ]
    shown_rows = [
        {"id": row.id, "kind": row.get_kind_display(), "area": where.get(row.area_code, row.area_code)}
        | {"first": row.first, "last": row.last, "source": _source(row)}
        for row in rows
    ]
    empty = pieces.Empty(lazy("No shut-down, rest day or worked weekend is noted for your area."))
    return Table(name="specials", caption=lazy("Special days"), columns=columns, rows=shown_rows, empty=empty)


def _row(row: Found, address: str) -> dict[str, Any]:
    query = urlencode({"day": timezone.localdate(row.at).isoformat(), "quantity": row.quantity})
    return {
        "id": row.id,
        "rule": rule_in_words(row.rule),
        "verdict": VERDICTS.get(row.verdict, row.verdict),
        "href": reverse("finding", args=[row.id]),
        "meter": address,
        "meter_href": f"{reverse('meter_readings', args=[address])}?{query}" if address else "",
        "quantity": quantity_in_words(row.quantity),
        "at": row.at,
        "until": row.until,
        "observed": _number(row, "observed"),
        "allowed": _number(row, "allowed"),
        "effect": EFFECTS[row.effect],
    }


def _rule(row: ValidationRule, day: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": rule_in_words(row.name),
        "meaning": MEANINGS.get(row.name, ""),
        "class": class_in_words(row.customer_class) if row.customer_class else _("all"),
        "parameters": parameters_in_words(row.parameters),
        "effect": EFFECTS[row.effect],
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "until": _("to %(day)s") % {"day": day_in_words(row.valid_to)} if row.valid_to else "",
        "state": pieces.State("running", _("in force")) if holds(row, day) else pieces.State("off", _("not in force")),
        "source": _source(row),
        "change": _("Replace") if row.valid_to is None else "",
        "change_href": reverse("replace_validation_rule", args=[row.id]) if row.valid_to is None else "",
    }


def _estimate(row: Any) -> dict[str, Any]:
    return {
        "from": row.at,
        "to": row.until,
        "points": row.points,
        "method": METHODS.get(row.method, row.method),
        "because": because_in_words(row.because),
        "entry": row.entry_id,
    }


def _observed(row: Found, name: str) -> str:
    value = _number(row, name)
    if value is None:
        return ""
    return _points(int(value)) if row.rule in IN_POINTS else thousands(value)


def _number(row: Found, name: str) -> Any:
    value = getattr(row, name)
    if value is None:
        return None
    return int(value) if row.rule in IN_POINTS else shown(value, row.quantity)


def _points(count: int) -> str:
    return ngettext("%(count)s point", "%(count)s points", count) % {"count": thousands(count)}


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def _source(row: ValidationRule | SpecialDays) -> str:
    return row.source_zh if (get_language() or "").startswith("zh") else row.source_en


def _total(rows: Sequence[Counted]) -> Counted:
    return Counted("", *(sum(row[place] for row in rows) for place in range(1, len(Counted._fields))))  # type: ignore[misc]
