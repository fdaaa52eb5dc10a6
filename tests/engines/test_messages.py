"""HL7 in bytes: framing, character sets, escapes, batches; checked with two other implementations and by properties."""

from datetime import UTC, datetime, timedelta, timezone

import hl7
import pytest
from hl7apy.parser import parse_message
from hypothesis import example, given
from hypothesis import strategies as st

from tests.desks.sampling.messages_world import DETECTED, NOT_DETECTED, group, head, obx, oru, simple
from yinghuo.engines.messages import er7, fhir, fhir_out
from yinghuo.engines.messages.answers import (
    HL7_ERRORS,
    SAID,
    Addressee,
    ReportOut,
    acknowledgement,
    addressee,
    batch,
)
from yinghuo.engines.messages.answers import oru as written_oru
from yinghuo.engines.messages.batches import split
from yinghuo.engines.messages.framing import Framer, FrameTooLong, framed
from yinghuo.engines.messages.oru import head_fault, read
from yinghuo.engines.messages.reports import Codes, Fault

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2022, 5, 8, 5, tzinfo=UTC)


def reports(text: str, charset: str = "utf-8"):
    return read(er7.decode(text.encode(charset)), zone=BEIJING, codes=Codes())


def test_what_we_write_is_valid_hl7_and_is_read_back_as_it_was_meant() -> None:
    for outcome in SAID:
        one = ReportOut(
            tube="JL0000000001", outcome=outcome, at=AT, people=10, corrected=False, laboratory="一号 & Co|^~\\",
            message="M|1", ct_orf1ab=31.2, ct_n=30.5, kit="Kit^A", instrument="PCR-1", first_at=AT, received_at=AT,
        )  # fmt: skip
        text = written_oru(one, Addressee("CDC", "JL", "X1"), at=AT)
        assert parse_message(text, find_groups=True).validate()
        (back,) = read(er7.decode(text.encode()), zone=UTC, codes=Codes()).reports
        assert (back.tube, back.outcome, back.ct, back.people) == (
            one.tube,
            outcome,
            {"orf1ab": 31.2, "n": 30.5},
            10,
        )
        assert (back.kit, back.at, back.received_at) == ("Kit^A", AT, AT)
        assert str(hl7.parse(text).segment("SPM")[2]) == one.tube


@pytest.mark.parametrize("code", ["AA", "AE", "AR"])
def test_our_acknowledgements_are_valid_hl7(code: str) -> None:
    to = addressee(er7.decode(simple("M1").encode()).head)
    faults = [(Fault(name, "OBX", 2, 5, "a|b^c"), "Sentence & more") for name in HL7_ERRORS]
    text = acknowledgement(code, to, answer_id="7", at=AT, faults=faults if code != "AA" else []).decode()  # type: ignore[arg-type]
    assert parse_message(text).validate()
    assert [str(one) for one in hl7.parse(text).segment("MSA")[1:3]] == [code, "M1"]


def test_every_fault_that_is_told_has_its_number_and_its_words() -> None:
    from yinghuo.desks.sampling.message_rules import FAULT_WORDS

    only_fhir = {code for code in FAULT_WORDS if code.startswith("fhir.")}
    assert set(HL7_ERRORS) == set(FAULT_WORDS) - only_fhir


@pytest.mark.parametrize(
    ("named", "charset"),
    [("UNICODE UTF-8", "utf-8"), ("GB 18030-2000", "gb18030"), ("GB18030", "gb18030"), ("", "utf-8")],
)
def test_character_sets(named: str, charset: str) -> None:
    text = oru("M1", group(1, [obx(1, NOT_DETECTED), "NTE|1|L|丂芢乿：备注"]), charset=named)
    message = er7.decode(text.encode(charset))
    (note,) = message.of("NTE")
    assert note.value(3) == "丂芢乿：备注"


def test_a_byte_order_mark_and_blank_lines_are_no_content() -> None:
    assert er7.decode(b"\xef\xbb\xbf\r\n" + simple("M1").encode()).head.value(10) == "M1"


def test_repetitions_and_alternate_codes() -> None:
    value = "POS^Positive^L^260373001^Detected^SCT~260415000"
    (report,) = reports(oru("M1", group(1, [obx(1, value)]))).reports
    assert report.outcome == "positive"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
