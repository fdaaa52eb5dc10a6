"""Records of an invented outbreak, made by dice, for the round trips of the exchange formats."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from yinghuo.engines.exchange.records import (
    WORDS,
    CaseRecord,
    ContactRecord,
    EventRecord,
    ExposureRecord,
    FollowUpRecord,
    LabRecord,
    PersonRecord,
    Records,
)
from yinghuo.engines.exchange.values import Reader

ZONE = timezone(timedelta(hours=8))
READER = Reader(ZONE)
PLAIN = st.text(alphabet="abcXYZ019王小明长春-_/=+@,;'\"", min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.text(alphabet="abc王小明 ", min_size=1, max_size=8).map(lambda name: " ".join(name.split())).filter(bool)
DAYS = st.dates(date(2022, 3, 1), date(2022, 12, 31))
MOMENTS = st.datetimes(datetime(2022, 3, 1), datetime(2022, 12, 31)).map(  # noqa: DTZ001 - the zone comes next
    lambda at: at.replace(microsecond=0, tzinfo=ZONE)
)
PEOPLE = st.builds(
    PersonRecord,
    key=st.sampled_from(["", "p-1", "p-2"]),
    number=st.sampled_from(["", "229999199001010014", "E12345678"]),
    name=st.just("") | NAMES,
    phone=st.sampled_from(["", "13800000000"]),
    birth=st.none() | DAYS,
).filter(lambda person: not person.name or person.name != person.key)


def maybe(what: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    """Nothing, or one of these."""
    return st.none() | what


@st.composite
def outbreaks(draw: st.DrawFn) -> Records:
    """An event with up to three cases and three contacts, whose parts name each other."""
    records = Records(events=[draw(_event())])
    for number in range(draw(st.integers(1, 3))):
        records.cases.append(draw(_case(f"A-{number}", records.events[0].key)))
    for number in range(draw(st.integers(0, 3))):
        contact = draw(_contact(f"K-{number}", records.events[0].key))
        records.contacts.append(contact)
        records.exposures.append(_exposure(draw, contact, records))
        records.followups += draw(st.lists(_followup(contact.key), max_size=2, unique_by=lambda one: one.key))
    for one in records.cases:
        records.labs += draw(st.lists(_lab(one.key), max_size=2, unique_by=lambda lab: lab.key))
    return records


def _exposure(draw: st.DrawFn, contact: ContactRecord, records: Records) -> ExposureRecord:
    """A contact of a contact comes by the first close contact that is there, and so to that one's case."""
    close = {one.key for one in records.contacts if one.grade == "close"} - {contact.key}
    first = next((one for one in records.exposures if not one.via and one.contact in close), None)
    via = first.contact if contact.grade == "second" and first else ""
    case = first.case if via and first else draw(st.sampled_from(records.cases)).key
    day = draw(DAYS)
    return ExposureRecord(f"{contact.key}|{case}|{day}", contact.key, case, day, via, draw(st.integers(0, 600)))


def _event() -> st.SearchStrategy[EventRecord]:
    states = st.sampled_from(WORDS["event_state"])
    return st.builds(
        EventRecord, st.just("E-1"), PLAIN, PLAIN, states, maybe(DAYS), maybe(MOMENTS), maybe(MOMENTS), row=st.just(0)
    )


def _case(key: str, event: str) -> st.SearchStrategy[CaseRecord]:
    return st.builds(
        CaseRecord,
        key=st.just(key),
        event=st.just(event),
        person=PEOPLE,
        area=PLAIN,
        held_as=st.sampled_from(WORDS["held_as"]),
        onset_on=maybe(DAYS),
        sampled_at=maybe(MOMENTS),
        reported_at=maybe(MOMENTS),
        in_isolation=maybe(st.booleans()),
        index_of_event=st.booleans(),
        row=st.just(0),
    )


def _contact(key: str, event: str) -> st.SearchStrategy[ContactRecord]:
    return st.builds(
        ContactRecord,
        key=st.just(key),
        last_on=DAYS,
        event=st.just(event),
        person=PEOPLE,
        area=PLAIN,
        grade=st.sampled_from(WORDS["grade"]),
        state=st.sampled_from(WORDS["contact_state"]),
        found_at=maybe(MOMENTS),
        until=maybe(DAYS),
        row=st.just(0),
    )


def _followup(contact: str) -> st.SearchStrategy[FollowUpRecord]:
    return st.builds(
        FollowUpRecord,
        key=st.integers(1, 9).map(lambda number: f"{contact}.{number}"),
        contact=st.just(contact),
        day=DAYS,
        status=st.sampled_from(WORDS["status"]),
        at=maybe(MOMENTS),
        day_number=maybe(st.integers(0, 21)),
        symptoms=st.sampled_from([(), ("fever",), ("fever", "cough")]),
        temperature_c=maybe(st.integers(350, 420).map(lambda tenths: Decimal(tenths) / 10)),
        row=st.just(0),
    )


def _lab(case: str) -> st.SearchStrategy[LabRecord]:
    return st.builds(
        LabRecord,
        key=st.integers(1, 9).map(lambda number: f"{case}.{number}"),
        case=st.just(case),
        sampled_at=MOMENTS,
        result=st.sampled_from(WORDS["result"]),
        reported_at=maybe(MOMENTS),
        kind=st.sampled_from(["pcr", "antigen", "sequence", "rapid_test"]),
        laboratory=st.sampled_from(["", "实验室一"]),
        ct=st.sampled_from([(), (("orf1ab", "24.30"), ("n", "22"))]),
        row=st.just(0),
    )
