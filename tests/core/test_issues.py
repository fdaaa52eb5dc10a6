"""Issues: raised once, seen in their area, settled once, with a reason."""

import json
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.at_once import at_once, refusal
from tests.core.work_world import (
    BOSS,
    COUNTY,
    NOON,
    OTHER,
    PREFECTURE,
    PROVINCE,
    STREET,
    entries,
    ids,
    minutes,
    user,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Role
from yinghuo.core.work import actions
from yinghuo.core.work.actions import NewIssue
from yinghuo.core.work.actions.issues import issue_id
from yinghuo.core.work.models import Issue
from yinghuo.core.work.queries import issues
from yinghuo.core.work.rules import Settlement

pytestmark = pytest.mark.django_db
JUDGE = "system:judge"
SELECT = """
    SELECT md5(%(code)s || n)::uuid, %(code)s, 'box:' || n, %(area)s, NULL::uuid, jsonb_build_object('n', n), %(noon)s
    FROM generate_series(1, %(count)s) AS n
"""


def raised(subject: str = "box:1", at: datetime = NOON, **fields: object) -> Issue:
    new = NewIssue("box.count", subject, **{"area_code": STREET} | fields)
    actions.raise_many([new], by=JUDGE, at=at)
    return Issue.objects.get(id=new.id or issue_id("box.count", subject))


def settle(issue: Issue, settlement: str = "confirmed", reason: str = "counted again", by: str = BOSS) -> Issue:
    return actions.settle_issue(issue.id, settlement=settlement, reason=reason, by=by, at=NOON + minutes(9))


def select(count: int) -> int:
    params = {"code": "box.count", "area": STREET, "noon": NOON, "count": count}
    return actions.raise_from_select(SELECT, params, by=JUDGE, at=NOON)


def test_a_doubt_raised_twice_is_one_issue() -> None:
    rows = [NewIssue("box.count", "box:1", STREET), NewIssue("box.count", "box:2"), NewIssue("box.late", "box:1")]
    assert (actions.raise_many(rows, by=JUDGE, at=NOON), actions.raise_many(rows, by=JUDGE, at=NOON)) == (3, 0)
    assert (Issue.objects.count(), entries("issues.raised")) == (3, 1)


def test_issues_are_raised_straight_from_a_select_and_only_once() -> None:
    assert (select(3), select(3), select(4)) == (3, 0, 1)
    issue = Issue.objects.get(subject="box:1")
    assert (issue.code, issue.detail, issue.area_code, issue.raised_at) == ("box.count", {"n": 1}, STREET, NOON)
    entry = Entry.objects.get(id=issue.raised_entry)
    assert (entry.kind, entry.by, json.loads(entry.body)["count"]) == ("issues.raised", JUDGE, 3)


def test_mappings_and_rows_raise_the_same_issue() -> None:
    actions.raise_many([{"code": "box.count", "subject": "box:1"}], by=JUDGE, at=NOON)
    assert actions.raise_many([NewIssue("box.count", "box:1")], by=JUDGE, at=NOON) == 0


def test_no_entry_is_made_when_nothing_was_raised() -> None:
    assert (actions.raise_many([], by=JUDGE, at=NOON), select(0)) == (0, 0)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_doubt_raised_by_many_at_once_is_one_issue() -> None:
    assert at_once(*[lambda: raised()] * 4) == [""] * 4
    assert (Issue.objects.count(), entries("issues.raised")) == (1, 1)


@pytest.mark.parametrize("settlement", Settlement)
def test_an_issue_is_settled_with_a_reason_and_entered(settlement: Settlement) -> None:
    issue = settle(raised(), settlement, " counted again ")
    issue.refresh_from_db()
    assert (issue.settlement, issue.reason, issue.settled_by) == (settlement, "counted again", BOSS)
    entry = Entry.objects.get(id=issue.settled_entry)
    assert (entry.kind, entry.subject, entry.at) == ("issue.settled", f"issue:{issue.id}", NOON + minutes(9))
    assert json.loads(entry.body) == {"of": "box.count", "reason": "counted again", "settlement": settlement}


def test_settling_twice_is_once_and_the_first_settlement_stands() -> None:
    issue = settle(raised())
    assert settle(issue, reason="other words").reason == "counted again"
    assert refusal(lambda: settle(issue, "dismissed")) == "issue.settled"
    assert refusal(lambda: settle(issue, by=OTHER)) == "issue.settled"
    assert entries("issue.settled") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_at_once_one_settles() -> None:
    issue = raised()
    said = at_once(lambda: settle(issue, by=BOSS), lambda: settle(issue, "dismissed", by=OTHER))
    assert sorted(said) == ["", "issue.settled"]
    assert entries("issue.settled") == 1


@pytest.mark.parametrize(
    ("settlement", "reason", "code"),
    [("forgotten", "because", "issue.settlement"), ("confirmed", "  ", "access.reason")],
)
def test_an_issue_is_not_settled_without_a_known_settlement_and_a_reason(
    settlement: str, reason: str, code: str
) -> None:
    issue = raised()
    assert refusal(lambda: settle(issue, settlement, reason)) == code
    assert not Issue.objects.filter(settled_at__isnull=False).exists()


def test_an_unknown_issue_is_refused() -> None:
    said = refusal(lambda: actions.settle_issue(uuid4(), settlement="confirmed", reason="r", by=BOSS, at=NOON))
    assert said == "issue.unknown"


@pytest.mark.parametrize("wrong", [{"settled_at": NOON}, {"settlement": "confirmed"}, {"area_code": "x"}, {"code": ""}])
def test_postgresql_refuses_an_issue_that_cannot_be(wrong: dict) -> None:
    issue = raised()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(id=issue.id).update(**wrong)


@pytest.mark.parametrize("area_code", [PROVINCE, PREFECTURE, COUNTY, STREET])
def test_an_issue_is_seen_in_every_area_around_it(area_code: str) -> None:
    issue = raised()
    assert ids(issues(user(Role.MANAGER, area_code)).rows) == [issue.id]


@pytest.mark.parametrize("area_code", ["", "23", "2202", "220102", "220106002"])
def test_a_user_of_another_area_or_of_none_sees_no_issue(area_code: str) -> None:
    raised()
    assert issues(user(Role.MANAGER, area_code)).rows == []


def test_an_issue_that_nobody_could_place_is_seen_by_those_who_see_the_whole_province() -> None:
    issue = raised(area_code="")
    assert ids(issues(user(Role.MANAGER)).rows) == [issue.id]
    assert issues(user(Role.MANAGER, PREFECTURE)).rows == []


def test_issues_are_narrowed_by_code_campaign_and_whether_they_are_open() -> None:
    campaign = uuid4()
    mine, settled = raised(campaign_id=campaign), settle(raised("box:2"))
    manager = user(Role.MANAGER)
    assert ids(issues(manager).rows) == [mine.id]
    assert set(ids(issues(manager, open_only=False).rows)) == {mine.id, settled.id}
    assert ids(issues(manager, open_only=False, campaign_id=campaign).rows) == [mine.id]
    assert issues(manager, code="box.late").rows == []
    assert ids(issues(manager, code="box.count").rows) == [mine.id]


def test_paging_shows_each_issue_once_the_oldest_first() -> None:
    rows = [NewIssue("box.count", f"box:{n}", STREET, raised_at=NOON + minutes(n // 4)) for n in range(23)]
    actions.raise_many(rows, by=JUDGE, at=NOON)
    shown: list[UUID] = []
    after = None
    while True:
        page = issues(user(Role.MANAGER, COUNTY), after=after, limit=5)
        shown += ids(page.rows)
        after = page.after
        if after is None:
            break
    assert shown == ids(Issue.objects.order_by("raised_at", "id"))
    assert len(shown) == 23