@example("|^~\\&")
@example("\\F\\")
def test_what_is_escaped_is_read_back(text: str) -> None:
    assert er7.unescape(er7.escape(text), er7.Marks()) == text


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_a_message_or_say_why_not(raw: bytes) -> None:
    for one in (raw, b"MSH|^~\\&|" + raw, simple("M1").encode()[:300] + raw):
        try:
            message = er7.decode(one)
        except er7.Unreadable as error:
            assert error.fault.code in HL7_ERRORS
            continue
        if head_fault(message) is None:
            read(message, zone=UTC, codes=Codes())


@given(st.lists(st.sampled_from([b"MSH|1", b"a", b"\r\r", b"long" * 50]), max_size=5), st.integers(1, 40))
def test_frames_are_found_however_the_stream_is_cut(messages: list[bytes], step: int) -> None:
    stream = b"~".join(framed(one) for one in messages)
    framer = Framer()
    found = [frame for at in range(0, len(stream), step) for frame in framer.feed(stream[at : at + step])]
    assert found == messages


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_framer_never_holds_more_than_it_may(packets: list[bytes]) -> None:
    framer = Framer(largest=64)
    try:
        for packet in packets:
            assert all(len(frame) <= 64 for frame in framer.feed(packet))
            assert framer.held <= 64
    except FrameTooLong:
        pass


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_batch_is_cut_into_its_messages(end: str) -> None:
    inner = [simple(f"M{number}", tube=number) for number in (1, 2, 3)]
    raw = batch(inner, batch_id="B1", at=AT).decode().replace("\r", end).encode()
    found = split(raw)
    assert [er7.decode(one).head.value(10) for one in found.messages] == ["M1", "M2", "M3"]
    assert found.faults == []


def test_a_file_that_was_cut_is_noticed() -> None:
    raw = batch([simple("M1"), simple("M2")], batch_id="B1", at=AT).replace(b"BTS|2", b"BTS|5")
    assert [fault.code for fault in split(raw).faults] == ["batch.count"]


def test_a_file_of_two_batches_counts_each() -> None:
    two = batch([simple("M1")], batch_id="B1", at=AT) + batch([simple("M2")], batch_id="B2", at=AT)
    assert (len(split(two).messages), split(two).faults) == (2, [])


def test_a_line_broken_inside_a_text_is_told_by_its_line() -> None:
    text = simple("M1").replace("Not detected", "Not\rdetected")
    with pytest.raises(er7.Unreadable, match="line 6"):
        er7.decode(text.encode())


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ([obx(1, NOT_DETECTED, status="Q")], "OBX[1]-11"),
        ([obx(1, "x", kind="NM", gene="94316-7")], "OBX[1]-5"),
        ([obx(1, "120", kind="NM", gene="94316-7")], "OBX[1]-5"),
        ([obx(1, NOT_DETECTED, kind="ED")], "OBX[1]-2"),
        ([obx(1, NOT_DETECTED, gene="1-8")], "OBX[1]-3"),
        ([], ""),
    ],
)
def test_faults_name_segment_and_field(lines: list[str], place: str) -> None:
    (fault, *_more) = reports(oru("M1", group(1, lines))).faults
    assert fault.place == (place or "OBX[1]")


def test_a_specimen_is_needed_and_only_one() -> None:
    lines = group(1, [obx(1, NOT_DETECTED)])
    (fault,) = reports(oru("M1", lines[:-1])).faults
    assert fault.code == "specimen.missing"
    (fault,) = reports(oru("M1", [*lines, lines[-1]])).faults
    assert (fault.code, fault.place) == ("specimen.second", "SPM[2]")


def test_several_orders_are_several_tubes() -> None:
    found = reports(oru("M1", group(1, [obx(1, NOT_DETECTED)]), group(2, [obx(1, DETECTED)])))
    assert [(one.tube[-1], one.outcome) for one in found.reports] == [("1", "negative"), ("2", "positive")]
    assert head("M1").startswith("MSH|^~\\&|")


@given(st.uuids())
def test_a_short_name_is_the_uuid(given_id) -> None:
    assert fhir_out.long(fhir_out.short(given_id)) == given_id
    assert fhir_out.long(fhir_out.short(given_id) + "0") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "resourceType", "code"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_json_of_any_kind_is_a_resource_or_says_why_not(value) -> None:
    assert fhir.faults_of(value, "x")
