"""What is measured: one number, name and unit for each quantity, and where each protocol keeps it.

Numbers never change once given: they are the keys of stored readings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

TARIFFS = ("sharp", "peak", "flat", "valley")  # T1 to T4 in the order of State Grid's displays: 尖 峰 平 谷
PHASES = ("a", "b", "c")


@dataclass(frozen=True)
class Quantity:
    """A quantity; `name` ends in its unit.

    dlt645: data identifier, 8 hex digits; dlt698: object attribute descriptor, 8 hex digits; obis: A-B:C.D.E*F
    "" where the protocol has no such thing.
    """

    number: int
    name: str
    unit: str
    dlt645: str = ""
    dlt698: str = ""
    obis: str = ""

    @property
    def is_register(self) -> bool:
        """Whether it counts up and never down while the meter is well."""
        return self.name.startswith(("import_", "export_"))


def _energies() -> list[Quantity]:
    totals = [
        Quantity(1, "import_kwh", "kWh", "00010000", "00100201", "1-0:1.8.0*255"),
        Quantity(11, "export_kwh", "kWh", "00020000", "00200201", "1-0:2.8.0*255"),
        Quantity(21, "reactive_1_kvarh", "kvarh", "00030000", "00300201", "1-0:3.8.0*255"),
        Quantity(22, "reactive_2_kvarh", "kvarh", "00040000", "00400201", "1-0:4.8.0*255"),
        Quantity(23, "combined_kwh", "kWh", "00000000", "00000201", "1-0:16.8.0*255"),
    ]
    tariffs = [
        Quantity(
            10 * way + 1 + n,
            f"{word}_{tariff}_kwh",
            "kWh",
            f"000{way + 1}0{n}00",
            f"00{way + 1}0020{n + 1}",
            f"1-0:{way + 1}.8.{n}*255",
        )
        for way, word in enumerate(("import", "export"))
        for n, tariff in enumerate(TARIFFS, 1)
    ]
    return totals + tariffs


def _phases() -> list[Quantity]:
    rows = (
        (41, "voltage", "v", "V", "0201", "2000", "02", ("32", "52", "72")),
        (44, "current", "a", "A", "0202", "2001", "02", ("31", "51", "71")),
        (50, "power", "kw", "kW", "0203", "2004", "02", ("21", "41", "61")),
        (54, "reactive_power", "kvar", "kvar", "0204", "2005", "02", ("23", "43", "63")),
        (58, "apparent_power", "kva", "kVA", "0205", "2006", "02", ("29", "49", "69")),
        (62, "power_factor", "share", "", "0206", "200A", "02", ("33", "53", "73")),
        (65, "angle", "deg", "°", "0207", "2003", "02", ("", "", "")),
    )
    return [
        Quantity(
            first + n,
            f"{word}_{phase}_{short}",
            unit,
            f"{di}0{n + 1}00",
            # 698 counts the total as the first element of power and power factor, the phases after it
            f"{oi}{attribute}0{n + 1 + (word not in ('voltage', 'current', 'angle'))}",
            f"1-0:{obis[n]}.7.0*255" if obis[n] else "",
        )
        for first, word, short, unit, di, oi, attribute, obis in rows
        for n, phase in enumerate(PHASES)
    ]


def _totals() -> list[Quantity]:
    return [
        Quantity(47, "power_kw", "kW", "02030000", "20040201", "1-0:16.7.0*255"),
        Quantity(48, "reactive_power_kvar", "kvar", "02040000", "20050201", "1-0:131.7.0*255"),
        Quantity(49, "apparent_power_kva", "kVA", "02050000", "20060201", "1-0:9.7.0*255"),
        Quantity(68, "power_factor_share", "", "02060000", "200A0201", "1-0:13.7.0*255"),
        Quantity(69, "frequency_hz", "Hz", "02800002", "200F0200", "1-0:14.7.0*255"),
        Quantity(70, "temperature_celsius", "°C", "02800007", "20100200", ""),
        Quantity(71, "demand_kw", "kW", "01010000", "10100201", "1-0:1.6.0*255"),
        Quantity(72, "clock_drift_s", "s"),
    ]


QUANTITIES: tuple[Quantity, ...] = tuple(sorted((*_energies(), *_phases(), *_totals()), key=lambda one: one.number))
BY_NUMBER: Mapping[int, Quantity] = {one.number: one for one in QUANTITIES}
BY_NAME: Mapping[str, Quantity] = {one.name: one for one in QUANTITIES}
BY_DLT645: Mapping[str, Quantity] = {one.dlt645: one for one in QUANTITIES if one.dlt645}
BY_DLT698: Mapping[str, Quantity] = {one.dlt698: one for one in QUANTITIES if one.dlt698}
BY_OBIS: Mapping[str, Quantity] = {one.obis: one for one in QUANTITIES if one.obis}
