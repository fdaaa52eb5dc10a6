"""Wiring as phasors: what a meter measures when currents and voltages reach it right, swapped, reversed or not at all.

A meter has elements: one for each phase (four wires, single phase), or Uab with Ia and Ucb with Ic (three wires). Each
takes one voltage and one current. Wiring only changes which, so that the measured complex power is a fixed linear
function of the true one: `element power = coefficients @ phase power`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

TURN = np.exp(-2j * np.pi / 3)
PHASE = {"a": 0, "b": 1, "c": 2}
ELEMENTS = {"1p2w": "a", "3p3w": "ac", "3p4w": "abc"}


@dataclass(frozen=True)
class Connection:
    """How a meter is connected.

    wiring:   "1p2w", "3p3w" or "3p4w"
    voltages: which phase is on the terminals a, b, c ("abc" is right, "bca" rotated, "acb" swapped)
    currents: whose current is on each element, in order ("abc" or "ac" is right, "ca" swapped)
    reversed: elements whose current transformer is the wrong way round ("a", "ac")
    open_ct:  elements without current
    lost:     terminals without voltage
    """

    wiring: str
    voltages: str = "abc"
    currents: str = ""
    reversed: str = ""
    open_ct: str = ""
    lost: str = ""


class Measured(NamedTuple):
    """What the elements of a meter see; complex phasors in V and A, shape (..., elements)."""

    voltages: np.ndarray
    currents: np.ndarray

    @property
    def powers(self) -> np.ndarray:
        """Complex power of each element in VA."""
        return self.voltages * np.conj(self.currents)


def measure(connection: Connection, phase_v: np.ndarray, phase_a: np.ndarray) -> Measured:
    """What a connected meter sees of true phase voltages and currents (complex, shape (..., 3), V to neutral and A).

    >>> right = measure(Connection("3p4w"), symmetric(220.0), symmetric(5.0))
    >>> right.powers.sum().real.round(3)
    np.float64(3300.0)
    """
    elements = ELEMENTS[connection.wiring]
    on = {terminal: phase_v[..., PHASE[source]] for terminal, source in zip("abc", connection.voltages, strict=True)}
    volts = np.stack([_voltage(connection, one, on) for one in elements], axis=-1)
    whose = connection.currents or elements
    amps = np.stack([phase_a[..., PHASE[source]] for source in whose], axis=-1)
    signs = [0 if one in connection.open_ct else -1 if one in connection.reversed else 1 for one in elements]
    return Measured(volts, amps * np.array(signs))


def _voltage(connection: Connection, element: str, on: dict[str, np.ndarray]) -> np.ndarray:
    if element in connection.lost:
        return on[element] * 0
    if connection.wiring != "3p3w":
        return on[element]
    if "b" in connection.lost:  # without B both elements lie in series between A and C
        return (on[element] - on["c" if element == "a" else "a"]) / 2
    return on[element] - on["b"]


def symmetric(size: float, *, behind_rad: float = 0.0) -> np.ndarray:
    """Three phasors of one size, 120° apart, behind by an angle."""
    return size * np.exp(-1j * behind_rad) * TURN ** np.arange(3)


def grid(wiring: str) -> np.ndarray:
    """The supply's phase voltages in shares of their rated size, complex (3,); four wires have phases 0.4 % apart."""
    apart = np.array([1.0, 1.0, 1.0]) if wiring == "3p3w" else np.array([1.0, 1.004, 0.996])
    return symmetric(1.0) * apart


@lru_cache(maxsize=4096)
def coefficients(connection: Connection, shares: tuple[float, ...] = (1 / 3, 1 / 3, 1 / 3)) -> complex:
    """Measured total complex power for each VA of true power, whose phases carry these shares.

    >>> coefficients(Connection("3p4w", reversed="a")).real
    0.333333333333
    """
    volts = grid(connection.wiring)
    amps = np.conj(np.array(shares) / volts)
    total = complex(measure(connection, volts, amps).powers.sum())
    return complex(round(total.real, 12), round(total.imag, 12))
