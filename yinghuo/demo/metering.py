"""A small register for the demonstration, with days of readings: every customer, meter and value in it is invented."""

import csv
import hashlib
import math
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from yinghuo.core.parties.actions import register_party
from yinghuo.demo.world import BY, named
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.actions.holding import hold
from yinghuo.desks.metering.jobs.draining import drain
from yinghuo.desks.metering.jobs.validating import validate
from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import LastValue, Meter, ValidationRun
from yinghuo.engines.meters.quantities import BY_NAME
from yinghuo.web.embedded import var_dir

CHINA = ZoneInfo("Asia/Shanghai")
INSTALLED = date(2020, 6, 1)
QUARTER = timedelta(minutes=15)
WHOLE_DAYS = 2  # of readings before today; each is validated
STRANGER = "2201FFFE"  # a terminal that nobody announced
SILENT_SINCE = timedelta(hours=31)
SHAPES = {"hospital": (0.7, 0.3), "industrial": (0.35, 0.65), "residential": (0.5, 0.5)}  # base, swing of a day


class Customer(NamedTuple):
    """An invented customer: where, of which class, behind which terminal, how many meters, how they are wired."""

    name_zh: str
    name_en: str
    area_code: str
    customer_class: str
    terminal: int
    meters: int
    wiring: str
    ct: int
    pt: int
    mean_kw: float


# Of so many meters the which-th shows a fault, from and to an hour of yesterday.
FAULTS = (
    (17, 4, 14, 14.25, "jump"),
    (19, 6, 9, 10.5, "silent"),
    (29, 3, 8, 14, "silent"),
    (31, 8, 9, 16, "stuck"),
)
CUSTOMERS = (
    Customer(
        "第一方舱医院（虚构）", "Makeshift hospital 1 (invented)", "220106", "hospital", 0, 4, "3p4w", 120, 1, 0.62
    ),
    Customer(
        "第二方舱医院（虚构）", "Makeshift hospital 2 (invented)", "220112", "hospital", 1, 4, "3p4w", 100, 1, 0.58
    ),
    Customer("定点医院（虚构）", "Designated hospital (invented)", "220104", "hospital", 2, 4, "3p3w", 40, 100, 0.19),
    Customer("区人民医院（虚构）", "District hospital (invented)", "220102", "hospital", 2, 4, "3p3w", 30, 100, 0.17),
    Customer(
        "江城定点医院（虚构）", "River city hospital (invented)", "220202", "hospital", 5, 4, "3p3w", 40, 100, 0.18
    ),
    Customer("第一总装厂（虚构）", "Assembly plant 1 (invented)", "220106", "industrial", 3, 6, "3p3w", 120, 100, 0.31),
    Customer("发动机厂（虚构）", "Engine plant (invented)", "220106", "industrial", 3, 4, "3p3w", 80, 100, 0.28),
    Customer(
        "冲压车身厂（虚构）", "Press and body plant (invented)", "220106", "industrial", 4, 4, "3p3w", 100, 100, 0.25
    ),
    Customer("化纤厂（虚构）", "Fibre plant (invented)", "220203", "industrial", 6, 6, "3p3w", 60, 100, 0.33),
)
HOMES = (("220106", 0, 6), ("220112", 1, 6), ("220102", 2, 2), ("220106", 4, 6), ("220202", 5, 6), ("220204", 6, 4))
AREAS = ("220106", "220112", "220104", "220106", "220106", "220202", "220203")
TERMINALS = ("22018001", "22018002", "220180000001", "22018003", "22018004", "22028001", "220280000001")


def play(_scenario: object, at: datetime) -> None:
    """Loads the register, holds a terminal that nobody announced, keeps days of readings; again, it changes nothing.

    The readings go the way of all readings: spool, lake, last values; the whole days are validated as in the night.
    """
    with TemporaryDirectory(prefix="yinghuo-demo-") as folder:
        _write(Path(folder), _parties(at))
        register.load(Path(folder), by=BY, at=at)
    hold(STRANGER, protocol="gdw376", peer="192.0.2.7:31000", at=at)
    if not LastValue.objects.exists():
        with closing(Spool(settings.METERING_SPOOL)) as spool:
            spool.append(list(readings(at)))
            drain(spool, Lake(settings.METERING_LAKE), now=at)
    today = at.astimezone(CHINA).date()
    for day in (today - timedelta(days=days) for days in range(WHOLE_DAYS, 0, -1)):
        if not ValidationRun.objects.filter(day=day).exists():
            validate(Lake(settings.METERING_LAKE), day, now=at)


def readings(at: datetime) -> Iterator[Reading]:
    """Energy and power in quarter-hours since a midnight, and the phases of this moment, of every meter in use."""
    now = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    for number, meter in enumerate(Meter.objects.order_by("address")):
        late = SILENT_SINCE if number % 23 == 11 else timedelta(0)
        yield from _curve(meter, number, now - late, at)
        yield from _phases(meter, number, now - late, at)


def forget() -> None:
    """Removes the lake and the spool of this installation, when the demonstration makes room for another one."""
    for folder in (settings.METERING_LAKE, settings.METERING_SPOOL):
        if Path(folder).resolve().parent == var_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _parties(at: datetime) -> dict[str, UUID]:
    """The customers, by Chinese name; a plant that the scenario has already is the same one."""
    return {
        one.name_zh: register_party(
            kind="hospital" if one.customer_class == "hospital" else "enterprise",
            id=named("plant", one.name_zh),
            name_zh=one.name_zh,
            name_en=one.name_en,
            area_code=one.area_code,
            by=BY,
            at=at,
        ).id
        for one in CUSTOMERS
    }


