"""Which identifiers of DL/T 645 to ask for, so that several quantities come in one frame, and what a frame says."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from yinghuo.engines.meters.frames import Value
from yinghuo.engines.meters.quantities import BY_DLT645, BY_NUMBER

BLOCK = "FF"


def block_of(identifier: str) -> tuple[str, int] | None:
    """The block that holds an identifier, and its place there; None for those that stand alone.

    >>> block_of("00010200"), block_of("02010100"), block_of("02030000"), block_of("02800002")
    (('0001FF00', 2), ('0201FF00', 0), ('0203FF00', 0), None)
    """
    kind, place = identifier[:4], int(identifier[4:6], 16)
    if kind in ("0001", "0002"):
        return f"{kind}{BLOCK}00", place
    if kind in ("0201", "0202", "0207"):
        return f"{kind}{BLOCK}00", place - 1
    if kind in ("0203", "0204", "0205", "0206"):
        return f"{kind}{BLOCK}00", place
    return None


def requests(quantities: Iterable[int]) -> dict[str, dict[int, int | None]]:
    """Identifiers to ask for, each with the quantities it gives: number -> place in the block, None for a single one.

    >>> requests([1, 41, 42])
    {'00010000': {1: None}, '0201FF00': {41: 0, 42: 1}}
    """
    blocks: dict[str, dict[int, int | None]] = {}
    for number in quantities:
        identifier = BY_NUMBER[number].dlt645
        if not identifier:
            continue
        block, place = block_of(identifier) or (identifier, None)
        blocks.setdefault(block, {})[number] = place
    return dict(_alone(blocks))


def singles(quantities: Iterable[int]) -> dict[str, dict[int, int | None]]:
    """The same without blocks, for meters that know none."""
    return {BY_NUMBER[one].dlt645: {one: None} for one in quantities if BY_NUMBER[one].dlt645}


def _alone(blocks: dict[str, dict[int, int | None]]) -> Iterator[tuple[str, dict[int, int | None]]]:
    """A block of which one quantity is wanted is asked for that one only."""
    for identifier, wanted in blocks.items():
        if len(wanted) == 1:
            yield from singles(wanted).items()
        else:
            yield identifier, wanted


def values(value: Value, wanted: dict[int, int | None]) -> Iterator[tuple[int, Decimal | None]]:
    """Each wanted quantity out of an answer; None for a phase that the meter lacks."""
    for number, place in wanted.items():
        one = value
        if place is not None:
            one = value[place] if isinstance(value, list) and place < len(value) else None
        yield number, one if isinstance(one, Decimal) else None


def is_known(identifier: str) -> bool:
    """Whether an identifier is a quantity of ours."""
    return identifier in BY_DLT645
