"""Which readings of a day the lake has already: sorted packed keys, merged as they grow."""

import numpy as np

DAY_S = 86_400
SECOND_BITS, QUANTITY_BITS = 17, 15


def packed(meter: np.ndarray, quantity: np.ndarray, second: np.ndarray) -> np.ndarray:
    """One int64 for each (meter, quantity, second of the day).

    >>> hex(packed(np.array([1]), np.array([1]), np.array([900]))[0])
    '0x100020384'
    """
    high = meter.astype(np.int64) << (QUANTITY_BITS + SECOND_BITS)
    return high | (quantity.astype(np.int64) << SECOND_BITS) | second.astype(np.int64)


class Keys:
    """A set of packed keys that grows by batches.

    Sorted runs of falling length, each merged into the one before it once it is half as long: a batch costs a search
    in a few arrays, and every key is moved a logarithmic number of times.

    >>> keys = Keys(np.array([5, 3]))
    >>> keys.hold(np.array([3, 4])).tolist()
    [True, False]
    >>> keys.add(np.array([4])); len(keys)
    3
    """

    def __init__(self, keys: np.ndarray) -> None:
        self._runs = [np.sort(keys.astype(np.int64))]

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def hold(self, keys: np.ndarray) -> np.ndarray:
        """For each key whether it is in the set."""
        found = np.zeros(len(keys), dtype=bool)
        for run in self._runs:
            if len(run):
                places = np.minimum(np.searchsorted(run, keys), len(run) - 1)
                found |= run[places] == keys
        return found

    def add(self, keys: np.ndarray) -> None:
        """Adds keys that are not in the set."""
        self._runs.append(np.sort(keys.astype(np.int64)))
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) >= len(self._runs[-2]):
            merged = np.concatenate(self._runs[-2:])
            merged.sort(kind="stable")  # on integers of this size: merges what is sorted already
            self._runs[-2:] = [merged]
