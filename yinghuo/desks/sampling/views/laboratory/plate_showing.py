"""What the pages of plates show: the grid as it lies on the bench, readings, the list, the file for the instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.desks.sampling.models import Outcome, Plate, PlateState, Well, WellKind
from yinghuo.desks.sampling.views.tables import RESULT_TONES
from yinghuo.engines.labels import bars
from yinghuo.engines.plates import ROWS, grid, well_name

TONES: Mapping[str, pieces.Tone] = {
    "filling": "waiting",
    "running": "running",
    "read": "waiting",
    "invalid": "wrong",
    "released": "done",
    "discarded": "off",
}
SHORT: Mapping[str, pieces.Words] = {
    "positive": lazy("pos. control"),
    "negative": lazy("neg. control"),
    "blank": lazy("blank"),
}
TASKS = {"positive": "STND", "negative": "NTC", "blank": "NTC"}
SPECIMENS = (WellKind.TUBE, WellKind.POOL)


@dataclass(frozen=True)
class Cell:
    """A well in the grid: what is in it, what came of it, whether it can be marked."""

    number: int
    name: str
    code: str
    short: pieces.Words
    kind: str
    state: pieces.State | None
    marked: bool
    markable: bool


def plate_state(plate: Plate) -> pieces.State:
    """The plate's state as a chip."""
    return pieces.State(TONES[plate.state], PlateState(plate.state).label)


def sentence(plate: Plate, wells: Sequence[Well]) -> str:
    """A plate in one line."""
    tubes, pools = (sum(well.kind == kind for well in wells) for kind in SPECIMENS)
    counts = {"plate": plate.barcode, "tubes": tubes, "pools": pools}
    return _("Plate %(plate)s · %(tubes)s tubes, %(pools)s pools") % counts


def cells(plate: Plate, wells: Sequence[Well]) -> list[tuple[str, list[Cell]]]:
    """The grid row by row, with its letters."""
    held = {well.number: well for well in wells}
    markable = plate.state in (PlateState.FILLING, PlateState.READ)
    return [
        (letter, [_cell(number, held.get(number), markable=markable) for number in numbers])
        for letter, numbers in grid()
    ]


def _cell(number: int, well: Well | None, *, markable: bool) -> Cell:
    if well is None:
        return Cell(number, well_name(number), "", "", "empty", None, marked=False, markable=False)
    code = code_of(well)
    specimen = well.kind in SPECIMENS
    state = _reading_state(well) if specimen and well.result else None
    return Cell(
        number,
        well_name(number),
        code,
        code[-5:] if specimen else SHORT[well.kind],
        well.kind,
        state,
        marked=well.rerun,
        markable=markable and specimen,
    )


def code_of(well: Well) -> str:
    """The code of what is in a well; "" for a control."""
    return well.tube or (well.pool.code if well.pool else "")


def readings(wells: Sequence[Well]) -> Table:
    """What was read, well by well."""
    columns = [
        Column("well", lazy("Well"), kind="code"),
        Column("what", lazy("What is in it"), link="href"),
        Column("state", lazy("Result"), kind="state"),
        Column("because", lazy("Because")),
    ]
    rows = [
        {
            "id": well.number,
            "well": well_name(well.number),
            "what": code_of(well) or WellKind(well.kind).label,
            "href": reverse("tube", args=[well.tube]) if well.tube else "",
            "state": _reading_state(well),
            "because": well.because or _ct(well),
        }
        for well in wells
    ]
    return Table(name="readings", caption=lazy("Readings"), columns=columns, rows=rows, files=True)


def _reading_state(well: Well) -> pieces.State:
    if well.result and well.kind not in SPECIMENS:
        return pieces.State("done", lazy("as it should be"))
    if well.rerun:
        return pieces.State("waiting", lazy("assayed again"))
    if well.result:
        return pieces.State(RESULT_TONES[well.result], Outcome(well.result).label)
    return pieces.State("off", lazy("no result"))


def _ct(well: Well) -> str:
    return " · ".join(f"{name} {'—' if ct is None else f'{ct:.2f}'}" for name, ct in (well.ct or {}).items())


def plates(rows: Sequence[Plate]) -> Table:
    """Plates, the latest first."""
    columns = [
        Column("barcode", lazy("Plate"), kind="code", link="href"),
        Column("state", lazy("State"), kind="state", note="reason"),
        Column("kit", lazy("Kit")),
        Column("made_at", lazy("Made"), kind="moment"),
        Column("read_at", lazy("Read"), kind="moment"),
        Column("ended_at", lazy("Released"), kind="moment"),
    ]
    shown: list[dict[str, Any]] = [
        {name: getattr(row, name) for name in ("id", "barcode", "kit", "made_at", "read_at", "ended_at", "reason")}
        | {"state": plate_state(row), "href": reverse("plate", args=[row.id])}
        for row in rows
    ]
    empty = pieces.Empty(lazy("There is no such plate yet."), lazy("Make a plate"), reverse("new_plate"))
    return Table(name="plates", caption=lazy("Plates"), columns=columns, rows=shown, empty=empty, files=True)


def barcode(code: str) -> dict[str, Any]:
    """The bars of a code as the template draws them, in modules, with quiet zones of ten."""
    found = bars(code)
    return {"bars": [(start + 10, width) for start, width in found], "width": sum(found[-1]) + 20, "code": code}


def instrument_lines(wells: Sequence[Well]) -> list[list[str]]:
    """The plate as instruments take it in: well, name, task; row by row as their own software lists wells."""
    held = {well.number: well for well in wells}
    order = sorted(held, key=lambda number: (ROWS.index(well_name(number)[0]), number))
    lines = [["Well", "Sample Name", "Task", "Kind"]]
    for number in order:
        well = held[number]
        name = code_of(well) or well.kind.upper()
        lines.append([well_name(number), name, TASKS.get(well.kind, "UNKN"), well.kind])
    return lines
