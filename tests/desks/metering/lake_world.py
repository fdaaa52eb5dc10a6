"""A small world for the tests of the lake: two meters behind one terminal, readings of them, a spool and a lake."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from yinghuo.desks.metering.lake.readings import Reading
from yinghuo.desks.metering.lake.spool import Spool
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Meter, Terminal, Transformer

NOON = datetime(2022, 5, 8, 4, tzinfo=UTC)  # in Asia/Shanghai
DAY = date(2022, 5, 8)
FRAME = bytes(range(16))
AREA = "220106001"


def reading(meter: int = 1, quantity: int = 1, *, minute: int = 0, value: str = "220.1", **more: object) -> Reading:
    """A reading some minutes after noon."""
    usual = {"frame": FRAME, "received_at": NOON + timedelta(hours=1)} | more
    return Reading(meter, quantity, NOON + timedelta(minutes=minute), Decimal(value), **usual)  # type: ignore[arg-type]


def curve(*, meters: int = 2, points: int = 4, quantities: int = 2) -> list[Reading]:
    """Readings a quarter of an hour apart."""
    return [
        reading(meter, quantity, minute=15 * point, value=str(100 * meter + point))
        for point in range(points)
        for meter in range(1, meters + 1)
        for quantity in range(1, quantities + 1)
    ]


def register(meters: int = 2, *, area_code: str = AREA) -> list[Meter]:
    """Meters 1, 2, … in the register, all of one transformer and terminal."""
    transformer = Transformer.objects.create(code="T1", name="T1", area_code=area_code, rated_kva=400)
    terminal = Terminal.objects.create(
        address="22010001", protocol="gdw376", admission="admitted", area_code=area_code, registered_at=NOON
    )
    fields = {"protocol": "dlt645", "terminal": terminal, "transformer": transformer, "area_code": area_code}
    fields |= {"customer_class": "industrial", "wiring": "3p4w", "installed_on": DAY, "tariffs": 4}
    sizes = {"rated_v": 220, "rated_a": Decimal("1.5"), "max_a": 6, "ct_ratio": 40, "pt_ratio": 1}
    return Meter.objects.bulk_create(
        Meter(id=n, address=f"{n:012d}", point=n, **fields, **sizes) for n in range(1, meters + 1)
    )


def spool_and_lake(folder: Path) -> tuple[Spool, Lake]:
    """Both in one folder."""
    return Spool(folder / "spool"), Lake(folder / "lake")
