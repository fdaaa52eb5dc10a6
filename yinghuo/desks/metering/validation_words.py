"""Words of validation: rules, verdicts, methods, grounds, parameters, special days."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State, Words
from yinghuo.desks.metering.quantity_words import quality_state, quantity_in_words
from yinghuo.engines.meters.quantities import BY_NAME

RULES: dict[str, Words] = {
    "gap": lazy("Readings missing"),
    "duplicate": lazy("Point read more than once"),
    "spike": lazy("Spike"),
    "zero_run": lazy("Zero for long"),
    "frozen_run": lazy("Frozen value"),
    "negative": lazy("Negative value"),
    "falling": lazy("Register fell"),
    "sum_of_tariffs": lazy("Tariffs do not add up"),
    "energy_against_load": lazy("Energy and load differ"),
    "clock": lazy("Clock off"),
    "contract": lazy("Above contract capacity"),
    "high_low": lazy("Far from the day before"),
    "estimation": lazy("How estimates are made"),
}
MEANINGS: dict[str, Words] = {
    "gap": lazy("Quarter-hours without a reading; observed and limit count points."),
    "duplicate": lazy("More than one reading claims the same quarter-hour."),
    "spike": lazy("Above so many times the third-highest value of the day."),
    "zero_run": lazy("Zero at so many points in a row while there was supply."),
    "frozen_run": lazy("The same value, not zero, at so many points in a row."),
    "negative": lazy("Below zero where that cannot be."),
    "falling": lazy("A register counts up only; this one stands below its earlier reading."),
    "sum_of_tariffs": lazy("The total differs from the sum of its tariffs by more than their cut-off digits."),
    "energy_against_load": lazy("What the register went on differs from the load curve’s integral."),
    "clock": lazy("The meter’s clock differs from true time, in seconds."),
    "contract": lazy("Power times ratio above so many times the contract capacity."),
    "high_low": lazy("The day’s energy is far above or below that of the day before."),
    "estimation": lazy("Up to so many minutes a line, beyond it the mean of reference days; never across an outage."),
}
VERDICTS: dict[str, Words] = {
    "": "",
    "fast": lazy("register ahead of load"),
    "slow": lazy("register behind load"),
    "set": lazy("set it remotely"),
    "field": lazy("beyond remote setting: go there"),
    "faulty": lazy("off again after setting: faulty"),
    "high": pgettext_lazy("energy", "high"),
    "low": pgettext_lazy("energy", "low"),
}
METHODS: dict[str, Words] = {"linear": lazy("straight line"), "reference": lazy("mean of reference days")}
EFFECTS: dict[str, State] = {
    "doubt": State("waiting", lazy("in doubt")),
    "reject": State("wrong", lazy("not believed")),
}
PARAMETERS: dict[str, Words] = {
    "quantities": lazy("quantities"),
    "factor": lazy("factor"),
    "at_least": lazy("from, kW"),
    "points": lazy("points"),
    "below": lazy("below"),
    "rollover": lazy("last digit goes over at, kWh"),
    "per_tariff": lazy("per tariff, kWh"),
    "share": lazy("share"),
    "least_kwh": lazy("from, kWh"),
    "set_s": lazy("set beyond, s"),
    "field_s": lazy("in person from, s"),
    "faulty_s": lazy("faulty beyond, s"),
    "sets": lazy("after so many sets"),
    "high": lazy("times, high"),
    "low": lazy("times, low"),
    "linear_min": lazy("line up to, min"),
    "days": lazy("reference days"),
    "least_days": lazy("at least, days"),
    "lookback_days": lazy("looked for back, days"),
}


def rule_in_words(name: str) -> Words:
    """A rule by its name."""
    return RULES.get(name, name)


def reason_in_words(quality: str, reason: str) -> str:
    """Why a row is not as measured: an edit says its own reason, a rule is named with its method.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     reason_in_words("estimated", "spike: linear"), reason_in_words("edited", "meter exchanged")
    ('Spike · straight line', 'meter exchanged')
    """
    ground, _colon, method = reason.partition(": ")
    if quality not in ("estimated", "rejected"):
        return reason
    words = [RULES.get(ground, RULES["gap"] if ground == "missing" else ground), METHODS.get(method, method)]
    return " · ".join(str(word) for word in words if word)


def standing_state(quality: str) -> State:
    """A quality as a chip; "missing" too."""
    return State("off", lazy("missing")) if quality == "missing" else quality_state(quality)


def parameters_in_words(parameters: Mapping[str, Any]) -> str:
    """The parameters of a rule in one line."""
    return " · ".join(f"{PARAMETERS.get(key, key)} {_value(value)}" for key, value in parameters.items())


def because_in_words(because: str) -> list[tuple[str, str]]:
    """What a row of the lake says of why, as pairs of a name and a text; a person's words as they are."""
    try:
        told = json.loads(because)
    except ValueError:
        return [(_("Said"), because)] if because else []
    rows = {
        _("Ground"): reason_in_words("rejected", str(told.get("ground", told.get("rule", "")))),
        _("Method"): str(METHODS.get(str(told.get("method", "")), "")),
        _("Reference days"): "、".join(told.get("days", [])) if _zh() else ", ".join(told.get("days", [])),
        _("Fitted to the register’s advance"): f"{told['register_kwh']} kWh" if "register_kwh" in told else "",
        _("Parameters"): parameters_in_words(told.get("parameters", {})),
    }
    return [(name, text) for name, text in rows.items() if text]


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ("、" if _zh() else ", ").join(quantity_in_words(BY_NAME[one].number) for one in value if one in BY_NAME)
    return str(value)


def _zh() -> bool:
    return (get_language() or "").startswith("zh")
