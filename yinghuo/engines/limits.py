"""How often something may be tried in a span of time, in a bounded amount of memory."""

import threading
from collections import OrderedDict


class Tries:
    """Counts tries by key in windows of `window_s` seconds; remembers `keys` keys at most, the least recent go first.

    >>> tries = Tries(most=2, window_s=60)
    >>> [tries.note("a", now_s=second) for second in (0, 1, 2)], tries.over("a", now_s=3), tries.over("a", now_s=60)
    ([1, 2, 3], True, False)
    """

    def __init__(self, *, most: int, window_s: int, keys: int = 50_000) -> None:
        self.most, self.window_s, self.keys = most, window_s, keys
        self._counts: OrderedDict[object, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._counts)

    def note(self, key: object, *, now_s: float) -> int:
        """Counts one try; returns how many there were in this window."""
        window = int(now_s // self.window_s)
        with self._lock:
            seen, count = self._counts.pop(key, (window, 0))
            count = count + 1 if seen == window else 1
            self._counts[key] = (window, count)
            if len(self._counts) > self.keys:
                self._counts.popitem(last=False)
        return count

    def over(self, key: object, *, now_s: float) -> bool:
        """Whether no further try is allowed in this window."""
        window, count = self._counts.get(key, (-1, 0))
        return window == int(now_s // self.window_s) and count >= self.most

    def again_in_s(self, now_s: float) -> int:
        """Seconds until the next window begins.

        >>> Tries(most=1, window_s=60).again_in_s(50)
        10
        """
        return self.window_s - int(now_s % self.window_s)
