"""The invented tariff document that simulated meters should follow, and how wrongly programmed ones differ from it.

Form and order of the tariffs are real (尖 峰 平 谷 are 1 to 4); the hours are invented for the simulation and are no
province's tariff.
"""

from yinghuo.engines.meters.simulation.clockwork import Periods, Programme, TableSet, Zones
from yinghuo.engines.meters.simulation.faults import WrongTables

ORDINARY: Periods = ((0, 0, 4), (7, 0, 3), (8, 30, 2), (11, 30, 3), (16, 0, 2), (21, 0, 3), (23, 0, 4))
SHARP: Periods = ((0, 0, 4), (7, 0, 3), (8, 30, 2), (11, 30, 3), (16, 0, 1), (18, 0, 2), (21, 0, 3), (23, 0, 4))
ZONES: Zones = ((1, 1, 2), (3, 1, 1), (7, 1, 2), (9, 1, 1), (12, 1, 2))
RIGHT = TableSet(ZONES, (ORDINARY, SHARP))
STANDBY = TableSet(((1, 1, 1),), (ORDINARY,))
PROGRAMME = Programme((RIGHT, STANDBY))


def _later(periods: Periods, minutes: int) -> Periods:
    moved = sorted((*divmod((h * 60 + m + minutes) % 1440, 60), t) for h, m, t in periods)
    return tuple((h, m, t) for h, m, t in moved)


def _swapped(periods: Periods, one: int, other: int) -> Periods:
    named = {one: other, other: one}
    return tuple((h, m, named.get(t, t)) for h, m, t in periods)


FORMER: Periods = ((0, 0, 4), (5, 0, 3), (8, 0, 2), (11, 0, 3), (18, 0, 2), (23, 0, 4))
WRONG_PERIODS: tuple[TableSet, ...] = (
    TableSet(ZONES, tuple(_later(one, 60) for one in RIGHT.tables)),
    TableSet(ZONES, tuple(_later(one, -30) for one in RIGHT.tables)),
    TableSet(ZONES, tuple(_swapped(one, 2, 4) for one in RIGHT.tables)),
    TableSet(ZONES, tuple(_swapped(one, 2, 3) for one in RIGHT.tables)),
    TableSet(ZONES, (FORMER, SHARP)),
)
WRONG_ZONES: tuple[TableSet, ...] = (
    TableSet(((1, 1, 1), (3, 1, 2), (7, 1, 1), (9, 1, 2), (12, 1, 1)), RIGHT.tables),
    TableSet(((1, 1, 2),), RIGHT.tables),
    TableSet(((2, 1, 1), (5, 1, 2), (10, 1, 1)), RIGHT.tables),
)
WRONG = WrongTables(WRONG_PERIODS, WRONG_ZONES)