def _write(folder: Path, parties: dict[str, UUID]) -> None:
    meters = [*_of_customers(parties), *_at_home()]
    for number, row in enumerate(meters, start=1):
        row["address"] = f"2205{number:08d}"
        row["point"] = sum(one["terminal"] == row["terminal"] for one in meters[:number])
    _file(folder / "transformers.csv", _transformers())
    _file(folder / "terminals.csv", _terminals())
    _file(folder / "meters.csv", meters)


def _file(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _transformers() -> Iterator[dict[str, Any]]:
    for number, one in enumerate(CUSTOMERS):
        kva = 1600 if one.customer_class == "hospital" else 6300
        yield {"code": f"JL-ZB-{number:03}", "name": f"{one.name_zh}专变", "area_code": one.area_code, "rated_kva": kva}
    for number, (area, _terminal, _meters) in enumerate(HOMES, start=1):
        yield {"code": f"JL-TQ-{number:03}", "name": f"{number}号公变台区（虚构）", "area_code": area, "rated_kva": 400}


def _terminals() -> Iterator[dict[str, Any]]:
    for number, (address, area) in enumerate(zip(TERMINALS, AREAS, strict=True), start=1):
        protocol = "gdw376" if len(address) == 8 else "dlt698"
        yield {"address": address, "protocol": protocol, "area_code": area, "name": f"{number}号终端（虚构）"}


def _of_customers(parties: dict[str, UUID]) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(CUSTOMERS):
        contract = round(one.mean_kw * one.ct * one.pt * 3, -1)
        for _meter in range(one.meters):
            yield _meter_row(one.terminal, one.area_code, one.customer_class, one.wiring) | {
                "transformer": f"JL-ZB-{number:03}",
                "party_id": parties[one.name_zh],
                "rated_v": 100 if one.wiring == "3p3w" else 220,
                "rated_a": "1.5",
                "max_a": 6,
                "ct_ratio": one.ct,
                "pt_ratio": one.pt,
                "contract_kw": contract,
            }


def _at_home() -> Iterator[dict[str, Any]]:
    for number, (area, terminal, meters) in enumerate(HOMES, start=1):
        for _meter in range(meters):
            yield _meter_row(terminal, area, "residential", "1p2w") | {"transformer": f"JL-TQ-{number:03}"}


def _meter_row(terminal: int, area_code: str, customer_class: str, wiring: str) -> dict[str, Any]:
    """A row of meters.csv with every column; as a household's meter, where nothing else is said."""
    address = TERMINALS[terminal]
    return {
        "address": "",
        "protocol": "dlt645" if len(address) == 8 else "dlt698",
        "terminal": address,
        "point": 0,
        "transformer": "",
        "party_id": "",
        "area_code": area_code,
        "customer_class": customer_class,
        "wiring": wiring,
        "rated_v": 220,
        "rated_a": 5,
        "max_a": 60,
        "ct_ratio": 1,
        "pt_ratio": 1,
        "contract_kw": "",
        "tariffs": 4,
        "installed_on": INSTALLED.isoformat(),
    }


def _curve(meter: Meter, number: int, until: datetime, received_at: datetime) -> Iterator[Reading]:
    """The register and the power that drives it, which rises and falls with the hour; some readings are wrong."""
    energy_kwh = 1_000 + 137.31 * number
    at = datetime.combine(received_at.astimezone(CHINA).date() - timedelta(days=WHOLE_DAYS), time(), CHINA)
    midnight = at + timedelta(days=WHOLE_DAYS - 1)
    while at <= until:
        load_kw = _load_kw(meter, number, at)
        energy_kwh += load_kw / 4
        fault = _fault_of(number, (at - midnight) / timedelta(hours=1))
        if fault != "silent":
            shown_kw = {"jump": 9 * load_kw, "stuck": 0.4321}.get(fault, load_kw)
            yield _reading(meter, "import_kwh", at, energy_kwh, received_at)
            yield _reading(meter, "power_kw", at, shown_kw, received_at)
        at += QUARTER


def _fault_of(number: int, hour: float) -> str:
    """What is wrong with a meter at an hour of yesterday: "jump", "stuck", "silent"; "" for nothing."""
    found = (name for every, which, first, last, name in FAULTS if number % every == which and first <= hour < last)
    return next(found, "")


def _phases(meter: Meter, number: int, at: datetime, received_at: datetime) -> Iterator[Reading]:
    """Voltages and currents of one moment; the middle phase is missing where there are two systems only."""
    phases = {"1p2w": "a", "3p3w": "ac", "3p4w": "abc"}[meter.wiring]
    for place, phase in enumerate(phases):
        volts = float(meter.rated_v) * (1 + 0.004 * math.sin(number + place))
        yield _reading(meter, f"voltage_{phase}_v", at, round(volts, 1), received_at)
        amps = 1000 * _load_kw(meter, number, at) / float(meter.rated_v) / len(phases)
        yield _reading(meter, f"current_{phase}_a", at, round(amps, 3), received_at)


def _load_kw(meter: Meter, number: int, at: datetime) -> float:
    """Power on the meter's side: a base and a swing over the day, each meter with its own size and hour."""
    base, swing = SHAPES[meter.customer_class]
    hour = at.astimezone(CHINA).hour + at.minute / 60 + number % 5 / 2
    return (0.15 + number % 7 / 20) * (base + swing * math.sin(math.pi * (hour - 5) / 14) ** 2)


def _reading(meter: Meter, quantity: str, at: datetime, value: float, received_at: datetime) -> Reading:
    frame = hashlib.sha256(f"{meter.address}:{quantity}:{at.isoformat()}".encode()).digest()[:16]
    number = BY_NAME[quantity].number
    return Reading(meter.id, number, at, Decimal(str(round(value, 4))), frame, received_at)
