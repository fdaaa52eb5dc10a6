"""What the curve assumes, as dated rows with their sources: the serial interval, and which last days are provisional.

Mean serial intervals: an der Heiden and Buchholz, Epidemiology and Infection 2022 (doi:10.1017/S0950268822001248),
households in Germany. Standard deviations are this project's choice, and are said to be.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yinghuo.engines.transmission import discretised_gamma


class SerialInterval(NamedTuple):
    """From `valid_from` on, days between the onsets of an infected person and of whom they infect.

    mean_days, sd_days: of a Gamma distribution shifted by one day; longest_days: the longest lag that counts
    """

    key: str
    valid_from: date
    mean_days: float
    sd_days: float
    longest_days: int
    name_en: str
    name_zh: str
    because_en: str
    because_zh: str

    @property
    def weights(self) -> NDArray[np.float64]:
        """Probabilities by lag, lag 0 first."""
        return discretised_gamma(self.mean_days, self.sd_days, self.longest_days)


SERIAL_INTERVALS = (
    SerialInterval(
        "wild_type",
        date(2020, 1, 1),
        4.8,
        2.8,
        21,
        "First lineages",
        "早期毒株",
        "Mean in German households (an der Heiden, Buchholz 2022). The deviation is this project's choice.",
        "均值取自德国家庭内传播数据（an der Heiden、Buchholz，2022）；标准差为本系统自定。",
    ),
    SerialInterval(
        "delta",
        date(2021, 5, 14),
        4.0,
        2.4,
        21,
        "Delta",
        "德尔塔",
        "Mean in German households (an der Heiden, Buchholz 2022). The deviation is this project's choice.",
        "均值取自德国家庭内传播数据（an der Heiden、Buchholz，2022）；标准差为本系统自定。",
    ),
    SerialInterval(
        "omicron_ba2",
        date(2022, 3, 1),
        3.39,
        2.0,
        21,
        "Omicron BA.2",
        "奥密克戎BA.2",
        "Mean in German households, 95 % interval 3.30 to 3.49 days (an der Heiden, Buchholz 2022). The deviation is "
        "this project's choice. That the outbreak was of this lineage, and that intervals under lockdown were as long "
        "as in those households, is assumed.",
        "均值取自德国家庭内传播数据，95%区间3.30至3.49天（an der Heiden、Buchholz，2022）；标准差为本系统自定。"
        "假定本轮疫情由该毒株引起，且管控下的间隔与上述家庭相同。",
    ),
)
PROVISIONAL_DAYS = 3  # this project's choice: later bulletins take conversions out of the last days' asymptomatic
WINDOW_DAYS = 7
HORIZON_DAYS = 7
METHOD = "cori-2013 window 7 prior 5/5; hot deck 5 d; renewal drift 0.05; 1"  # another method is another run


def serial_interval_on(day: date) -> SerialInterval:
    """The row in force on a day.

    >>> serial_interval_on(date(2022, 5, 10)).key, serial_interval_on(date(2021, 8, 1)).key
    ('omicron_ba2', 'delta')
    """
    rows = [row for row in SERIAL_INTERVALS if row.valid_from <= day]
    return max(rows, key=lambda row: row.valid_from, default=SERIAL_INTERVALS[0])


def serial_interval(key: str) -> SerialInterval:
    """The row of this key; KeyError for another."""
    return {row.key: row for row in SERIAL_INTERVALS}[key]
