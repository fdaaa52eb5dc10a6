"""Persons: a pseudonym that is the same each time, an identity that only the key opens, and an end to what is kept."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from yinghuo.core.ledger import facts, sequencer
from yinghuo.core.ledger.models import Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.core.people import queries, rules
from yinghuo.core.people.actions import (
    NewPerson,
    erase_due,
    erasing,
    raise_objection,
    register_people,
    reveal_identity,
    settle_objection,
)
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Objection, Person, Reveal, Role, User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import SWABS
from yinghuo.desks.sampling.models import Swab

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "device:1", "at": NOON}
NUMBER = "11010519491231002X"  # the example of GB 11643
WANG = NewPerson(NUMBER, "王小明", "0431-00000000", area_code="220106001", group="三号楼")
PERSON = pseudonym(NUMBER)
KEPT_UNTIL = date(2022, 7, 7)
DUE = KEPT_UNTIL + timedelta(days=1)


def register(*rows: NewPerson, at: datetime = NOON) -> int:
    return register_people(rows or [WANG], by="device:1", at=at)


def officer(role: Role = Role.DUTY, area_code: str = "2201", **fields: Any) -> User:
    return User.objects.create(username=str(uuid4()), role=role, area_code=area_code, **fields)


def reveal(user: User, person_id: UUID = PERSON, reason: str = "混管阳性，联系复采") -> dict[str, str]:
    return reveal_identity(person_id, user=user, reason=reason, at=NOON)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def test_a_person_registered_twice_is_one_person() -> None:
    assert (register(), register()) == (1, 0)
    assert Person.objects.get().id == PERSON
    assert kinds() == ["people.registered"]


def test_a_person_twice_in_one_call_is_one_person() -> None:
    assert register(WANG, WANG._replace(number="11010519491231002x"), NewPerson("2", area_code="22")) == 2
    assert Person.objects.count() == 2


def test_nobody_registered_leaves_no_entry() -> None:
    assert register_people([], **WHO) == 0
    assert kinds() == []


def test_a_call_is_one_entry_that_commits_to_all_its_persons() -> None:
    register(*(NewPerson(str(n), area_code="22") for n in range(50)))
    entry = Entry.objects.get()
    ids = "".join(sorted(str(one) for one in Person.objects.values_list("id", flat=True)))
    body = json.loads(entry.body)
    assert (body["new"], body["kept_longer"]) == (50, 0)
    assert body["digest"] == hashlib.sha256(f"{entry.id}{ids}".encode()).hexdigest()


def test_no_personal_data_reach_the_ledger() -> None:
    register()
    reveal(officer(), reason="王小明本人要求")
    raise_objection(PERSON, text="我是王小明，不同意", **WHO)
    written = "".join(f"{entry.subject}{entry.by}{entry.body}" for entry in Entry.objects.all())
    assert kinds() == ["people.registered", "identity.revealed", "objection.raised"]
    assert not any(private in written for private in (NUMBER, "王小明", "0431", "不同意"))


def test_somebody_known_stays_where_they_are_and_is_kept_for_longer() -> None:
    register()
    later = NOON + timedelta(days=10)
    assert register(WANG._replace(area_code="2202", name="别人"), at=later) == 0
    person = Person.objects.get()
    assert (person.area_code, person.group, person.created_at) == ("220106001", "三号楼", NOON)
    assert person.keep_until == KEPT_UNTIL + timedelta(days=10)
    assert reveal(officer())["name"] == "王小明"
    assert json.loads(Entry.objects.order_by("-id")[1].body)["kept_longer"] == 1


def test_an_older_batch_does_not_shorten_what_is_kept() -> None:
    register()
    assert register(at=NOON - timedelta(days=5)) == 0
    assert Person.objects.get().keep_until == KEPT_UNTIL
    assert len(kinds()) == 1


def test_somebody_erased_who_comes_back_starts_anew() -> None:
    register()
    erase_due(today=DUE, **WHO)
    back = NOON + timedelta(days=200)
    assert register(WANG._replace(area_code="2202", group=""), at=back) == 1
    person = Person.objects.get()
    assert (person.area_code, person.group, person.created_at, person.erased_at) == ("2202", "", back, None)
    assert reveal(officer(area_code="2202"))["number"] == NUMBER


def test_persons_are_registered_in_floods() -> None:
    rows = [NewPerson(f"{n:018}", f"人{n}", "0431-00000000", area_code="220106001") for n in range(20_000)]
    started = time.perf_counter()
    assert register_people(rows, **WHO) == len(rows)
    print(f"\nregister_people: {len(rows) / (time.perf_counter() - started):,.0f} new rows/s", end=" ")
    started = time.perf_counter()
    assert register_people(rows, **WHO) == 0
    print(f"known: {len(rows) / (time.perf_counter() - started):,.0f} rows/s")


@pytest.mark.django_db(transaction=True)
def test_batches_that_overlap_do_not_wait_for_each_other_in_a_ring() -> None:
    rows = [NewPerson(str(n), area_code="22") for n in range(400)]

    def send(n: int) -> int:
        new = register_people(rows if n % 2 else rows[::-1], by="device:1", at=NOON + timedelta(days=n))
        connection.close()
        return new

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(12))) == Person.objects.count() == 400


@pytest.mark.parametrize("keep_until", [None, "infinity", "2200-01-01"])
def test_postgresql_refuses_a_person_without_a_last_day(keep_until: str | None) -> None:
    register()
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("UPDATE people_person SET keep_until = %s", [keep_until])


def test_postgresql_refuses_an_erased_person_with_an_identity() -> None:
    register()
    with pytest.raises(IntegrityError, match="person_erased_is_gone"), transaction.atomic():
        Person.objects.update(erased_at=NOON)


def test_a_day_before_the_first_retention_rule_has_no_answer() -> None:
    assert rules.keep_until("identity", NOON.date()) == KEPT_UNTIL
    with pytest.raises(LookupError):
        rules.keep_until("identity", date(2021, 10, 31))


def test_every_retention_rule_says_why_in_both_languages() -> None:
    assert {row.what for row in rules.RETENTION} == {"identity", "record"}
    assert all(row.days > 0 and row.because_en.isascii() and not row.because_zh.isascii() for row in rules.RETENTION)


def test_an_identity_is_erased_after_its_last_day_not_on_it() -> None:
    register()
    assert erase_due(today=KEPT_UNTIL, **WHO) == 0
    assert erase_due(today=DUE, **WHO) == 1
    assert erase_due(today=DUE, **WHO) == 0
    person = Person.objects.get()
    assert (person.identity, person.erased_at, person.group) == (None, NOON, "三号楼")
    assert kinds() == ["people.registered", "identities.erased"]


def test_erasing_leaves_facts_and_ledger_intact() -> None:
    register()
    swab = {
        "tube": "JL0000000001",
        "id": str(uuid4()),
        "at": NOON.isoformat(),
        "site": 1,
        "person": str(PERSON),
        "doubt": "",
    }
    facts.keep(SWABS, json.dumps([swab]), {"device": uuid4()}, by="device:1", at=NOON, sent_at=NOON)
    sequencer.sequence_all()
    sequencer.checkpoint(at=NOON)
    assert erase_due(today=DUE, **WHO) == 1
    sequencer.sequence_all()
    sequencer.checkpoint(at=NOON)
    report = verify()
    assert report.ok, report.faults
    assert (report.entries, report.facts["sampling_swab"]) == (3, 1)
    assert Swab.objects.get().person == Person.objects.get().id == PERSON


def test_erasing_goes_in_batches_each_with_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "BATCH_ROWS", 4)
    register(*(NewPerson(str(n), area_code="22") for n in range(10)))
    assert erase_due(today=DUE, **WHO) == 10
    counts = [json.loads(entry.body)["count"] for entry in Entry.objects.filter(kind="identities.erased")]
    assert sorted(counts) == [2, 4, 4]
    assert not Person.objects.exclude(identity=None).exists()


def test_the_entry_of_an_erasure_can_be_checked_by_who_knows_the_persons() -> None:
    register()
    erase_due(today=DUE, **WHO)
    entry = Entry.objects.get(kind="identities.erased")
    assert json.loads(entry.body)["digest"] == hashlib.sha256(f"{entry.id}{PERSON}".encode()).hexdigest()


def test_an_objection_raised_twice_is_one_objection_and_its_first_answer_stands() -> None:
    register()
    one, again = (raise_objection(PERSON, text="请停止使用我的信息", **WHO) for _ in range(2))
    assert one.id == again.id
    settled = settle_objection(one.id, answer="已停止", by="user:2", at=NOON)
    settle_objection(one.id, answer="另一个答复", by="user:3", at=NOON)
    assert Objection.objects.get().answer == settled.answer == "已停止"
    assert kinds() == ["people.registered", "objection.raised", "objection.settled"]


@pytest.mark.parametrize(("text", "refusal"), [(" ", "access.reason"), ("不同意", "person.unknown")])
def test_an_objection_needs_words_and_a_person(text: str, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        raise_objection(PERSON, text=text, **WHO)


def test_an_answer_needs_words_and_an_objection() -> None:
    with pytest.raises(Refused, match=r"access\.reason"):
        settle_objection(uuid4(), answer=" ", **WHO)
    with pytest.raises(Refused, match=r"objection\.unknown"):
        settle_objection(uuid4(), answer="已停止", **WHO)


def test_records_are_forgotten_in_time_but_an_open_objection_is_not() -> None:
    register()
    reveal(officer())
    settled, still_open = (raise_objection(PERSON, text=text, **WHO) for text in ("甲", "乙"))
    settle_objection(settled.id, answer="已停止", **WHO)
    erase_due(today=rules.keep_until("record", NOON.date()) + timedelta(days=1), **WHO)
    assert Objection.objects.get(id=settled.id).text == Objection.objects.get(id=settled.id).answer == ""
    assert Objection.objects.get(id=still_open.id).text == "乙"
    assert (Reveal.objects.get().reason, Reveal.objects.get().salt) == ("", "")
    body = json.loads(Entry.objects.get(kind="records.erased").body)
    assert body == {"objections": 1, "reasons": 1}


def test_persons_are_listed_by_party_and_group_in_pages() -> None:
    party = uuid4()
    register(*(NewPerson(str(n), area_code="220106", party_id=party, group=str(n % 2)) for n in range(6)), WANG)
    user, after, seen = officer(), None, []
    while page := queries.persons(user, party_id=party, after=after, limit=4):
        seen += [row.id for row in page]
        after = page[-1].id
    assert len(seen) == len(set(seen)) == 6
    assert len(queries.persons(user, party_id=party, group="1")) == 3
