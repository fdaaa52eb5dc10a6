"""The demonstration's register: invented, loaded once, with a day of readings that went the way of all readings."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from yinghuo.core.areas.actions import load_region
from yinghuo.core.ledger.models import Entry
from yinghuo.demo import metering
from yinghuo.desks.metering.lake.store import Lake
from yinghuo.desks.metering.models import Found, LastValue, Meter, Terminal, Transformer

pytestmark = pytest.mark.django_db

AT = datetime.fromisoformat("2022-05-10T07:33:00+08:00")


@pytest.fixture(autouse=True)
def _own_lake(settings: Any, tmp_path: Path) -> None:
    settings.METERING_LAKE, settings.METERING_SPOOL = str(tmp_path / "lake"), tmp_path / "spool"
    load_region(by="system:test", at=AT)


def test_the_register_is_played_once_and_its_readings_are_in_the_lake(settings: Any) -> None:
    for _time in range(2):
        metering.play(None, AT)
    assert (Meter.objects.count(), Terminal.objects.count(), Transformer.objects.count()) == (70, 8, 15)
    assert Terminal.objects.get(admission="held").address == metering.STRANGER
    assert set(Terminal.objects.annotate(n=Count("meters")).values_list("n", flat=True)) == {0, 10}
    kept = len(list(metering.readings(AT)))
    qualities = Counter(Lake(settings.METERING_LAKE).rows()["quality"].to_pylist())
    assert qualities["measured"] == kept > 10_000
    assert qualities["estimated"] > 50
    assert Meter.objects.filter(heard=True).count() == 70
    silent = LastValue.objects.filter(quantity=1, at__lt=AT - timedelta(days=1))
    assert silent.count() == 3


def test_what_is_wrong_with_some_meters_was_found_the_next_morning() -> None:
    metering.play(None, AT)
    found = Counter(Found.objects.values_list("rule", flat=True))
    assert found["gap"] > 3
    assert found["spike"] > 1
    assert found["frozen_run"] > 0
    before = Entry.objects.count()
    metering.play(None, AT)
    assert Entry.objects.count() == before


def test_every_reading_is_within_what_the_meter_may_carry() -> None:
    metering.play(None, AT)
    meters = Meter.objects.in_bulk()
    for one in metering.readings(AT):
        if one.quantity == 44:
            assert 0 < one.value <= meters[one.meter].max_a
        if one.quantity == 41:
            assert abs(one.value / meters[one.meter].rated_v - 1) < 0.01
