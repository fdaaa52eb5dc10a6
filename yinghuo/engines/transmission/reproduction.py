"""The reproduction number over a sliding window, after Cori, Ferguson, Fraser and Cauchemez (Am J Epidemiol 2013)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.special import gammaincinv

from yinghuo.engines.transmission.missing import as_table, pressure
from yinghuo.engines.transmission.serial_intervals import by_lag

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
LEAST_KNOWN = 1 / 3  # a day whose past is known by less than this share is no observation
SUPPORTS = 4_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reproduction:
    """Reproduction numbers for windows that end on each day; shapes as the counts': (days,) or (areas, days).

    mean, sd:     of the posterior Gamma; NaN without information
    quantiles:    of the posterior at `levels`, shape (…, days, 5); NaN without information
    informative:  whether the window says more than the prior does
    shape, scale: the posterior Gamma's; NaN without information
    days_seen:    reported days in the window, 0..window
    known_share:  share of the window's infectious past that rests on reported days, 0..1
    """

    mean: Floats
    sd: Floats
    quantiles: Floats
    informative: NDArray[np.bool_]
    shape: Floats
    scale: Floats
    days_seen: NDArray[np.int64]
    known_share: Floats
    levels: tuple[float, ...] = QUANTILES

    @property
    def no_information(self) -> NDArray[np.bool_]:
        """Where nothing can be said; never shown as the prior's mean."""
        return ~self.informative

    @property
    def median(self) -> Floats:
        """The quantile at 0.5."""
        return np.asarray(self.quantiles[..., self.levels.index(0.5)])


def reproduction_number(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    window: int = 7,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
) -> Reproduction:
    """How many people one infected person infects, by day: posterior over the last `window` days.

    On day t new infections are Poisson with mean R times L(t), L(t) = sum over lags s of I(t-s) w(s). With the prior
    Gamma(a, b), a = (prior_mean / prior_sd) squared, b = prior_sd squared / prior_mean, the posterior of R over a
    window is Gamma(a + sum I, 1 / (1/b + sum L)).

    A missing day (NaN) is no observation: it adds to neither sum. In the past of later days it stands as the line
    between its reported neighbours (see `missing`); a day whose past is known by less than a third is none either.

    No information: fewer than `window` days so far, or a sum of L below 1/b. The posterior's mean weighs the prior's
    with 1/b and the data's with the sum of L: below, it would repeat the prior more than it would say.

    incidence:       newly infected people, (days,) or (areas, days), lists or arrays; whole numbers are not needed
    serial_interval: probabilities by lag, see `by_lag`
    window:          days, at least 1; prior_mean, prior_sd: above 0; ValueError otherwise

    >>> from yinghuo.engines.transmission import discretised_gamma
    >>> flu = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13]  # a school in Pennsylvania, 2009 (Cauchemez et al. 2011)
    >>> found = reproduction_number(flu, discretised_gamma(2.6, 1.5, 30))  # Ferguson et al. 2005
    >>> found.mean[7:].round(2).tolist()  # as EpiEstim prints
    [1.74, 1.75, 1.54, 1.43, 1.42, 1.64]
    """
    if window < 1 or not (prior_mean > 0 and prior_sd > 0):
        raise ValueError("a window has at least one day, and a prior a mean and a deviation above 0")
    counts = as_table(incidence)
    past = pressure(counts, by_lag(serial_interval))
    counted = ~np.isnan(counts) & (past.known >= LEAST_KNOWN)
    cases = _windowed(np.where(counted, counts, 0.0), window)
    expected = _windowed(np.where(counted, past.pressure, 0.0), window)
    known = _windowed(np.where(counted, past.pressure * past.known, 0.0), window)
    rate = prior_mean / prior_sd**2
    shape = (prior_mean / prior_sd) ** 2 + cases
    scale = 1 / (rate + expected)
    informative = (expected >= rate) & (np.arange(counts.shape[1]) >= window - 1)
    found = Reproduction(
        mean=np.where(informative, shape * scale, np.nan),
        sd=np.where(informative, np.sqrt(shape) * scale, np.nan),
        quantiles=_quantiles(shape, scale, informative),
        informative=informative,
        shape=np.where(informative, shape, np.nan),
        scale=np.where(informative, scale, np.nan),
        days_seen=_windowed(counted.astype(np.float64), window).round().astype(np.int64),
        known_share=np.divide(known, expected, out=np.zeros_like(known), where=expected > 0),
    )
    return found if np.ndim(incidence) > 1 else _first(found)


def _windowed(values: Floats, window: int) -> Floats:
    """Sums over the last `window` days; of fewer where the series has only begun."""
    sums = np.cumsum(values, axis=1)
    sums[:, window:] -= sums[:, :-window].copy()
    return np.maximum(sums, 0)


def _quantiles(shape: Floats, scale: Floats, informative: NDArray[np.bool_]) -> Floats:
    """Quantiles of Gamma(shape, scale); each shape is looked up once, for whole counts repeat them.

    Where they don't, a spline through SUPPORTS of them takes its place: apart by less than one in a hundred million.
    """
    found = np.full((*shape.shape, len(QUANTILES)), np.nan)
    once, back = np.unique(shape[informative], return_inverse=True)
    if once.size <= SUPPORTS:
        table = gammaincinv(once[:, None], np.array(QUANTILES))
    else:
        points = np.linspace(np.log(once[0]), np.log(once[-1]), SUPPORTS)
        logs = np.log(gammaincinv(np.exp(points)[:, None], np.array(QUANTILES)))
        table = np.exp(CubicSpline(points, logs)(np.log(once)))
    found[informative] = table[back] * scale[informative][:, None]
    return found


def _first(found: Reproduction) -> Reproduction:
    return Reproduction(
        found.mean[0],
        found.sd[0],
        found.quantiles[0],
        found.informative[0],
        found.shape[0],
        found.scale[0],
        found.days_seen[0],
        found.known_share[0],
    )
