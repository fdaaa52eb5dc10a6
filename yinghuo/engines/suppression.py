"""Which cells of a table of counts must be hidden so that no small one can be read or worked out.

A table has one or two ways and is published with its totals. Counts of 1 to `least` - 1 are hidden (primary), and so
many others (complementary) that what is shown, with its sums, leaves room for at least `least` + 1 in each hidden small
cell. One more than `least`, because a reader who knows the rule knows that two hidden cells of sum `least` are both
small. Complementary cells are found one small cell at a time, as the cheapest closed chain of raising and lowering
through the table (Kelly, Golden and Assad 1992, "Cell suppression", Networks 22, from memory; not checked against its
text): few cells, small counts, totals last. Same table, same answer.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

LEAST = 11
TOTAL_COST = 1_000.0  # a total is hidden only where cells do not do
GRAND_COST = 1_000_000.0
SHOWN_AGAIN_MOST = 4_000  # pairs of small and complementary cells; larger tables keep what may be one cell too many


class Masked(NamedTuple):
    """A table with its totals, and what of it is hidden.

    counts: with a last row, and for two ways a last column, of totals
    hidden: the same shape; small: hidden for its own count, not for another's sake
    """

    counts: np.ndarray
    hidden: np.ndarray
    small: np.ndarray


def suppress(table: np.ndarray, *, least: int = LEAST) -> Masked:
    """Hides the counts of 1 to `least` - 1 of a table, and what would give them away.

    table:   whole counts of 0 or more without totals, shape (rows,) or (rows, columns); ValueError otherwise
    returns: counts with totals, shape (rows + 1,) or (rows + 1, columns + 1), and the masks

    >>> suppress(np.array([3, 20, 50])).hidden.tolist()
    [True, True, False, False]
    >>> suppress(np.array([3, 4])).hidden.tolist()  # the total is small, too
    [True, True, True]
    """
    counts = with_totals(table)
    small = (counts >= 1) & (counts < least)
    hidden = small.copy()
    net = _Net(counts, hidden, least + 1)
    wanted = sorted(np.argwhere(small).tolist(), key=lambda cell: (counts[tuple(cell)], cell))
    for cell in wanted:
        for place in net.chain(tuple(cell)) or ():
            hidden[place] = True
    _show_again(net, hidden, small)
    return Masked(counts, hidden, small)


def with_totals(table: np.ndarray) -> np.ndarray:
    """The table with a last row (and column) of sums; ValueError unless it holds whole counts of 0 or more.

    >>> with_totals(np.array([[1, 2], [3, 4]])).tolist()
    [[1, 2, 3], [3, 4, 7], [4, 6, 10]]
    """
    counts = np.asarray(table)
    if counts.ndim not in (1, 2) or not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise ValueError(f"a table of one or two ways with whole counts is needed, not {counts.ndim} of {counts.dtype}")
    for way in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=way, keepdims=True)], axis=way)
    return counts


def bounds(counts: np.ndarray, hidden: np.ndarray, cell: tuple[int, ...]) -> tuple[float, float]:
    """The least and the greatest count that a hidden cell may have for who sees the rest (linear programmes).

    counts, hidden: as `Masked` has them; of hidden cells only the sums with shown ones are used
    returns: (least, greatest); greatest is infinite where nothing bounds it

    >>> masked = suppress(np.array([3, 20, 50]))
    >>> bounds(masked.counts, masked.hidden, (0,))
    (0.0, 23.0)
    """
    places = [tuple(place) for place in np.argwhere(hidden).tolist()]
    rows, sums = _equations(counts, hidden, places)
    aim = np.array([float(place == tuple(cell)) for place in places])
    found = [linprog(sign * aim, A_eq=rows or None, b_eq=sums or None, bounds=(0, None)) for sign in (1, -1)]
    low, high = (float("-inf") if one.status == 3 else one.fun for one in found)
    return round(low, 6), round(-high, 6)


def _equations(
    counts: np.ndarray, hidden: np.ndarray, places: list[tuple[int, ...]]
) -> tuple[list[list[float]], list[float]]:
    """Each sum of the table over hidden cells: cells less total is nothing."""
    rows: list[list[float]] = []
    sums: list[float] = []
    for line in _lines(counts.shape):
        total = {place: (-1.0 if place == line[-1] else 1.0) for place in line}
        rows.append([total.get(place, 0.0) for place in places])
        sums.append(-sum(total[place] * int(counts[place]) for place in line if not hidden[place]))
    kept = [place for place, row in enumerate(rows) if any(row)]
    return [rows[place] for place in kept], [sums[place] for place in kept]


def _lines(shape: tuple[int, ...]) -> list[list[tuple[int, ...]]]:
    """The places of each sum, its total last."""
    if len(shape) == 1:
        return [[(place,) for place in range(shape[0])]]
    across: list[list[tuple[int, ...]]] = [[(row, column) for column in range(shape[1])] for row in range(shape[0])]
    return across + [[(row, column) for row in range(shape[0])] for column in range(shape[1])]


def _signs(shape: tuple[int, ...]) -> np.ndarray:
    """1 where raising a cell raises both its sums' cells, -1 for totals of one way; so that lines sum to nothing."""
    signs = np.ones(shape)
    signs[-1] *= -1
    if len(shape) == 2:
        signs[:, -1] *= -1
    return signs


