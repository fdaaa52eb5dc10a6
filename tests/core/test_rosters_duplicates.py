"""Duplicates: found behind the seal, explained, decided by a person, and taken back when that was wrong."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core.roster_world import NOON, as_csv, manager, number, person, region, taken_in, tried
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.actions import erase_due
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Person, Role
from yinghuo.core.refusal import Refused
from yinghuo.core.rosters import actions, queries
from yinghuo.core.rosters.models import BlockingKey, Likely, Standing
from yinghuo.engines.rosters.matching import Facets, likeness

__all__ = ["region"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]
WHO: dict[str, Any] = {"by": "system:rosters", "at": NOON}
ONE, OTHER, THIRD = (pseudonym(number(place)) for place in (1, 2, 3))


def propose() -> int:
    return actions.propose(area_code="2201", since=NOON, **WHO)


def twins_in_the_file() -> Likely:
    """Two rows of one street: same phone, same birth date, names that differ in one character."""
    taken_in(as_csv([person(1, 姓名="王小明", 手机号="13900000001"), person(2, 姓名="王晓明", 手机号="13900000001")]))
    assert propose() == 1
    return Likely.objects.get()


def merge(one: UUID, into: UUID, user: Any) -> Standing:
    return actions.merge(one, into=into, reason="同一人", user=user, at=NOON)


def test_people_who_share_phone_and_birth_date_are_proposed_with_the_reason() -> None:
    pair = twins_in_the_file()
    assert {pair.one, pair.other} == {ONE, OTHER}
    assert {"phone.same", "birth.same", "name.one_character"} <= set(pair.reasons)
    assert propose() == 0
    assert not any(private in json.dumps(pair.reasons) for private in ("王", "139"))


def test_a_duplicate_of_somebody_known_is_found_by_name_and_birth_date() -> None:
    taken_in(as_csv([person(1, 姓名="赵一")]))
    taken_in(
        as_csv([("赵一", "1980-01-01", "13911112222")], ("姓名", "出生日期", "电话")), at=NOON + timedelta(hours=1)
    )
    assert propose() == 1
    assert set(Likely.objects.get().reasons) == {"name.same", "birth.same", "phone.differs"}


def test_a_switchboard_number_of_many_proposes_nobody() -> None:
    taken_in(as_csv([person(place, 手机号="0431-88888888") for place in range(60)]))
    assert propose() == 0


def test_two_valid_numbers_speak_against_one_person() -> None:
    born = date(1990, 1, 2)
    with_numbers = likeness(
        Facets(number(1), "王大双", None, "13900000001"), Facets(number(2), "王小双", None, "13900000001")
    )
    without = likeness(Facets("", "王大双", born, "13900000001"), Facets("", "王小双", born, "13900000001"))
    assert with_numbers.score < without.score
    assert "number.two_valid" in with_numbers.reasons


def test_a_merge_can_be_undone() -> None:
    pair, user = twins_in_the_file(), manager()
    actions.decide(pair.id, verdict="one", reason="电话核实", user=user, at=NOON)
    assert set(queries.same_person([ONE])[ONE]) == {ONE, OTHER}
    standing = Standing.objects.get()
    assert actions.unmerge(standing.id, user=user, at=NOON).undone_by == user.label
    assert queries.same_person([ONE, OTHER]) == {ONE: [ONE], OTHER: [OTHER]}
    assert Person.objects.count() == 2
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["person.merged", "duplicate.decided", "person.unmerged"]


def test_deciding_twice_is_deciding_once_and_otherwise_is_refused() -> None:
    pair, user = twins_in_the_file(), manager()
    for _ in range(2):
        actions.decide(pair.id, verdict="two", reason="双胞胎", user=user, at=NOON)
    assert Entry.objects.filter(kind="duplicate.decided").count() == 1
    with pytest.raises(Refused, match=r"roster\.decided"):
        actions.decide(pair.id, verdict="one", reason="看错", user=user, at=NOON)
    assert propose() == 0


def test_who_is_merged_in_a_chain_is_one_person_read_with_one_query() -> None:
    taken_in(as_csv([person(place) for place in (1, 2, 3)]))
    user = manager()
    merge(ONE, OTHER, user)
    merge(OTHER, THIRD, user)
    with CaptureQueriesContext(connection) as asked:
        found = queries.same_person([THIRD])
    assert len(asked) == 1
    assert found[THIRD][0] == THIRD
    assert set(found[THIRD]) == {ONE, OTHER, THIRD}
    with pytest.raises(Refused, match=r"roster\.stands_already"):
        merge(THIRD, ONE, user)
    with pytest.raises(Refused, match=r"roster\.stands_already"):
        merge(ONE, THIRD, user)


def test_nobody_merges_people_outside_their_area_or_without_the_right() -> None:
    taken_in(as_csv([person(1), person(2)]))
    with pytest.raises(Refused, match=r"person\.unknown"):
        merge(ONE, OTHER, manager("2202"))
    with pytest.raises(Refused, match=r"access\.role"):
        merge(ONE, OTHER, manager(role=Role.DUTY))
    with pytest.raises(Refused, match=r"access\.reason"):
        actions.merge(ONE, into=OTHER, reason=" ", user=manager("22"), at=NOON)


def test_blocking_keys_go_with_the_identity() -> None:
    twins_in_the_file()
    later = NOON + timedelta(days=100)
    erase_due(today=later.date(), by="system:erase", at=later)
    actions.erase_old(today=later.date(), by="system:erase", at=later)
    assert BlockingKey.objects.count() == 0
    assert Likely.objects.count() == 0


def test_blocking_keys_cannot_be_computed_without_the_key(settings: Any) -> None:
    taken_in(as_csv([person(1)]))
    before = BlockingKey.objects.values_list("phone", "name_born").get()
    Person.objects.all().delete()
    BlockingKey.objects.all().delete()
    settings.PSEUDONYM_KEY = bytes(32)
    taken_in(as_csv([person(1)]))
    after = BlockingKey.objects.values_list("phone", "name_born").get()
    assert not set(before) & set(after)


def test_the_dry_run_says_how_many_pairs_will_be_compared() -> None:
    phone = "13900000001"
    taken_in(as_csv([person(1, 手机号=phone)]))
    rows = [person(1, 手机号=phone), person(2, 手机号=phone), person(3, 手机号=phone), person(4)]
    assert tried(as_csv(rows)).counts["alike"] == 3
