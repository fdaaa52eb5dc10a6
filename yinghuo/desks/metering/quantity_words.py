"""What quantities and qualities of readings are called, and how many decimals a value of a unit shows."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State, Tone, Words
from yinghuo.engines.meters.quantities import BY_NUMBER, PHASES, TARIFFS

PLACES = {"kWh": 2, "kvarh": 2, "V": 1, "A": 3, "kW": 4, "kvar": 4, "kVA": 4, "Hz": 2, "°C": 1, "°": 1, "": 3, "s": 0}
MOST_PLACES = 4
TARIFF_WORDS: dict[str, Words] = {
    "sharp": lazy("sharp peak"),
    "peak": lazy("peak"),
    "flat": lazy("flat"),
    "valley": lazy("valley"),
}
SINGLE: dict[str, Words] = {
    "import_kwh": lazy("Energy drawn, total"),
    "export_kwh": lazy("Energy fed in, total"),
    "reactive_1_kvarh": lazy("Combined reactive energy 1"),
    "reactive_2_kvarh": lazy("Combined reactive energy 2"),
    "combined_kwh": lazy("Combined energy, total"),
    "power_kw": lazy("Active power, total"),
    "reactive_power_kvar": lazy("Reactive power, total"),
    "apparent_power_kva": lazy("Apparent power, total"),
    "power_factor_share": lazy("Power factor, total"),
    "frequency_hz": lazy("Frequency"),
    "temperature_celsius": lazy("Temperature in the meter"),
    "demand_kw": lazy("Maximum demand"),
    "clock_drift_s": lazy("Clock ahead of ours"),
}
BY_TARIFF: dict[str, Words] = {
    "import": lazy("Energy drawn, %(tariff)s"),
    "export": lazy("Energy fed in, %(tariff)s"),
}
BY_PHASE: dict[str, Words] = {
    "voltage": lazy("Voltage, phase %(phase)s"),
    "current": lazy("Current, phase %(phase)s"),
    "power": lazy("Active power, phase %(phase)s"),
    "reactive_power": lazy("Reactive power, phase %(phase)s"),
    "apparent_power": lazy("Apparent power, phase %(phase)s"),
    "power_factor": lazy("Power factor, phase %(phase)s"),
    "angle": lazy("Phase angle, phase %(phase)s"),
}
QUALITIES: dict[str, tuple[Tone, Words]] = {
    "measured": ("done", lazy("measured")),
    "estimated": ("waiting", lazy("estimated")),
    "edited": ("waiting", lazy("edited")),
    "rejected": ("wrong", lazy("rejected")),
}


def quantity_in_words(number: int) -> str:
    """A quantity by its number; the number itself where it is not known.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     quantity_in_words(1), quantity_in_words(2), quantity_in_words(41), quantity_in_words(999)
    ('Energy drawn, total', 'Energy drawn, sharp peak', 'Voltage, phase A', '999')
    """
    if number not in BY_NUMBER:
        return str(number)
    name = BY_NUMBER[number].name
    if name in SINGLE:
        return str(SINGLE[name])
    stem, last = name.rsplit("_", 2)[:2]
    if last in TARIFFS:
        return str(BY_TARIFF[stem]) % {"tariff": TARIFF_WORDS[last]}
    return str(BY_PHASE[stem]) % {"phase": last.upper()} if last in PHASES else name


def shown(value: Decimal, number: int) -> Decimal:
    """A value with the decimals of its unit; four where the quantity is not known.

    >>> shown(Decimal("1234.5000"), 1), shown(Decimal("0.9990"), 68)
    (Decimal('1234.50'), Decimal('0.999'))
    """
    places = PLACES[BY_NUMBER[number].unit] if number in BY_NUMBER else MOST_PLACES
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def quality_state(quality: str) -> State:
    """A quality as a chip."""
    tone, word = QUALITIES.get(quality, ("waiting", quality))
    return State(tone, word)
