"""What becomes of HL7 messages: results once, corrections beside them, nothing of what is not sure."""

from datetime import timedelta

import pytest

from tests.desks.sampling.messages_world import (
    DETECTED,
    EQUIVOCAL,
    LATER,
    NOT_DETECTED,
    Laboratory,
    ack_of,
    facts,
    group,
    head,
    obx,
    only_row,
    oru,
    simple,
)
from tests.desks.sampling.world import NOW, STREET, code
from yinghuo.core.ledger.models import Entry
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.actions.messages import admit_sender, forget_messages
from yinghuo.desks.sampling.actions.messages.senders import Named
from yinghuo.desks.sampling.jobs.unknown_results import raise_unknown
from yinghuo.desks.sampling.models import Message, Result, Tube

pytestmark = pytest.mark.django_db


def test_a_result_is_stored_and_acknowledged() -> None:
    world = Laboratory()
    world.send("swabs", world.swabs(10))
    receipt = world.take(simple("M1", value=DETECTED))
    assert ack_of(receipt.answer) == ("AA", "M1", [])
    world.judge()
    tube = Tube.objects.get(tube=code(1))
    assert (tube.result, tube.swabs) == ("positive", 10)
    assert facts()[0]["technician"] == "T07"
    assert only_row().area_code == STREET
    assert Entry.objects.filter(kind="message.received", subject=f"message:{only_row().id}").count() == 1


def test_a_laboratorys_message_never_makes_a_second_sample() -> None:
    world = Laboratory()
    world.send("swabs", world.swabs(10))
    world.send("results", [world.result(message="by JSON")])
    for number in ("M1", "M2", "M3"):
        world.take(simple(number))
    world.judge()
    assert list(Tube.objects.values_list("tube", "swabs")) == [(code(1), 10)]


def test_a_result_of_an_unknown_tube_is_a_fact_and_a_doubt() -> None:
    world = Laboratory()
    assert world.take(simple("M1", tube="ZZ0000000077")).ack == "AA"
    world.judge()
    raise_unknown(LATER + timedelta(days=1))
    assert Result.objects.get().tube == "ZZ0000000077"
    assert Issue.objects.filter(subject="tube:ZZ0000000077", code__startswith="result.").exists()


def test_the_message_id_makes_it_idempotent() -> None:
    world = Laboratory()
    first = world.take(simple("M1"))
    again = world.take(simple("M1", sent="20220508140000+0800"), at=LATER)
    assert (again.ack, again.answer, again.row_id) == (first.ack, first.answer, first.row_id)
    assert (len(facts()), only_row().times, only_row().last_at) == (1, 2, LATER)


def test_the_same_id_with_other_content_is_an_error_and_an_issue() -> None:
    world = Laboratory()
    world.take(simple("M1"))
    other = simple("M1", value=DETECTED)
    assert ack_of(world.take(other).answer) == ("AE", "M1", ["MSH-10 id.again"])
    assert ack_of(world.take(other).answer)[0] == "AE"
    assert [one["result"] for one in facts()] == ["negative"]
    assert Issue.objects.filter(code="message.used_again", area_code=STREET).count() == 1


def test_the_same_id_of_another_sender_is_another_message() -> None:
    world = Laboratory()
    admit_sender(Named("LIS", "LAB-2"), device_id=world.laboratory.id, by="user:1", at=NOW)
    world.take(simple("M1"))
    assert world.take(simple("M1", value=DETECTED, facility="LAB-2")).ack == "AA"
    assert sorted(one["result"] for one in facts()) == ["negative", "positive"]


def test_a_correction_is_a_new_fact_and_the_first_one_stays() -> None:
    world = Laboratory()
    world.send("swabs", world.swabs(10))
    world.take(simple("M1", value=DETECTED))
    world.take(simple("M2", value=NOT_DETECTED, status="C", sent="20220508150000+0800"))
    world.judge()
    assert [one["result"] for one in facts()] == ["positive", "negative"]
    assert Tube.objects.get(tube=code(1)).result == "negative"


