"""Pages of readings and validation: both languages, areas, roles, filters, evidence, and the form that edits."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.desks.metering.validation_world import (
    DAY,
    NOW,
    MeterWorld,
    curve,
    point,
    usual_load,
    weekdays_before,
    without,
)
from tests.web.pages_world import areas, csv_rows, page, read, read_in_both, signed_in, statuses, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role, User
from yinghuo.desks.metering.jobs.validating import validate
from yinghuo.desks.metering.models import Edited, Found, Meter
from yinghuo.desks.metering.queries.course import course
from yinghuo.engines.meters.quantities import BY_NAME
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db
POWER = BY_NAME["power_kw"].number


@pytest.fixture
def world(tmp_path: Path, settings: object) -> MeterWorld:
    """A factory's meter with a short gap, a long one and a spike on one day, validated."""
    settings.METERING_LAKE = str(tmp_path / "lake")
    settings.SCENARIO_CLOCK = NOW.isoformat()
    catalogue.compile_all()
    areas()
    world = MeterWorld(tmp_path / "lake")
    meter = world.meter()
    world.days(meter, weekdays_before(DAY, 8))
    day = without(curve(meter, DAY, usual_load), point(DAY, 6), point(DAY, 6.25), "power_kw")
    day = without(day, point(DAY, 14), point(DAY, 17))
    spike = (POWER, point(DAY, 9))
    world.keep([one._replace(value=Decimal(40)) if (one.quantity, one.at) == spike else one for one in day])
    validate(world.lake, DAY, now=NOW)
    return world


def engineer(area_code: str = "2201") -> User:
    return user_of(Role.METERING, area_code, name=f"engineer{area_code}")


def readings_page(meter: Meter, **more: object) -> str:
    return f"{page('meter_readings', meter.address)}?{urlencode({'day': DAY.isoformat(), 'quantity': POWER} | more)}"


def edit_page(meter: Meter, hour: float) -> str:
    query = urlencode({"quantity": POWER, "at": point(DAY, hour).isoformat()})
    return f"{page('edit_reading', meter.address)}?{query}"


def test_the_readings_of_a_day_stand_raw_beside_what_counts(world: MeterWorld) -> None:
    meter = Meter.objects.get()
    english, chinese = read_in_both(engineer(), readings_page(meter))
    assert "Spike · straight line" in english
    assert "估算" in chinese


def test_the_second_half_of_a_day_is_the_next_page(world: MeterWorld) -> None:
    address = readings_page(Meter.objects.get())
    first = signed_in(engineer()).get(address).context["table"].pager
    second = read(signed_in(user_of(Role.AUDITOR)), f"{address}&after={first.after}")
    assert "mean of reference days" in second
    assert "2022-05-11 23:45" in second
    assert "2022-05-11 11:45" not in second


def test_the_file_of_a_day_has_a_row_for_every_quarter_hour(world: MeterWorld) -> None:
    answer = signed_in(engineer()).get(readings_page(Meter.objects.get()) + "&as=csv")
    assert len(answer.getvalue().decode("utf-8-sig").strip().splitlines()) == 97


def test_a_quarter_hour_that_has_not_come_is_not_missing(world: MeterWorld) -> None:
    two_days = {"quantity": POWER, "first": DAY, "days": 2}
    until = {
        hour: [one.quality for one in course(world.lake, Meter.objects.get().id, **two_days, now=point(DAY, hour))]
        for hour in (23.75, 25)
    }
    assert until[23.75].count("missing") == 0
    assert until[25].count("missing") == 5


def test_the_frame_and_the_ledger_entry_of_a_reading_are_its_evidence(world: MeterWorld) -> None:
    answer = signed_in(engineer()).get(readings_page(Meter.objects.get()))
    assert bytes(range(8)).hex() in text(answer)
    entry = Entry.objects.filter(kind="readings.committed").first()
    assert entry
    assert "/ledger/" in answer.content.decode()


def test_a_day_without_readings_says_so(world: MeterWorld) -> None:
    address = readings_page(Meter.objects.get(), day=(DAY + timedelta(days=40)).isoformat())
    assert "Nothing was read on this day" in read(signed_in(engineer()), address)


def test_several_days_are_one_curve(world: MeterWorld) -> None:
    answer = signed_in(engineer()).get(readings_page(Meter.objects.get(), days=3))
    assert '"05-09 00:00"' in answer.content.decode()


