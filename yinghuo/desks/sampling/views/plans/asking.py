"""The form of the planner: what a plan is asked for, with the census and the day's rules where nothing is typed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yinghuo.core.people.models import User
from yinghuo.desks.sampling.models import Mode
from yinghuo.desks.sampling.planning_rules import round_h, used
from yinghuo.desks.sampling.queries.plans import Asked, Counted, areas_of, counted

PER = 10_000  # positive people are asked for per so many
MOST_PEOPLE = 100_000_000
NUMBER = {"inputmode": "numeric"}


class PlanForm(forms.Form):
    """What to plan for; every empty field is filled from the census or from the rules of the day."""

    area_code = forms.ChoiceField(label=_("Area"), help_text=_("The streets of a county appear once it is chosen."))
    population = forms.IntegerField(
        label=_("People to be sampled"), required=False, min_value=1, max_value=MOST_PEOPLE,
        help_text=_("Empty: the residents of the area at the census."),
    )  # fmt: skip
    day = forms.DateField(
        label=_("Day of the round"),
        help_text=_("The rules of this day count."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hours = forms.IntegerField(
        label=_("Hours of sampling"), required=False, min_value=1, max_value=240,
        help_text=_("Empty: as many as the rule of the day allows."),
    )  # fmt: skip
    opens = forms.IntegerField(label=_("Sites open at (hour)"), min_value=0, max_value=23)
    mode = forms.TypedChoiceField(label=_("People per tube"), choices=Mode.choices, coerce=int)
    positive = forms.DecimalField(
        label=_("Positive people expected per 10,000"), min_value=0, max_value=PER, max_digits=9, decimal_places=4
    )
    service_s = forms.IntegerField(label=_("Seconds for one person"), min_value=5, max_value=3600)
    sites = forms.IntegerField(
        label=_("Sites"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: as many as the rule asks."),
    )
    samplers = forms.IntegerField(
        label=_("Samplers"), required=False, min_value=1, max_value=1_000_000,
        help_text=_("All shifts together. Empty: as many as the rule asks."),
    )  # fmt: skip

    clustering = forms.DecimalField(
        label=_("Clustering within a tube"), min_value=0, max_value=Decimal("0.9"), max_digits=4, decimal_places=3,
        help_text=_("0: people are positive independently; 0.1 and more: households and workshops stand in one tube."),
    )  # fmt: skip

    def __init__(self, user: User, typed: Mapping[str, Any], today: date) -> None:
        usual = {"area_code": user.area_code, "day": today.isoformat(), "opens": "7", "mode": "10", "positive": "1"}
        usual["clustering"] = "0"
        usual["service_s"] = str(used("service_s", today).value[0])
        super().__init__({**usual, **{name: typed[name] for name in typed}})
        self.fields["area_code"].choices = areas_of(user.area_code, str(self.data["area_code"]))  # type: ignore[attr-defined]
        self.census: Counted | None = None

    def clean(self) -> dict[str, Any]:
        """Fills in the census and the rule's hours; asks for the population where no census knows it."""
        given = super().clean() or {}
        self.census = counted(given["area_code"]) if given.get("area_code") else None
        if given.get("population") is None and "population" not in self.errors and "area_code" in given:
            given["population"] = self.census.population if self.census else None
            if given["population"] is None:
                self.add_error("population", _("No census counts this area alone: type how many people live there."))
        if given.get("hours") is None and given.get("population") and given.get("day"):
            given["hours"] = round_h(given["day"], given["population"])
        return given

    def asked(self) -> Asked:
        """What was asked, once the form is valid."""
        given = dict(self.cleaned_data)
        share = float(given.pop("positive")) / PER
        return Asked(share=share, clustering=float(given.pop("clustering")), **given)
