"""Wiring faults as phasors: the factors of the field, and instruments that agree with each other."""

import cmath
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.meters.simulated import a_meter, at
from yinghuo.engines.meters.simulation.books import EXPORT, IMPORT
from yinghuo.engines.meters.simulation.instruments import shown, shown_many
from yinghuo.engines.meters.simulation.phasors import Connection, measure, symmetric

PHI = math.acos(0.9)
SWAPPED, FOUR, THREE = math.inf, "3p4w", "3p3w"
# K = true power / measured power at a power factor of 0.9 behind: docs/simulator.md says where the table is from
FACTORS = [
    (THREE, {}, 1),
    (THREE, {"currents": "ca"}, SWAPPED),
    (THREE, {"reversed": "a"}, 3.576),
    (THREE, {"reversed": "c"}, -3.576),
    (THREE, {"reversed": "ac"}, -1),
    (THREE, {"voltages": "bca"}, -12.41),
    (THREE, {"voltages": "cab"}, -1.088),
    (THREE, {"voltages": "acb"}, SWAPPED),
    (THREE, {"voltages": "bac"}, SWAPPED),
    (THREE, {"voltages": "cba"}, SWAPPED),
    (FOUR, {}, 1),
    (FOUR, {"reversed": "a"}, 3),
    (FOUR, {"reversed": "bc"}, -3),
    (FOUR, {"reversed": "abc"}, -1),
    (FOUR, {"currents": "bac"}, SWAPPED),
    (FOUR, {"lost": "b"}, 1.5),
    (FOUR, {"open_ct": "c"}, 1.5),
    (FOUR, {"voltages": "bca"}, -12.41),
    (FOUR, {"voltages": "cab"}, -1.088),
]


@pytest.mark.parametrize(("wiring", "fault", "factor"), FACTORS)
def test_a_miswired_meter_measures_the_share_that_the_table_says(wiring: str, fault: dict, factor: float) -> None:
    volts, amps = symmetric(220.0), symmetric(5.0, behind_rad=PHI)
    true_w = (volts * np.conj(amps)).sum().real
    measured_w = measure(Connection(wiring, **fault), volts, amps).powers.sum().real
    assert measured_w / true_w == pytest.approx(0 if factor == SWAPPED else 1 / factor, abs=5e-4)


@pytest.mark.parametrize("wiring", ["1p2w", THREE, FOUR])
def test_instruments_agree_with_each_other_and_with_the_registers(wiring: str) -> None:
    meter = a_meter(wiring)
    moment = at(6, 10)
    seen = shown(meter, moment)
    power, reactive, apparent = (seen[name][0, 0] for name in ("power_kw", "reactive_kvar", "apparent_kva"))
    quarter_mwh = (meter.registers(moment + 900) - meter.registers(moment))[IMPORT]
    assert power * 250_000 == pytest.approx(quarter_mwh, rel=1e-6)
    assert math.hypot(power, reactive) == pytest.approx(apparent)
    assert seen["factor"][0, 0] == pytest.approx(power / apparent)
    for phase in range(3):
        volts, amps, angle = (seen[name][0, phase] for name in ("voltage_v", "current_a", "angle_deg"))
        if math.isnan(volts):
            assert math.isnan(amps) and wiring != FOUR
            continue
        element = cmath.rect(volts * amps / 1000, math.radians(angle))
        assert element.real == pytest.approx(seen["power_kw"][0, phase + 1], abs=1e-9)
        assert element.imag == pytest.approx(seen["reactive_kvar"][0, phase + 1], abs=1e-9)


@pytest.mark.parametrize("fault", [{"reversed": "a"}, {"lost": "a"}, {"open_ct": "c"}, {"voltages": "cab"}])
def test_power_of_a_miswired_meter_is_what_its_registers_count(fault: dict[str, str]) -> None:
    for wiring in (THREE, FOUR):
        meter = a_meter(wiring, connection=Connection(wiring, **fault))
        grown = meter.registers(at(6, 10, 15)) - meter.registers(at(6, 10))
        power = shown(meter, at(6, 10))["power_kw"][0, 0]
        assert (grown[IMPORT] - grown[EXPORT]) / 250_000 == pytest.approx(power, rel=1e-4)


def test_a_lost_voltage_and_an_open_transformer_are_seen_at_their_phase() -> None:
    lost = shown(a_meter(connection=Connection(FOUR, lost="b")), at(6, 10))
    assert (lost["voltage_v"][0] == 0).tolist() == [False, True, False]
    open_ct = shown(a_meter(connection=Connection(FOUR, open_ct="b")), at(6, 10))
    assert (open_ct["current_a"][0] == 0).tolist() == [False, True, False]
    reversed_ct = shown(a_meter(connection=Connection(FOUR, reversed="b")), at(6, 10))
    assert (reversed_ct["power_kw"][0, 1:] < 0).tolist() == [False, True, False]
    turned = reversed_ct["angle_deg"][0, 1] - reversed_ct["angle_deg"][0, 0]
    assert turned % 360 == pytest.approx(180, abs=0.01)


@given(st.integers(0, 95), st.integers(0, 95))
@settings(max_examples=15, deadline=None)
def test_many_moments_at_once_show_the_same_as_one_by_one(one: int, other: int) -> None:
    meter = a_meter()
    meter.change(at(6, 12), connection=Connection(FOUR, reversed="a"))
    moments = np.array(sorted((at(6) + one * 900, at(6) + other * 900)))
    many = shown_many(meter, moments)
    for row, moment in enumerate(moments.tolist()):
        for name, values in shown(meter, moment).items():
            assert values[0] == pytest.approx(many[name][row], nan_ok=True)
