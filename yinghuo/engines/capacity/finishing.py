"""When a round will be done at the pace of its last hours, with a band."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, variance

LAST_HOURS = 6
T_80 = {1: 3.078, 2: 1.886, 3: 1.638, 4: 1.533, 5: 1.476}  # two-sided 80 % of Student's t, by degrees of freedom


@dataclass(frozen=True)
class Finish:
    """Hours from now until a round is done: most likely, and the bounds of an 80 % band; inf where it may never be."""

    early_h: float
    likely_h: float
    late_h: float


def project_finish(per_h: Sequence[float], left: float) -> Finish:
    """Hours until `left` people are sampled, from the people sampled in each full hour so far, the latest last.

    The last LAST_HOURS count. With their mean m, variance v and number n, the work of T hours is m T, give or take
    t sqrt(v (T + T^2 / n)): its own scatter and that of the mean. Setting both equal to `left` and solving for T gives
    the band (Fieller 1954, J. R. Stat. Soc. B 16:175). A single hour has no scatter, so its band is open.

    >>> project_finish([90, 110, 100, 105, 95], 400)
    Finish(early_h=3.693, likely_h=4.0, late_h=4.345)
    """
    if left <= 0:
        return Finish(0.0, 0.0, 0.0)
    last = list(per_h)[-LAST_HOURS:]
    pace = mean(last) if last else 0.0
    if pace <= 0:
        return Finish(math.inf, math.inf, math.inf)
    if len(last) < 2:
        return Finish(0.0, round(left / pace, 3), math.inf)
    scatter = T_80[len(last) - 1] ** 2 * variance(last)
    square, line = pace**2 - scatter / len(last), 2 * pace * left + scatter
    root = math.sqrt(max(line**2 - 4 * square * left**2, 0.0))
    late = (line + root) / (2 * square) if square > 0 else math.inf
    return Finish(round(2 * left**2 / (line + root), 3), round(left / pace, 3), round(late, 3))