def test_a_preliminary_result_is_noted_and_is_no_result() -> None:
    world = Laboratory()
    receipt = world.take(simple("M1", value=DETECTED, status="P"))
    assert (receipt.ack, str(receipt.taken), facts()) == ("AA", "noted", [])
    assert only_row().tubes == [code(1)]


@pytest.mark.parametrize("status", ["X", "D"])
def test_what_cannot_be_assayed_is_an_issue(status: str) -> None:
    world = Laboratory()
    assert world.take(simple("M1", value="^leaked", status=status)).ack == "AA"
    issue = Issue.objects.get(code="message.no_result")
    assert (issue.subject, issue.detail["reason"], facts()) == (f"tube:{code(1)}", "leaked", [])


def test_a_specimen_rejected_by_the_laboratory_is_an_issue() -> None:
    world = Laboratory()
    spm = f"SPM|1|{code(1)}||||||||||||||||||Y|RB^Broken container^HL70490"
    assert spm.split("|")[21] == "RB^Broken container^HL70490"
    world.take(oru("M1", group(1, [obx(1, NOT_DETECTED)], spm=spm)))
    assert Issue.objects.get(code="message.no_result").detail["reason"] == "Broken container"
    assert facts() == []


def test_genes_and_cts_become_one_result_of_the_tube() -> None:
    world = Laboratory()
    lines = [
        obx(1, DETECTED),
        obx(2, "31.2", gene="94639-2^ORF1ab^LN", kind="NM"),
        obx(3, "30.55", gene="94316-7^N gene^LN", kind="NM"),
    ]
    world.take(oru("M1", group(1, lines)))
    (fact,) = facts()
    assert (fact["result"], str(fact["ct_orf1ab"]), str(fact["ct_n"])) == ("positive", "31.20", "30.55")


def test_one_gene_alone_decides_nothing() -> None:
    world = Laboratory()
    lines = [obx(1, DETECTED, gene="94639-2^ORF1ab^LN"), obx(2, NOT_DETECTED, gene="94316-7^N gene^LN")]
    world.take(oru("M1", group(1, lines)))
    world.take(oru("M2", group(2, [obx(1, EQUIVOCAL)])))
    assert (facts(1)[0]["result"], facts(2)[0]["result"]) == ("grey", "grey")


def test_cts_without_an_interpretation_need_a_kit_that_is_known() -> None:
    world = Laboratory()
    lines = [obx(1, "31.2", gene="94639-2^ORF1ab^LN", kind="NM", kit="^Unheard of")]
    assert ack_of(world.take(oru("M1", group(1, lines))).answer)[2] == ["OBX- value.missing"]


def test_cts_without_an_interpretation_are_decided_by_the_kits_limits() -> None:
    from yinghuo.desks.sampling.models import AssayKit

    world = Laboratory()
    limits = [{"name": name, "positive_below_ct": "38", "grey_below_ct": "40"} for name in ("ORF 1ab", "N 基因")]
    AssayKit.objects.create(
        name="Kit-A", valid_from=NOW.date().replace(year=2021), targets=limits, control_valid_below_ct=35,
        positive_needs=2, source="leaflet", added_by="user:1", added_at=NOW,
    )  # fmt: skip
    lines = [
        obx(1, "31.2", gene="94639-2^ORF1ab^LN", kind="NM", kit="^Kit-A"),
        obx(2, "30", gene="94316-7^N gene^LN", kind="NM"),
    ]
    assert world.take(oru("M1", group(1, lines))).ack == "AA"
    assert (facts()[0]["result"], facts()[0]["kit"]) == ("positive", "Kit-A")


