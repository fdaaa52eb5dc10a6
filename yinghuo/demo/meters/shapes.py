"""The load shapes of the simulation: measured households from the data folder beside the synthetic ones."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from yinghuo.engines.meters.simulation.shapes import Shapes

FILE = Path(__file__).parents[1] / "data" / "load-shapes" / "households.csv"


@cache
def shapes() -> Shapes:
    """All shapes, read once."""
    years: dict[str, list[list[int]]] = {}
    first: dict[str, date] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for household, day, *hours in list(csv.reader(lines))[1:]:
            first.setdefault(household, date.fromisoformat(day))
            years.setdefault(household, []).append([int(hour) for hour in hours])
    return Shapes([(first[one].weekday(), np.array(years[one]) / 1000) for one in sorted(years)])
