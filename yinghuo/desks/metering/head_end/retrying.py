"""When to try again: later each time, and never all at the same moment."""

import numpy as np

FACTOR, LONGEST_S = 2.0, 900.0


def wait_s(tries: int, *, first_s: float, rng: np.random.Generator) -> float:
    """Seconds until the next try: twice as many each time, at most 900, each times a random 0.5 to 1.5 against herds.

    tries: how often it was tried, from 1; first_s: after the first

    >>> rng = np.random.default_rng(1)
    >>> [round(wait_s(n, first_s=2.0, rng=rng), 1) for n in (1, 2, 3, 30)]
    [2.0, 5.8, 5.2, 1303.8]
    """
    return min(LONGEST_S, first_s * FACTOR ** (min(tries, 12) - 1)) * float(rng.uniform(0.5, 1.5))
