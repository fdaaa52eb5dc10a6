"""Opening a campaign as planned: all or nothing, once, errors at the field, sites generated or listed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InternalError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desks.sampling.plans_world import DISTRICT_PEOPLE, asked, counted_areas, planner
from tests.desks.sampling.world import START
from tests.web.pages_world import CITY, COUNTY, NEXT_CITY, entered, signed_in, text, user_of
from yinghuo.core.people.models import Role
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.planned_sites import read_list, spread
from yinghuo.desks.sampling.actions.plans import NewSite, Opening, add_sites, open_planned
from yinghuo.desks.sampling.models import Campaign, Plan, Site, TubeRange
from yinghuo.desks.sampling.queries.plans import Counted, reckon
from yinghuo.desks.sampling.views.plans.opening import plan_row

pytestmark = pytest.mark.django_db
TYPED = {
    "name_zh": "绿园区第一轮（虚构）",
    "name_en": "Luyuan round 1 (invented)",
    "starts_at": "2022-05-08T07:00",
    "ends_at": "2022-05-08T23:00",
    "mode": "10",
    "round_h": "24",
    "recollect_h": "12",
    "ranges": "JL0001000001 - JL0001006600\nJL0002000001 JL0002000100",
}


def opening() -> Opening:
    """Three sites, two ranges and a plan."""
    campaign = Campaign(
        id=uuid4(), name_zh="一轮", name_en="One", area_code=COUNTY, mode=10,
        starts_at=START, ends_at=START + timedelta(days=1),
    )  # fmt: skip
    sites = [NewSite("220106001", f"采样点{number}", f"Site {number}") for number in range(3)]
    ranges = [("JL0001", "JL0999"), ("JL5000", "JL5999")]
    return Opening(campaign, sites, ranges, plan_row(reckon(asked()), campaign, uuid4()))


def send(client: Any, **changed: Any) -> Any:
    """Sends the form as typed."""
    return client.post(planner("plan_open"), {"id": str(uuid4()), **TYPED, **changed})


def test_a_campaign_opened_twice_as_planned_is_one_campaign() -> None:
    wanted = opening()
    for _ in range(2):
        open_planned(wanted, by="user:1", at=START)
    subject = f"campaign:{wanted.campaign.id}"
    assert (Campaign.objects.count(), Site.objects.count(), TubeRange.objects.count()) == (1, 3, 2)
    kinds = ("campaign.opened", "sites.added", "tubes.issued", "plan.saved")
    assert [len(entered(kind, subject)) for kind in kinds] == [1, 1, 2, 1]


def test_when_one_range_is_taken_nothing_is_opened() -> None:
    open_planned(opening(), by="user:1", at=START)
    with pytest.raises(Refused, match=r"tubes\.taken"):
        open_planned(opening(), by="user:1", at=START)
    assert (Campaign.objects.count(), Plan.objects.count()) == (1, 1)


def test_a_saved_plan_cannot_be_changed() -> None:
    open_planned(opening(), by="user:1", at=START)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Plan.objects.update(day="2022-01-01")


def test_a_site_outside_the_campaign_or_named_twice_is_refused() -> None:
    campaign = open_planned(opening(), by="user:1", at=START)
    with pytest.raises(Refused, match=r"sites\.area"):
        add_sites(campaign, [NewSite("2202", "远点", "Far")], by="user:1", at=START)
    with pytest.raises(Refused, match=r"sites\.repeated"):
        add_sites(campaign, [NewSite(COUNTY, "同名", "A"), NewSite(COUNTY, "同名", "B")], by="user:1", at=START)
    assert Site.objects.count() == 3


def test_the_form_opens_campaign_sites_codes_and_plan() -> None:
    counted_areas()
    answer = send(signed_in(user_of(Role.MANAGER)))
    campaign = Campaign.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/sampling/{campaign.id}/plan")
    assert (campaign.area_code, campaign.recollect_h, campaign.planned_people) == (COUNTY, 12, DISTRICT_PEOPLE)
    assert campaign.starts_at.isoformat() == "2022-05-07T23:00:00+00:00"
    assert (Site.objects.count(), campaign.planned_sites) == (25, 25)
    assert list(TubeRange.objects.order_by("first").values_list("first", "last")) == [
        ("JL0001000001", "JL0001006600"),
        ("JL0002000001", "JL0002000100"),
    ]
    assert Plan.objects.get().asked["population"] == DISTRICT_PEOPLE


def test_the_id_of_somebody_elses_campaign_opens_nothing_and_changes_nothing() -> None:
    counted_areas()
    theirs = open_planned(opening(), by="user:1", at=START)
    answer = send(signed_in(user_of(Role.MANAGER)), id=str(theirs.id))
    assert answer.status_code == 409
    assert "another campaign" in text(answer)
    assert (Site.objects.count(), TubeRange.objects.count(), Plan.objects.count()) == (3, 2, 1)


def test_the_form_sent_twice_opens_one_campaign() -> None:
    counted_areas()
    client, number = signed_in(user_of(Role.MANAGER)), str(uuid4())
    for _ in range(2):
        assert send(client, id=number).status_code == 302
    assert (Campaign.objects.count(), Site.objects.count(), Plan.objects.count()) == (1, 25, 1)


def test_listed_sites_are_opened_instead_of_generated_ones() -> None:
    counted_areas()
    lines = "name_zh,name_en,area_code,team\n一号点,Site one,220106001,甲队\n二号点"
    assert send(signed_in(user_of(Role.MANAGER)), listed=lines).status_code == 302
    rows = Site.objects.order_by("id").values_list("name_zh", "name_en", "area_code", "team")
    assert list(rows) == [("一号点", "Site one", "220106001", "甲队"), ("二号点", "二号点", COUNTY, "")]


def test_sites_come_from_a_file_too() -> None:
    counted_areas()
    file = SimpleUploadedFile("sites.csv", "\ufeff一号点,Site one\n".encode(), content_type="text/csv")
    assert send(signed_in(user_of(Role.MANAGER)), file=file).status_code == 302
    assert Site.objects.get().name_zh == "一号点"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_at": "2022-05-08T06:00"}, "must end after it starts"),
        ({"name_zh": ""}, "This field is required"),
        ({"ranges": "JL0001 - JL99"}, "is no range"),
        ({"ranges": "JL0009 - JL0001"}, "is no range"),
        ({"ranges": "JL1001 - JL1009\nJL1005 - JL1012"}, "JL1005 to JL1012 is listed twice"),
        ({"ranges": "JL0000 - JL0001"}, "have been issued before"),
        ({"listed": "一号点\n一号点"}, "Line 2 repeats a name"),
        ({"listed": "一号点,One,220202001"}, "Line 1 names an area outside"),
        ({"listed": ",One"}, "Line 1 has no Chinese name"),
        ({"listed": "甲,乙,,丙,丁"}, "Line 1 has more than 4 columns"),
        ({"file": SimpleUploadedFile("sites.csv", "一号点".encode("gb18030"))}, "not UTF-8"),
    ],
)
def test_what_cannot_be_opened_is_said_at_its_field_and_nothing_typed_is_lost(typed: dict[str, Any], said: str) -> None:
    counted_areas()
    other = open_planned(opening(), by="user:1", at=START)
    answer = send(signed_in(user_of(Role.MANAGER)), **typed)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert typed.get("name_zh", TYPED["name_zh"]) in answer.content.decode()
    assert list(Campaign.objects.all()) == [other]


def test_a_mode_that_the_rule_of_the_day_does_not_allow_is_said_at_its_field() -> None:
    counted_areas()
    client = signed_in(user_of(Role.MANAGER))
    answer = client.post(planner("plan_open", day="2022-01-10"), {"id": str(uuid4()), **TYPED, "mode": "20"})
    assert answer.status_code == 422
    assert "does not allow 20:1" in text(answer)


def test_only_who_manages_campaigns_opens_one_and_only_in_the_own_area() -> None:
    counted_areas()
    for role in (Role.DUTY, Role.LABORATORY, Role.AUDITOR, Role.STATISTICIAN):
        assert signed_in(user_of(role)).get(planner("plan_open")).status_code == 403
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    assert send(stranger).status_code == 302
    assert not Campaign.objects.exists()
    assert signed_in(user_of(Role.MANAGER, CITY)).get(planner("plan_open")).status_code == 200


people = st.lists(st.integers(1, 5_000_000), min_size=1, max_size=12)


@settings(deadline=None)
@given(people=people, count=st.integers(1, 400))
def test_sites_are_spread_by_people_to_the_last_one(people: list[int], count: int) -> None:
    area = Counted("2201", "市", "City", sum(people), 2020, "census")
    parts = [
        Counted(f"2201{n:02}", f"区{n}", f"District {n}", number, 2020, "census") for n, number in enumerate(people)
    ]
    sites = spread(area, parts, count)
    assert len(sites) == count == len({site.name_zh for site in sites})
    for part in parts:
        fair = count * (part.population or 0) / sum(people)
        assert abs(sum(site.area_code == part.code for site in sites) - fair) < 1


def test_an_area_without_counted_parts_keeps_its_sites_itself() -> None:
    area = Counted("220106001", "街道", "Street", None, None, "")
    assert {site.area_code for site in spread(area, [], 4)} == {"220106001"}


def test_faults_of_a_list_name_their_line_and_good_lines_are_read() -> None:
    sites, faults = read_list("采样点,英文\n一号点\n\n,x\n二号点,Two,2202\n三号点", "2201")
    assert [site.name_zh for site in sites] == ["一号点", "三号点"]
    assert [(fault.line, fault.code) for fault in faults] == [(4, "name"), (5, "area")]


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_read_as_sites_or_faults(text: str) -> None:
    sites, faults = read_list(text, "2201")
    assert all(site.name_zh and "\0" not in site.name_zh and site.area_code.startswith("2201") for site in sites)
    assert all(fault.code in ("columns", "name", "area", "repeated") for fault in faults)


def test_a_cell_too_long_for_any_reader_is_a_fault() -> None:
    assert read_list('"' + "点" * 200_000, "2201")[1][0].code == "name"
