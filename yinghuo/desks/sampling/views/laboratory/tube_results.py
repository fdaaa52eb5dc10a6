"""The results on a tube's page: every message of a laboratory, which one counts, and why."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.desks.sampling.models import Outcome
from yinghuo.desks.sampling.queries.laboratory.tube_results import ResultRow, results_of

TONES: Mapping[str, pieces.Tone] = {"negative": "done", "positive": "wrong", "grey": "waiting", "invalid": "waiting"}


def results(tube: str) -> Table:
    """All messages about a tube, the one that counts first."""
    columns = [
        Column("state", lazy("Result"), kind="state", note="ct"),
        Column("counts", lazy("Counts")),
        Column("at", lazy("Reported"), kind="moment", link="href"),
        Column("message", lazy("Message"), kind="code", note="where"),
        Column("technician", lazy("Technician"), note="kit"),
    ]
    found = results_of(tube)
    rows = [_row(row, counts=place == 0) for place, row in enumerate(found)]
    empty = pieces.Empty(lazy("No laboratory has reported this tube yet."))
    caption = lazy("All results of this tube")
    return Table(name="results", caption=caption, columns=columns, rows=rows, empty=empty)


def ct_in_words(ct: Mapping[str, float | None], because: str = "") -> str:
    """Ct by target; with the kit's limits where they are known."""
    return because or " · ".join(f"{name} {'—' if value is None else f'{value:.2f}'}" for name, value in ct.items())


def _row(row: ResultRow, *, counts: bool) -> dict[str, object]:
    why = _("counts: the latest by the laboratory’s time") if counts else _("replaced by a later message")
    pool = _("from pool %(pool)s") % {"pool": row.pool} if row.pool else ""
    return {
        "id": row.id,
        "state": pieces.State(TONES[row.result] if counts else "off", Outcome(row.result).label),
        "ct": ct_in_words(row.ct, row.because),
        "counts": why,
        "at": row.at,
        "href": reverse("entry", args=[row.entry_id]),
        "message": row.message,
        "where": _joined([row.well, pool]),
        "technician": row.technician,
        "kit": _joined([row.kit, row.instrument]),
    }


def _joined(words: Sequence[str]) -> str:
    return " · ".join(word for word in words if word)
