"""The handbook of disinfection: which agent in which dose for which target, and how much to mix.

All rows are from memory of WS/T 774-2021, WS/T 367-2012 and GB 19193-2015; not checked against their texts. They stand
for chlorine-containing disinfectants (available chlorine) and, where said, other agents. Before a place is treated the
label of the agent that is really at hand goes first.
"""

from datetime import date
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.response.rules.clocks import FIRST


class Target(TextChoices):
    """What is treated."""

    SURFACE = "surface", _("surfaces and floors")
    VISIBLE = "visible", _("surfaces soiled with body fluids")
    EXCRETA = "excreta", _("excreta and vomit, 1 part to 2 parts")
    WASTE_WATER = "waste_water", _("waste water of isolation sites")
    TABLEWARE = "tableware", _("tableware")
    CLOTH = "cloth", _("clothes and bedding")
    VEHICLE = "vehicle", _("vehicles")
    AIR = "air", _("air of a room without people")


class Agent(TextChoices):
    """With what it is treated."""

    CHLORINE = "chlorine", _("chlorine-containing disinfectant")
    PEROXIDE = "peroxide", _("hydrogen peroxide, 3 %, as a mist")


class Dose(NamedTuple):
    """A row of the handbook, from `valid_from` on.

    mg_l:        available chlorine (or peroxide) of the solution, mg/L; contact_min: minutes it has to act
    ml_per_m2:   solution sprayed or wiped per square metre; None where volume is asked for instead of an area
    source:      the standard, from memory
    """

    target: Target
    agent: Agent
    valid_from: date
    mg_l: int
    contact_min: int
    ml_per_m2: int | None
    source: str


DOSES = (
    Dose(Target.SURFACE, Agent.CHLORINE, FIRST, 1000, 30, 200, "WS/T 774-2021"),
    Dose(Target.VISIBLE, Agent.CHLORINE, FIRST, 5000, 30, 300, "WS/T 774-2021"),
    Dose(Target.EXCRETA, Agent.CHLORINE, FIRST, 20000, 120, None, "GB 19193-2015"),
    Dose(Target.WASTE_WATER, Agent.CHLORINE, FIRST, 50, 90, None, "GB 18466-2005"),
    Dose(Target.TABLEWARE, Agent.CHLORINE, FIRST, 500, 30, None, "WS/T 774-2021"),
    Dose(Target.CLOTH, Agent.CHLORINE, FIRST, 500, 30, None, "WS/T 774-2021"),
    Dose(Target.VEHICLE, Agent.CHLORINE, FIRST, 1000, 30, 200, "WS/T 774-2021"),
    Dose(Target.AIR, Agent.PEROXIDE, FIRST, 30000, 60, 20, "WS/T 774-2021"),
)


class Mix(NamedTuple):
    """What to mix, litres: the solution, of it stock and water."""

    litres: Decimal
    stock_l: Decimal
    water_l: Decimal


def dose_of(target: str, day: date) -> Dose:
    """The row of the handbook in force for a target; KeyError for a target without one.

    >>> dose_of("surface", date(2022, 5, 8)).mg_l
    1000
    """
    rows = [row for row in DOSES if row.target == target]
    if not rows:
        raise KeyError(target)
    return max((row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from, default=rows[0])


def litres_for(dose: Dose, area_m2: Decimal) -> Decimal:
    """Litres of solution for an area; ValueError for a target that is counted by volume.

    >>> litres_for(dose_of("surface", date(2022, 5, 8)), Decimal(120))
    Decimal('24')
    """
    if dose.ml_per_m2 is None:
        raise ValueError(f"{dose.target} is counted by volume")
    return area_m2 * dose.ml_per_m2 / Decimal(1000)


def mix(litres: Decimal, *, mg_l: int, stock_mg_l: int) -> Mix:
    """How much stock and water make so many litres of a dose; stock rounded up to the millilitre, never too weak.

    litres:     of solution, above 0
    mg_l:       available chlorine wanted; stock_mg_l: of the stock (5 % is 50,000), not below mg_l; else ValueError

    >>> mix(Decimal(24), mg_l=1000, stock_mg_l=50000)
    Mix(litres=Decimal('24.000'), stock_l=Decimal('0.480'), water_l=Decimal('23.520'))
    """
    if litres <= 0 or mg_l <= 0 or stock_mg_l < mg_l:
        raise ValueError(f"{litres} L of {mg_l} mg/L cannot be made from {stock_mg_l} mg/L")
    millilitre = Decimal("0.001")
    whole = litres.quantize(millilitre, ROUND_UP)
    stock = min((litres * mg_l / stock_mg_l).quantize(millilitre, ROUND_UP), whole)
    return Mix(whole, stock, whole - stock)


class CheckRule(NamedTuple):
    """When a check is passed: the value lies between `least` and `most` (None: no bound), in the method's unit."""

    method: str
    least: Decimal | None
    most: Decimal | None
    source: str

    def passed(self, value: Decimal) -> bool:
        """Whether a value passes."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


CHECKS = {
    row.method: row
    for row in (
        CheckRule("chlorine", Decimal("0.3"), None, "project's choice: residue is still found when it has acted"),
        CheckRule("atp", None, Decimal(500), "project's choice; makers' limits differ"),
        CheckRule("culture", None, Decimal(10), "GB 15982-2012, class III and IV surfaces; from memory"),
    )
}
