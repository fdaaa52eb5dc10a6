"""What the simulated daily flow assumes: numbers invented for it, in one place, and shown as invented."""

from typing import NamedTuple


class Assumed(NamedTuple):
    """None of these is a published figure.

    infections_an_order: new infections that one order stands for (a household, a workshop, a bus)
    first_hour, last_hour: of the day in China, between which orders come in, evenly
    work_min:   minutes of work on site, on average; drawn from a Gamma distribution with half of it as deviation
    clock_min:  minutes within which a team must be on site
    step_min:   how often waiting orders are matched with teams
    far_km:     how far around a prefecture's centre places lie (standard deviation)
    shares:     shares of orders by the skill that they need
    """

    infections_an_order: float = 8.0
    first_hour: int = 6
    last_hour: int = 22
    work_min: float = 150.0
    clock_min: float = 120.0
    step_min: int = 30
    far_km: float = 15.0
    shares: tuple[tuple[str, float], ...] = (("tracing", 0.5), ("transfer", 0.25), ("disinfection", 0.25))


ASSUMED = Assumed()
METHOD = "flow 1"
