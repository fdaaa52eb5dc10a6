"""Records to each format and back: what comes back is what went in, less what the format was said not to hold."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.engines.exchange_records import READER, ZONE, outbreaks
from yinghuo.engines.exchange import dhis2, fhir, godata, line_list, sormas
from yinghuo.engines.exchange.holding import Holds, trimmed
from yinghuo.engines.exchange.records import KINDS, Records, Written

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Write = Callable[[Records], Written]
Read = Callable[[bytes], Records]


def again(written: Written, read: Read) -> Records:
    """All files of one export, read as one."""
    found = Records()
    for data in written.files.values():
        found.add(read(data))
    assert found.rejected == []
    assert found.unread == []
    return found


def same(found: Records, wanted: Records) -> None:
    """The same records, in any order."""
    for kind in KINDS:
        assert sorted(found.of(kind), key=repr) == sorted((replace(one, row=0) for one in wanted.of(kind)), key=repr)


def graded(records: Records, *grades: str) -> Records:
    """Without contacts of other grades, and what hangs on them."""
    kept = {one.key for one in records.contacts if one.grade in grades}
    return replace(
        records,
        contacts=[one for one in records.contacts if one.key in kept],
        exposures=[one for one in records.exposures if one.contact in kept],
        followups=[one for one in records.followups if one.contact in kept],
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("chinese", [0, 1])
def test_a_line_list_gives_back_everything(form: str, chinese: int) -> None:
    @FEW
    @given(outbreaks())
    def check(records: Records) -> None:
        written = line_list.write(records, chinese=chinese, form=form)
        same(again(written, lambda data: line_list.read(data, reader=READER)), records)
        assert written.unsaid == []

    check()


@pytest.mark.parametrize("form", ["json", "csv"])
def test_go_data_gives_back_what_it_can_hold(form: str) -> None:
    @FEW
    @given(outbreaks())
    def check(records: Records) -> None:
        written = godata.write(records, form=form)
        wanted = trimmed(graded(records, "close", "second"), godata.HOLDS)
        same(again(written, lambda data: godata.read(data, reader=READER)), wanted)
        named_iff_lost(records, written, godata.HOLDS)

    check()


@FEW
@given(outbreaks())
def test_sormas_gives_back_what_it_can_hold(records: Records) -> None:
    written = sormas.write(records)
    wanted = trimmed(graded(records, "close"), sormas.HOLDS)
    same(again(written, lambda data: sormas.read(data, reader=READER)), wanted)
    named_iff_lost(records, written, sormas.HOLDS)


@FEW
@given(outbreaks())
def test_dhis2_gives_back_everything_that_its_mapping_names(records: Records) -> None:
    written = dhis2.write(records, zone=ZONE)
    same(again(written, lambda data: dhis2.read(data, reader=READER)), records)
    assert written.unsaid == []


@FEW
@given(outbreaks())
def test_fhir_gives_back_everything_and_is_valid(records: Records) -> None:
    people = {one.person.key: one.person for one in [*records.cases, *records.contacts] if one.person.key}
    records = replace(
        records,
        cases=[replace(one, person=people.get(one.person.key, one.person)) for one in records.cases],
        contacts=[replace(one, person=people.get(one.person.key, one.person)) for one in records.contacts],
    )
    written = fhir.write(records)
    same(again(written, lambda data: fhir.read(data, reader=READER)), records)
    assert written.unsaid == []


def named_iff_lost(records: Records, written: Written, holds: Holds) -> None:
    """Something is named as unsaid exactly when something is lost."""
    kept = trimmed(records, holds)
    lost = any(sorted(kept.of(kind), key=repr) != sorted(records.of(kind), key=repr) for kind in KINDS)
    dropped = {one.grade for one in records.contacts} - {one.grade for one in graded(kept, "close").contacts}
    assert bool(written.unsaid) == lost or dropped
