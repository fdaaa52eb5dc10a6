"""The database counts meters by area and marks those that were heard, whoever writes the rows."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Count

from tests.desks.metering.register_world import NOW, meter, usual, write
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.models import LastValue, Meter
from yinghuo.desks.metering.models.register import AreaCount

pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    return {area: count for area, count in AreaCount.objects.values_list("area_code", "meters") if count}


def counted_slowly() -> dict[str, int]:
    live = Meter.objects.filter(retired_on__isnull=True).order_by()
    return dict(live.values_list("area_code").annotate(count=Count("id")))


def test_the_counts_by_area_follow_every_way_of_writing(tmp_path: Path) -> None:
    because = register.Because("moved", "user:1", NOW)
    register.load(usual(tmp_path), by="system:test", at=NOW)
    assert counted() == counted_slowly() == {"220106": 4, "220202": 1}
    register.retire_meter("220000000001", on=NOW.date(), because=because)
    register.change_meter("220000000002", {"area_code": "220104"}, because)
    write(tmp_path, meters=[meter(3, area_code="220102"), meter(9)])
    register.load(tmp_path, by="system:test", at=NOW)
    assert counted() == counted_slowly() == {"220102": 1, "220104": 1, "220106": 2, "220202": 1}
    Meter.objects.filter(address="220000000009").delete()
    assert counted() == counted_slowly()


def test_a_meter_is_heard_with_its_first_energy_and_with_nothing_else(tmp_path: Path) -> None:
    register.load(usual(tmp_path), by="system:test", at=NOW)
    one, other = Meter.objects.order_by("address")[:2]
    row = {"at": NOW, "value": 1, "quality": "measured", "received_at": NOW}
    LastValue.objects.create(meter=one, quantity=1, **row)
    LastValue.objects.create(meter=other, quantity=41, **row)
    assert list(Meter.objects.filter(heard=True)) == [one]
    LastValue.objects.filter(meter=one).update(at=NOW + timedelta(hours=1))
    assert list(Meter.objects.filter(heard=True)) == [one]
