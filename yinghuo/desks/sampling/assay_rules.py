"""What the laboratory decides by: the steps of a plate, and sizes with their reasons."""

from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.models import PlateState

PLATE_NEXT: dict[PlateState, frozenset[PlateState]] = {
    PlateState.FILLING: frozenset({PlateState.RUNNING, PlateState.DISCARDED}),
    PlateState.RUNNING: frozenset({PlateState.READ, PlateState.INVALID, PlateState.DISCARDED}),
    PlateState.READ: frozenset({PlateState.RELEASED, PlateState.RUNNING}),
    PlateState.INVALID: frozenset({PlateState.DISCARDED, PlateState.RUNNING}),
    PlateState.RELEASED: frozenset(),
    PlateState.DISCARDED: frozenset(),
}
FULL_SHEETS = (1_048_576, 65_536)  # rows an .xlsx and an .xls sheet can hold: a file of just so many may be cut
POOL_SIZES = (2, 30)  # aliquots in a pool: above 30 no published protocol for this assay goes
FILE_PART_BYTES = 1 << 20
ROWS_AT_ONCE = 10_000


def plate_step(state: str, to: PlateState) -> PlateState:
    """The state after a step to `to`; Refused("plate.step") when the table does not allow it.

    >>> str(plate_step("filling", PlateState.RUNNING))
    'running'
    """
    if to not in PLATE_NEXT[PlateState(state)]:
        raise Refused("plate.step", state=state, to=to.value)
    return to