class _Net:
    """The table as a net: rows and columns are its knots, cells its threads, each drawn up or down."""

    def __init__(self, counts: np.ndarray, hidden: np.ndarray, need: int) -> None:
        flat = counts.ndim == 1
        self.counts = counts.reshape(-1, 1) if flat else counts
        self.hidden = hidden.reshape(-1, 1) if flat else hidden  # a view: what is hidden later is seen here
        self.flat, self.need = flat, need
        self.signs = _signs(counts.shape).reshape(self.counts.shape)
        self.cost = np.log10(np.maximum(self.counts, 1)) / 100 + 1 + (self.counts == 0)
        self.cost[-1] += TOTAL_COST
        if not flat:
            self.cost[:, -1] += TOTAL_COST
            self.cost[-1, -1] += GRAND_COST

    def chain(self, cell: tuple[int, ...], *, only_hidden: bool = False) -> list[tuple[int, ...]] | None:
        """The cheapest cells through which `cell` may be raised to `need` with all sums kept.

        only_hidden: through hidden cells alone; None where there is no such chain
        """
        row, column = (cell[0], 0) if self.flat else cell
        rise = self.need - int(self.counts[row, column])
        up = np.where(self.signs > 0, np.inf, self.counts) >= rise  # drawn from the row's knot to the column's
        down = np.where(self.signs > 0, self.counts, np.inf) >= rise
        cost = np.where(self.hidden, 1e-9, np.inf if only_hidden else self.cost)
        forth, back = np.where(up, cost, np.inf), np.where(down, cost, np.inf)
        forth[row, column] = back[row, column] = np.inf
        return self._within_column(row, forth, back) if self.flat else self._around(row, column, forth, back)

    def _within_column(self, row: int, forth: np.ndarray, back: np.ndarray) -> list[tuple[int, ...]] | None:
        """One way has one sum: one other cell gives what this one takes."""
        costs = (back if self.signs[row, 0] > 0 else forth)[:, 0]
        other = int(np.argmin(costs))
        return [(other,)] if np.isfinite(costs[other]) else self._together(row)

    def _together(self, row: int) -> list[tuple[int, ...]] | None:
        """Where no one hidden cell gives enough, all of them may."""
        given = self.counts[:-1][self.hidden[:-1]].sum()
        return [] if given >= self.need and not self.hidden[-1, 0] and row < len(self.counts) - 1 else None

    def _around(self, row: int, column: int, forth: np.ndarray, back: np.ndarray) -> list[tuple[int, ...]] | None:
        """The cheapest way from one end of the thread to the other (Bellman and Ford on rows and columns)."""
        rising = bool(self.signs[row, column] > 0)
        size = self.counts.shape
        far = (np.full(size[0], np.inf), np.full(size[1], np.inf))
        come = (np.full(size[0], -1), np.full(size[1], -1))
        far[rising][column if rising else row] = 0.0
        while self._relax(forth, back, far, come):
            pass
        if not np.isfinite(far[not rising][row if rising else column]):
            return None
        return _path(come, (not rising, row if rising else column), (rising, column if rising else row))

    @staticmethod
    def _relax(forth: np.ndarray, back: np.ndarray, far: tuple[np.ndarray, ...], come: tuple[np.ndarray, ...]) -> bool:
        """One turn over all threads; whether anything came nearer."""
        nearer = False
        for to, costs in ((1, forth + far[0][:, None]), (0, (back + far[1][None, :]).T)):
            best = np.argmin(costs, axis=0)
            found = costs[best, np.arange(costs.shape[1])]
            better = found < far[to] - 1e-12
            far[to][better], come[to][better] = found[better], best[better]
            nearer = nearer or bool(better.any())
        return nearer


def _path(come: tuple[np.ndarray, ...], here: tuple[bool, int], start: tuple[bool, int]) -> list[tuple[int, ...]]:
    """The cells passed from the end back to the start; knots are (whether a column, number)."""
    cells: list[tuple[int, ...]] = []
    while here != start:
        is_column, number = here
        other = int(come[is_column][number])
        cells.append((other, number) if is_column else (number, other))
        here = (not is_column, other)
    return cells


def _show_again(net: _Net, hidden: np.ndarray, small: np.ndarray) -> None:
    """Shows what turned out not to be needed, the dearest first."""
    extra = [tuple(place) for place in np.argwhere(hidden & ~small).tolist()]
    cells = [tuple(place) for place in np.argwhere(small).tolist()]
    if len(extra) * len(cells) > SHOWN_AGAIN_MOST:
        return
    costs = net.cost.reshape(hidden.shape)
    for place in sorted(extra, key=lambda one: (-costs[one], one)):
        hidden[place] = False
        if any(net.chain(cell, only_hidden=True) is None for cell in cells):
            hidden[place] = True