def test_a_faulty_message_says_which_field_and_stores_nothing_of_itself() -> None:
    world = Laboratory()
    good, bad = group(1, [obx(1, NOT_DETECTED)]), group(2, [obx(1, "POS^Positive^L")])
    assert ack_of(world.take(oru("M1", good, bad)).answer) == ("AE", "M1", ["OBX-5 value.unknown"])
    assert Result.objects.count() == 0
    assert only_row().faults[0]["sequence"] == 2


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"kind": "ADT^A08"}, "MSH-9 type.unknown"),
        ({"kind": "ORU^R30"}, "MSH-9 event.unknown"),
        ({"mode": "T"}, "MSH-11 processing.unknown"),
        ({"version": "3.0"}, "MSH-12 version.unknown"),
    ],
)
def test_what_is_not_understood_is_answered_ar(other: dict[str, str], place: str) -> None:
    world = Laboratory()
    assert ack_of(world.take(simple("M1", **other)).answer) == ("AR", "M1", [place])
    assert Result.objects.count() == 0


def test_what_has_no_head_is_answered_ar_and_leaves_no_row() -> None:
    world = Laboratory()
    for junk in (b"", b"hello", b"\xff\xfeM\x00S\x00H\x00", b"MSH|"):
        assert world.take(junk).ack == "AR"
    assert not Message.objects.exists()


def test_a_wrong_character_set_is_an_error_at_msh_18() -> None:
    world = Laboratory()
    gb = simple("M1").encode("gb18030")
    assert ack_of(world.take(gb).answer) == ("AE", "M1", ["MSH-18 charset.wrong"])
    assert ack_of(world.take(simple("M2", charset="EBCDIC")).answer) == ("AE", "M2", ["MSH-18 charset.unknown"])


def test_gb18030_is_read_and_answered_in_gb18030() -> None:
    world = Laboratory()
    text = simple("M1", charset="GB18030", facility="一号实验室")
    admit_sender(Named("LIS", "一号实验室"), device_id=world.laboratory.id, by="user:1", at=NOW)
    receipt = world.take(text.encode("gb18030"))
    assert "|LIS|一号实验室|" in receipt.answer.decode("gb18030")
    assert facts()[0]["technician"] == "T07"


def test_nothing_of_a_patient_is_kept_and_the_text_only_while_it_is_needed() -> None:
    world = Laboratory()
    world.take(simple("M1"))
    world.take(simple("M2", value="POS^Positive^L"))
    assert Message.objects.get(control_id="M1").raw == ""
    raw = Message.objects.get(control_id="M2").raw
    assert "PID|1\r" in raw
    assert "|T07|" in raw
    assert not [word for word in ("李", "22999919900101001X", "19900101", "某路", "张三") if word in raw]
    assert forget_messages(today=NOW.date()) == 0
    assert forget_messages(today=NOW.date().replace(month=7)) == 1
    assert not Message.objects.exclude(raw="").exists()


@pytest.mark.parametrize(
    "reported", ["20220508130000+2145", "00010101000000+0800", "20220508256161", "99991231235959-1200"]
)
def test_a_time_that_no_database_knows_is_told_or_turned_and_never_a_crash(reported: str) -> None:
    world = Laboratory()
    assert world.take(simple("M1", reported=reported)).ack == ("AA" if "+2145" in reported else "AE")


def test_a_message_without_a_number_is_not_understood() -> None:
    world = Laboratory()
    assert ack_of(world.take(simple("")).answer) == ("AR", "", ["MSH-10 field.missing"])


def test_ten_thousand_observations_are_one_message() -> None:
    world = Laboratory()
    groups = [group(tube, [obx(1, NOT_DETECTED)]) for tube in range(1, 10_001)]
    assert world.take(oru("M1", *groups)).ack == "AA"
    assert (Result.objects.count(), only_row().results) == (10_000, 10_000)


def test_a_message_that_ends_its_lines_in_any_way_is_the_same_message() -> None:
    world = Laboratory()
    text = simple("M1")
    for end in ("\r", "\n", "\r\n"):
        assert world.take(text.replace("\r", end)).ack == "AA"
    assert only_row().times == 3
    assert head("M1") in text
