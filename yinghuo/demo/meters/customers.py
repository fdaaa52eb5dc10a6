"""Invented customers of the simulation: what class they are, how they are metered, how much they draw."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from yinghuo.engines.meters.simulation.books import COLUMNS, IMPORT, REACTIVE_1, TARIFFS
from yinghuo.engines.meters.simulation.load import Load
from yinghuo.engines.meters.simulation.meter import Spec

CLASSES = ("industrial", "hospital", "residential")
SHARES = (0.6, 0.05, 0.35)
PT_RATIO = 100  # 10 kV to 100 V
CT_RATIOS = (10, 15, 20, 30, 40, 60, 80, 100, 120)


class Customer(NamedTuple):
    """A customer and its meter; `mean_kw` is the primary mean power of a working day."""

    number: int
    customer_class: str
    wiring: str
    ct_ratio: int
    pt_ratio: int
    contract_kw: Decimal | None
    mean_kw: float
    spec: Spec


def draw_customer(number: int, *, rng: np.random.Generator) -> Customer:
    """An invented customer with the meter 2201 and `number`."""
    kind = CLASSES[0] if number == 1 else str(rng.choice(CLASSES, p=SHARES))
    return _at_home(number, rng) if kind == "residential" else _with_transformers(number, kind, rng)


def _with_transformers(number: int, kind: str, rng: np.random.Generator) -> Customer:
    high = kind == "industrial" and rng.random() < 0.7
    wiring, rated_v, mean_w = (
        ("3p3w", 100.0, rng.uniform(120, 380)) if high else ("3p4w", 220.0, rng.uniform(450, 1450))
    )
    shape = "hospital" if kind == "hospital" else str(rng.choice(["two_shifts", "three_shifts", "day_shift"]))
    if shape == "day_shift":
        mean_w /= 2  # its day is three times its mean
    ct_ratio, pt_ratio = int(rng.choice(CT_RATIOS)), PT_RATIO if high else 1
    mean_kw = float(mean_w) * ct_ratio * pt_ratio / 1000
    load = Load(
        shape,
        float(mean_w),
        seed=int(rng.integers(2**31)),
        turn=int(rng.integers(-3, 4)),
        behind=float(rng.uniform(0.15, 0.45)),
        idle_var=float(mean_w) * 0.02,
    )
    spec = _spec(number, load, wiring, rated=(rated_v, 1.5, 6.0), rng=rng)
    contract = Decimal(int(mean_kw * 3.2 // 10 + 1) * 10)
    return Customer(number, kind, wiring, ct_ratio, pt_ratio, contract, mean_kw, spec)


def _at_home(number: int, rng: np.random.Generator) -> Customer:
    mean_w = float(rng.uniform(120, 700))
    load = Load(
        f"household_{rng.integers(1, 3)}",
        mean_w,
        seed=int(rng.integers(2**31)),
        noise=0.15,
        turn=int(rng.integers(-4, 5)),
        behind=float(rng.uniform(0.1, 0.3)),
    )
    spec = _spec(number, load, "1p2w", rated=(220.0, 5.0, 60.0), rng=rng)
    return Customer(number, "residential", "1p2w", 1, 1, None, mean_w / 1000, spec)


def _spec(number: int, load: Load, wiring: str, *, rated: tuple[float, float, float], rng: np.random.Generator) -> Spec:
    shares = (1.0, 0.0, 0.0) if wiring == "1p2w" else (1 / 3, 1 / 3, 1 / 3)
    if wiring == "3p4w":
        tilt = float(rng.uniform(-0.03, 0.03))
        shares = (1 / 3 + tilt, 1 / 3 - tilt, 1 / 3)
    return Spec(
        f"2201{number:08d}",
        load,
        wiring,
        *rated,
        opening=_opening(load, rng),
        shares=shares,
        seed=int(rng.integers(2**31)),
    )


def _opening(load: Load, rng: np.random.Generator) -> tuple[int, ...]:
    """Registers after some hundred days of such a load; the total is the sum of the tariffs to the last mWh."""
    days = int(rng.integers(100, 700))
    tariffs = (rng.dirichlet((1, 6, 8, 5)) * load.mean_w * 24_000 * days).astype(np.int64)
    registers = [0] * COLUMNS
    registers[IMPORT + 1 : IMPORT + 1 + TARIFFS] = tariffs.tolist()
    registers[IMPORT] = int(tariffs.sum())
    registers[REACTIVE_1] = int(load.behind * tariffs.sum())
    return tuple(registers)