def test_an_edit_keeps_the_raw_value_and_says_who_and_why(world: MeterWorld) -> None:
    meter, user = Meter.objects.get(), engineer()
    answer = signed_in(user).post(
        edit_page(meter, 9), {"value": "1.75", "reason": "display read on the spot"}, follow=True
    )
    assert "Edited. The raw value stays beside it." in text(answer)
    edited = Edited.objects.get()
    assert (edited.value, edited.was_quality, edited.by) == (Decimal("1.7500"), "estimated", user.label)
    assert Entry.objects.filter(id=edited.entry_id, kind="reading.edited").exists()
    shown = read(signed_in(user), readings_page(meter))
    assert "display read on the spot" in shown
    assert "40" in shown


def test_an_edited_value_outlives_the_next_validation(world: MeterWorld) -> None:
    meter = Meter.objects.get()
    signed_in(engineer()).post(edit_page(meter, 9), {"value": "1.75", "reason": "display read on the spot"})
    rows = world.lake.rows([DAY]).num_rows
    validate(world.lake, DAY, now=NOW + timedelta(hours=1))
    assert world.lake.rows([DAY]).num_rows == rows
    assert "display read on the spot" in read(signed_in(user_of(Role.AUDITOR)), readings_page(meter))


def test_what_was_typed_stays_when_the_reason_is_missing(world: MeterWorld) -> None:
    answer = signed_in(engineer()).post(edit_page(Meter.objects.get(), 9), {"value": "1.7512", "reason": " "})
    assert answer.status_code == 422
    assert 'value="1.7512"' in answer.content.decode()
    assert not Edited.objects.exists()


def test_a_moment_that_has_not_come_cannot_be_edited(world: MeterWorld) -> None:
    answer = signed_in(engineer()).post(edit_page(Meter.objects.get(), 24 * 9), {"value": "1", "reason": "display"})
    assert (answer.status_code, "has not come yet" in text(answer)) == (422, True)


def test_only_metering_engineers_and_administrators_edit(world: MeterWorld) -> None:
    roles = [Role.METERING, Role.ADMIN, Role.DUTY, Role.AUDITOR]
    assert statuses(edit_page(Meter.objects.get(), 9), *roles) == [200, 200, 403, 403]


def test_a_meter_of_the_next_city_does_not_exist_here(world: MeterWorld) -> None:
    stranger = signed_in(engineer("2202"))
    finding = reverse("finding", args=[Found.objects.first().id])
    addresses = [readings_page(Meter.objects.get()), edit_page(Meter.objects.get(), 9), finding]
    assert [stranger.get(one).status_code for one in addresses] == [404] * 3


def test_the_overview_says_how_whole_the_day_is_and_what_was_found(world: MeterWorld) -> None:
    english, chinese = read_in_both(engineer(), page("validation"))
    assert "2022-05-11 · 84.90% of 192 points measured" in english
    assert "Spike" in english
    assert "绿园区" in chinese


def test_the_overview_of_another_city_counts_nothing(world: MeterWorld) -> None:
    assert "has not been validated" in read(signed_in(engineer("2202")), page("validation"))


def test_findings_are_filtered_by_rule_and_meter(world: MeterWorld) -> None:
    client: Client = signed_in(engineer())
    everything = csv_rows(client, page("findings"))
    assert len(everything) == 1 + Found.objects.count()
    spikes = client.get(page("findings"), {"as": "csv", "rule": "spike"}).getvalue().decode().strip().splitlines()
    assert len(spikes) == 2
    assert "No finding is like this" in read(client, page("findings") + "?meter=999999999999")


def test_a_finding_says_its_rule_and_what_was_estimated(world: MeterWorld) -> None:
    gap = Found.objects.filter(rule="gap", quantity=POWER, observed=13).get()
    english, chinese = read_in_both(engineer(), page("finding", gap.id))
    assert "California, DASMMD, Attachment VEE" in english
    assert "2022-05-10, 2022-05-09, 2022-05-06, 2022-05-05" in english
    assert "加利福尼亚州" in chinese


def test_the_rules_stand_with_their_dates_and_sources(world: MeterWorld) -> None:
    english, _chinese = read_in_both(engineer(), page("validation_rules"))
    assert "from memory of the rule; not checked against its text" in english
    assert "factor 1.8" in english


def test_who_may_not_see_meters_sees_no_readings(world: MeterWorld) -> None:
    assert statuses(page("validation"), Role.LABORATORY, Role.METERING, Role.STATISTICIAN) == [403, 200, 200]
