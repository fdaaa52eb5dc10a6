"""How fast an infection spreads: reproduction numbers, what is not reported yet, forecasts, and how good they were.

Counts are people newly infected a day, 1-D (days,) or 2-D (areas, days); NaN is a day that nobody reported, never zero.
A serial interval is a list of probabilities by lag in days: lag 0 first, which has none (see `discretised_gamma`).
"""

from yinghuo.engines.transmission.baselines import flat_forecast
from yinghuo.engines.transmission.bounded import Donors, histories
from yinghuo.engines.transmission.forecasting import LEVELS, Forecast, forecast
from yinghuo.engines.transmission.reproduction import QUANTILES, Reproduction, reproduction_number
from yinghuo.engines.transmission.scoring import coverage, interval_of, weighted_interval_score
from yinghuo.engines.transmission.serial_intervals import by_lag, discretised_gamma
from yinghuo.engines.transmission.truncation import Truncated, correct_truncation, reported_share

__all__ = [
    "LEVELS",
    "QUANTILES",
    "Donors",
    "Forecast",
    "Reproduction",
    "Truncated",
    "by_lag",
    "correct_truncation",
    "coverage",
    "discretised_gamma",
    "flat_forecast",
    "forecast",
    "histories",
    "interval_of",
    "reported_share",
    "reproduction_number",
    "weighted_interval_score",
]
