"""What the pages of levels share: the rule in force, one level in full, forms that turn refusals into errors."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinghuo.console.pieces import Moment
from yinghuo.core.areas import queries as areas
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import AreaLevel, LevelState, Measure
from yinghuo.desks.response.queries import levels as queries
from yinghuo.desks.response.rules.versions import version_on
from yinghuo.desks.response.views import levels_tables as tables
from yinghuo.desks.response.words.levels import FACTORS, FAULTS, REASONS, REFUSALS, in_words


def rule_on(day: date) -> dict[str, Any]:
    """The version in force: its name, its first day, what it rests on, whether areas are from memory."""
    version = version_on(day)
    because = version.because_en if get_language() == "en" else version.because_zh
    return {
        "name": tables.rule_name(version.name),
        "from": version.valid_from,
        "because": because,
        "known": version.areas_known,
    }


def of_level(row: AreaLevel, today: date) -> dict[str, Any]:
    """Everything that is to be shown of one level."""
    names = areas.names([row.area_code])
    standing = row.state == LevelState.PUBLISHED
    [judged] = queries.with_outlook([row], today)
    rows = queries.history(row.chain)
    return {
        "level": row,
        "area": names.get(row.area_code, row.area_code),
        "table": tables.measures(list(row.measures.filter(state=LevelState.PUBLISHED)), names),
        "state": tables.state_of(row),
        "rank": tables.rank_state(row.rank),
        "ahead": judged.outlook if standing else None,
        "waits": tables.waits_in_words(judged.outlook) if standing else "",
        "next": tables.next_step(judged.outlook) if standing else "",
        "overdue": judged.outlook.overdue_days if standing else 0,
        "bases": tables.basis_in_words(row.basis),
        "faults": in_words(row.excess, FAULTS),
        "because": because_in_words(row.because),
        "rule_name": tables.rule_name(row.rule),
        "results": judged.results,
        "moments": [moment for one in rows for moment in moments_of(one)],
        "undecided": row.state == LevelState.PROPOSED,
        "unpublished": row.state == LevelState.CONFIRMED,
        "standing": standing,
    }


def because_in_words(because: dict[str, Any]) -> list[tuple[str, str]]:
    """What a level rests on, line by line: what the rule suggests, each factor with its points, days and round."""
    lines = []
    if because.get("suggested"):
        why = in_words(because.get("reasons", []), REASONS)
        lines.append((_("By the rule"), f"{tables.rank_state(because['suggested'])} · {why}"))
        lines.append((_("Risk points"), _("%(points)s of 100") % {"points": because.get("points", "0")}))
        found = because.get("factors", {})
        lines += [(str(label), found[name]) for name, label in FACTORS.items() if name in found]
    if "clean_days" in because:
        lines.append((_("Days without a new infection"), str(because["clean_days"])))
    if "round_on" in because:
        lines.append((_("Negative round on"), because["round_on"]))
    if because.get("taken_over"):
        lines.append((_("Taken over"), _("stood before this system was in use")))
    if because.get("reason"):
        lines.append((_("Reason"), because["reason"]))
    return lines


def moments_of(row: AreaLevel | Measure) -> list[Moment]:
    """Proposed, decided, published, lifted: each with its ledger entry; who did it stands there."""
    what = str(tables.rank_state(row.rank)) if isinstance(row, AreaLevel) else capfirst(row.get_kind_display())
    found = [Moment(row.proposed_at, _("%(what)s: proposed") % {"what": what}, href=f"/ledger/{row.entry_id}")]
    if row.decided_at and row.state == LevelState.REFUSED:
        found.append(
            Moment(row.decided_at, _("%(what)s: turned down") % {"what": what}, detail=row.reason, tone="off",
                   href=f"/ledger/{row.decided_entry}")
        )  # fmt: skip
    elif row.decided_at:
        found.append(
            Moment(row.decided_at, _("%(what)s: confirmed by another person") % {"what": what},
                   detail=row.because_above, href=f"/ledger/{row.decided_entry}")
        )  # fmt: skip
    if row.published_at:
        said = _("in force from %(day)s") % {"day": row.starts_on.isoformat()}
        published = _("%(what)s: published") % {"what": what}
        found.append(Moment(row.published_at, published, detail=said, href=f"/ledger/{row.published_entry}"))
    return found


def done(form: forms.Form, act: Callable[[], object], fields: dict[str, str] | None = None) -> bool:
    """Does it; a refusal becomes an error of the form, at its field where `fields` names one, so that all typed stays.

    The page of somebody who may not act at all is not a form's matter: such refusals go on.
    """
    try:
        act()
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        field = (fields or {}).get(refused.code)
        form.add_error(field, str(REFUSALS[refused.code]) % refused.facts)
        return False
    return True
