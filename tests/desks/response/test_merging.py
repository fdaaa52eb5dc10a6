"""Likely duplicates are proposed, identity first, and merges can be taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.desks.response.cases_world import AT, BY, ELSEWHERE, NOW, NUMBERLESS, STREET, WANG, case, plant, report
from tests.desks.response.tracks_world import begun, contact
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions.cases import merge_cases, merge_events, undo_merge
from yinghuo.desks.response.actions.duplicates import decide_alike
from yinghuo.desks.response.models import Alike, Case, Contact, Event, Stay
from yinghuo.desks.response.rules.duplicates import Told, alike
from yinghuo.engines.rosters.matching import Facets

pytestmark = pytest.mark.django_db
LI = type(WANG)(name="李丽", phone="13900000009")


def test_the_same_person_elsewhere_is_proposed_before_all_others() -> None:
    fuzzy = case(NUMBERLESS)
    first = case(area_code=ELSEWHERE)
    second = case()
    found = list(Alike.objects.filter(case=second).order_by("-score"))
    assert [(pair.other, pair.reasons[0]) for pair in found] == [(first, "person.same"), (fuzzy, "name.same")]


def test_somebody_named_by_phone_is_found_by_name_and_telephone_across_areas() -> None:
    first = case(area_code=ELSEWHERE)
    second = case(type(WANG)(name="王小明", phone="13900000001"))
    (pair,) = Alike.objects.filter(case=second)
    assert pair.other == first
    assert {"name.same", "phone.same"} <= set(pair.reasons)


def test_a_namesake_far_away_or_somebody_else_next_door_is_not_proposed() -> None:
    case(area_code=ELSEWHERE)
    case(type(WANG)(name="王小明"), at=AT + timedelta(hours=1))
    case(LI)
    assert not Alike.objects.exists()


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (Told(Facets(name="王小明"), STREET, None, AT), "place.same_street"),
        (Told(Facets(name="王小明", phone="13900000001"), ELSEWHERE, None, AT), "phone.same"),
    ],
)
def test_place_and_telephone_add_to_a_name(other: Told, reason: str) -> None:
    found = alike(Told(Facets(name="王小明", phone="13900000001"), STREET, None, AT), other)
    assert found
    assert reason in found.reasons


def test_place_and_time_alone_make_nobody_the_same() -> None:
    one = Told(Facets(name="王小明"), STREET, uuid4(), AT)
    assert alike(one, one._replace(facets=Facets(name="李丽"))) is None


def test_a_pair_that_is_one_is_merged_into_the_earlier_case() -> None:
    first, second = case(), case(area_code=ELSEWHERE)
    pair = Alike.objects.get()
    for _ in range(2):
        decide_alike(pair.id, verdict="one", reason="同一人两地报告", by=BY, at=NOW)
    second.refresh_from_db()
    assert second.merged_into == first
    with pytest.raises(Refused, match=r"case\.pair_decided"):
        decide_alike(pair.id, verdict="two", reason="不是", by=BY, at=NOW)


def test_two_cases_merged_are_two_again_when_it_is_undone() -> None:
    first, second = case(), case(LI)
    merge = merge_cases(second.id, into=first.id, reason="同一人", by=BY, at=NOW)
    assert merge_cases(second.id, into=first.id, reason="同一人", by=BY, at=NOW) == merge
    for _ in range(2):
        undo_merge(merge.id, reason="并非同一人", by=BY, at=NOW)
    assert not Case.objects.exclude(merged_into=None).exists()
    merge.refresh_from_db()
    assert merge.undone_reason == "并非同一人"


def test_the_cases_of_a_merged_event_go_with_it_and_come_back() -> None:
    one, other = case(), case(LI)
    was = other.event
    merge = merge_events(was.id, into=one.event_id, reason="同一传播链", by=BY, at=NOW)
    other.refresh_from_db()
    assert other.event == one.event
    added = report(event_id=was.id, who=type(WANG)(name="赵一", phone="13900000002"))
    assert added.event == one.event
    undo_merge(merge.id, reason="基因测序不同源", by=BY, at=NOW)
    other.refresh_from_db()
    assert (other.event, added.case.event) == (was, one.event)
    assert Event.objects.exclude(merged_into=None).count() == 0


def test_contacts_and_stays_of_a_merged_event_go_with_it_and_come_back() -> None:
    one, other = case(), case(LI)
    was, shared = other.event, uuid4()
    met = contact(was)
    for event in (was, one.event):
        contact(event, person=shared)
    stay = begun(was)
    merge = merge_events(was.id, into=one.event_id, reason="同一传播链", by=BY, at=NOW)
    assert Contact.objects.get(id=met.id).event_id == Stay.objects.get(id=stay.id).event_id == one.event_id
    assert set(Contact.objects.filter(person=shared).values_list("event", flat=True)) == {was.id, one.event_id}
    undo_merge(merge.id, reason="基因测序不同源", by=BY, at=NOW)
    assert Contact.objects.get(id=met.id).event_id == Stay.objects.get(id=stay.id).event_id == was.id
    assert Contact.objects.filter(event=one.event).count() == 1


def test_a_chain_of_merges_is_undone_from_its_end() -> None:
    events = [case(type(WANG)(name=f"某{n}", phone=f"1390000111{n}")).event for n in range(3)]
    first = merge_events(events[0].id, into=events[1].id, reason="同源", by=BY, at=NOW)
    second = merge_events(events[1].id, into=events[2].id, reason="同源", by=BY, at=NOW)
    with pytest.raises(Refused, match=r"merge\.later"):
        undo_merge(first.id, reason="误并", by=BY, at=NOW)
    undo_merge(second.id, reason="误并", by=BY, at=NOW)
    undo_merge(first.id, reason="误并", by=BY, at=NOW)
    assert [event.cases.count() for event in events] == [1, 1, 1]


def test_nothing_is_merged_into_itself_or_into_what_is_merged() -> None:
    party_id = plant()
    one, other, third = case(party_id=party_id), case(LI), case(type(WANG)(name="赵一", phone="13900000002"))
    with pytest.raises(Refused, match=r"case\.itself"):
        merge_cases(one.id, into=one.id, reason="误", by=BY, at=NOW)
    merge_cases(other.id, into=one.id, reason="同一人", by=BY, at=NOW)
    with pytest.raises(Refused, match=r"case\.merged"):
        merge_cases(third.id, into=other.id, reason="同一人", by=BY, at=NOW)
    with pytest.raises(Refused, match=r"case\.unknown"):
        merge_cases(uuid4(), into=one.id, reason="同一人", by=BY, at=NOW)
