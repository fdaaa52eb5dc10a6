"""Validation, estimation, editing: which readings of meters are to be believed, and what stands for those that are not.

`check(columns, rule)` says what a rule finds; `estimate(columns, …)` fills what is missing; `candidates(day, …)` names
the days that may stand for another. Rules carry their parameters; which of them hold on a day is the desk's to know.
"""

from collections.abc import Callable, Mapping

from yinghuo.engines.meters.vee.columns import Columns, Finding, Rule, runs, to_grid
from yinghuo.engines.meters.vee.curves import duplicates, frozen_runs, gaps, negative, spikes, zero_runs
from yinghuo.engines.meters.vee.estimating import Estimate, How, References, estimate, spread
from yinghuo.engines.meters.vee.references import Special, candidates, day_type
from yinghuo.engines.meters.vee.registers import (
    advance,
    clock,
    contract,
    energy_against_load,
    falling,
    high_low,
    sum_of_tariffs,
)

CHECKS: Mapping[str, Callable[[Columns, Rule], list[Finding]]] = {
    "gap": gaps,
    "duplicate": duplicates,
    "spike": spikes,
    "zero_run": zero_runs,
    "frozen_run": frozen_runs,
    "negative": negative,
    "falling": falling,
    "sum_of_tariffs": sum_of_tariffs,
    "energy_against_load": energy_against_load,
    "clock": clock,
    "contract": contract,
    "high_low": high_low,
}


def check(columns: Columns, rule: Rule) -> list[Finding]:
    """What one rule finds in the judged points; KeyError for a rule that is not in `CHECKS`.

    >>> import numpy as np
    >>> power = np.array([[1.0, 1.2, 9.0, 1.1]])
    >>> columns = Columns(meters=np.array([7]), values={"power_kw": power}, ends=4)
    >>> check(columns, Rule("spike", {"quantities": ["power_kw"], "factor": 1.8, "at_least": 0.05}))
    [Finding(rule='spike', meter=7, quantity='power_kw', first=2, last=2, observed=9.0, limit=1.98, verdict='')]
    """
    return CHECKS[rule.name](columns, rule)


__all__ = [
    "CHECKS",
    "Columns",
    "Estimate",
    "Finding",
    "How",
    "References",
    "Rule",
    "Special",
    "advance",
    "candidates",
    "check",
    "day_type",
    "estimate",
    "runs",
    "spread",
    "to_grid",
]
