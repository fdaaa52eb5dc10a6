"""The plate of 96 wells: names of wells, where controls and specimens stand, and whether the controls are right."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from yinghuo.engines.assays import Kit, decide

ROWS, COLUMNS = "ABCDEFGH", 12
WELLS = len(ROWS) * COLUMNS
WELL = re.compile(r"\s*([A-Ha-h])0?([1-9]|1[0-2])\s*\Z")

Control = Literal["positive", "negative", "blank"]


class ControlWell(NamedTuple):
    """A control as it was read: its well number, what it should be, its Ct by target (None: not in the file)."""

    number: int
    kind: str
    ct: Mapping[str, float | None] | None


class Fault(NamedTuple):
    """A control that is not what it should be, with the readings that say so."""

    well: str
    kind: str
    because: str


def well_name(number: int) -> str:
    """The name of a well by its number, counted down the columns; ValueError outside 1 to 96.

    >>> well_name(1), well_name(8), well_name(9), well_name(96)
    ('A1', 'H1', 'A2', 'H12')
    """
    if not 1 <= number <= WELLS:
        raise ValueError(f"no well {number} on a plate of {WELLS}")
    column, row = divmod(number - 1, len(ROWS))
    return f"{ROWS[row]}{column + 1}"


def well_number(text: str) -> int | None:
    """The number of a well by its name, with or without a leading zero; None for what is no well.

    >>> well_number("A1"), well_number("h01"), well_number("A02"), well_number("H12"), well_number("I1")
    (1, 8, 9, 96, None)
    """
    found = WELL.match(text)
    if found is None:
        return None
    return (int(found[2]) - 1) * len(ROWS) + ROWS.index(found[1].upper()) + 1


def free_wells(taken: Collection[int]) -> list[int]:
    """The empty wells, down the columns.

    >>> free_wells(range(1, 95))
    [95, 96]
    """
    return [number for number in range(1, WELLS + 1) if number not in taken]


def grid() -> list[tuple[str, list[int]]]:
    """The plate as it lies on the bench: a letter for each row, with the numbers of its wells from left to right.

    >>> grid()[0][0], grid()[0][1][:3], grid()[7][1][-1]
    ('A', [1, 9, 17], 96)
    """
    return [(letter, list(range(row + 1, WELLS + 1, len(ROWS)))) for row, letter in enumerate(ROWS)]


def layout_error(controls: Mapping[str, str]) -> str:
    """What makes a layout of controls senseless, in one word; "" when nothing does.

    controls: well name to kind
    well (no such well, or named twice), kind (no such kind), few (a positive and a negative control are needed),
    full (no room for a specimen)
    """
    numbers = [well_number(name) for name in controls]
    if None in numbers or len(set(numbers)) < len(numbers):
        return "well"
    kinds = set(controls.values())
    if kinds - {"positive", "negative", "blank"}:
        return "kind"
    if not {"positive", "negative"} <= kinds:
        return "few"
    return "full" if len(numbers) >= WELLS else ""


def control_faults(wells: Iterable[ControlWell], *, kit: Kit) -> list[Fault]:
    """The controls that are wrong; a plate is valid when there are none.

    A positive control must come out positive. In a negative control and in a blank every target must have been
    measured and none may have come up; their internal control proves nothing and is not looked at.
    """
    return [fault for one in wells if (fault := _fault(one, kit))]


def _fault(one: ControlWell, kit: Kit) -> Fault | None:
    name = well_name(one.number)
    if one.ct is None:
        return Fault(name, one.kind, "?")
    decision = decide(one.ct, kit=kit)
    if one.kind == "positive":
        return None if decision.result == "positive" else Fault(name, one.kind, decision.because)
    return None if _clean(one.ct, kit) else Fault(name, one.kind, decision.because)


def _clean(ct: Mapping[str, float | None], kit: Kit) -> bool:
    return all(
        target.name in ct and ((value := ct[target.name]) is None or value >= target.grey_below_ct)
        for target in kit.targets
    )
