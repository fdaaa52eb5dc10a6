"""A head-end and a terminal talk 698.45: each request, its answer, and what either side reads out of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import dars
from yinghuo.engines.meters.dlt698.bodies import Sealed

TERMINAL, METER, OTHER = "000000000011", "260305510020", "260305510021"
NOON = datetime(2026, 10, 7, 12, 0)  # noqa: DTZ001
DAY = timedelta(days=1)


def sent(frame: dlt698.Frame) -> dlt698.Frame:
    """What arrives at the other end."""
    [arrived] = dlt698.decode(dlt698.encode(frame))
    assert arrived == frame
    return arrived


def test_a_terminal_logs_in_beats_and_leaves_and_is_answered() -> None:
    for say, kind in ((dlt698.login, 0), (dlt698.heartbeat, 1), (dlt698.logout, 2)):
        asked = sent(say(TERMINAL, at=NOON, heartbeat_s=60, piid=5))
        assert (asked.control, asked.apdu.service, asked.apdu.piid) == (0x81, 0x01, 5)
        assert asked.apdu.body[:2] == (kind, 60)
        answer = sent(dlt698.link_reply(asked, received_at=NOON + DAY, replied_at=NOON + DAY))
        assert (answer.address, answer.control, answer.apdu.service, answer.apdu.piid) == (TERMINAL, 0x01, 0x81, 5)
        assert (answer.apdu.body.result, answer.apdu.body.asked_at) == (0x80, asked.apdu.body.at)


def test_an_association_is_asked_for_granted_and_ended() -> None:
    asked = sent(dlt698.connect(METER, client=0x10, longest=2000))
    granted = sent(dlt698.connect_reply(asked, factory=b"YH01"))
    assert (granted.client, granted.apdu.body.result, granted.apdu.body.apdu_bytes) == (0x10, 0, 2000)
    assert sent(dlt698.release_reply(sent(dlt698.release(METER)))).apdu.service == 0x83


def test_a_list_is_answered_in_its_order_and_what_is_missing_has_a_code() -> None:
    asked = sent(dlt698.get(METER, ["20000200", "40000200", "00100201", "99990200"], piid=0x81))
    answer = sent(
        dlt698.get_reply(
            asked, {"40000200": NOON, "20000200": [Decimal("220.1"), None, Decimal("0")], "00100201": dlt698.Dar(3)}
        )
    )
    assert answer.items == [
        ("20000200", [Decimal("220.1"), None, Decimal("0")], "V"),
        ("40000200", NOON, ""),
        ("00100201", None, "kWh"),
        ("99990200", None, ""),
    ]
    assert answer.dar == {"00100201": dars.REFUSED, "99990200": dars.UNDEFINED}
    assert (answer.control, answer.apdu.piid) == (0xC3, 0x81)


def test_a_value_finer_than_its_scale_or_of_another_kind_is_refused() -> None:
    for wrong in (Decimal("220.15"), Decimal(7000), "220.1", [Decimal(1)], NOON):
        with pytest.raises(ValueError):
            dlt698.encode(dlt698.set_values(METER, {"20000201": wrong}))


@pytest.mark.parametrize(
    ("oad", "value"),
    [
        ("10100201", [Decimal("12.3456"), NOON]),
        ("10100200", [[Decimal("12.3456"), NOON], [Decimal("0"), None]]),
        ("40160200", [[[Decimal(h), Decimal(30), Decimal(t)] for h, t in ((0, 4), (8, 2))]] * 2),
        ("40140200", [[Decimal(1), Decimal(1), Decimal(1)]] * 3),
        ("40010200", "260305510020"),
        ("20100200", Decimal("-12.5")),
        ("20040202", Decimal("-0.2512")),
        ("200A0200", [Decimal("0.987"), Decimal("-1")]),
        ("41030200", "YH-2026"),
        ("20140200", ["0" * 16, "1" + "0" * 15]),
        ("202A0200", METER),
        ("99980200", [Decimal(1), NOON, "冻结", "text", [Decimal(5_000_000_000)]]),
        ("99970200", None),
    ],
)
def test_a_value_goes_as_the_table_types_it_and_comes_back(oad: str, value: object) -> None:
    answer = sent(dlt698.get_reply(dlt698.get(METER, [oad]), {oad: value}))
    assert answer.items[0][:2] == (oad, value)
    assert sent(dlt698.set_values(METER, {oad: value})).items[0][:2] == (oad, value)


def test_a_write_can_fail_inside_a_good_answer() -> None:
    one = sent(dlt698.set_values(METER, {"40000200": NOON}))
    assert sent(dlt698.set_reply(one, {"40000200": 3})).dar == {"40000200": 3}
    two = sent(dlt698.set_values(METER, {"40000200": NOON, "41030200": "A"}))
    assert sent(dlt698.set_reply(two, {"41030200": 15})).dar == {"40000200": 0, "41030200": 15}


def test_a_write_is_read_back_in_the_same_exchange() -> None:
    asked = sent(dlt698.set_then_get(METER, [("40000200", NOON, "40000200", 2)]))
    answer = sent(dlt698.set_then_get_reply(asked, {}, {"40000200": NOON + timedelta(seconds=2)}))
    assert answer.dar == {"40000200": 0}
    assert answer.items[1] == ("40000200", NOON + timedelta(seconds=2), "")


def test_methods_answer_with_a_code_and_what_they_give_back() -> None:
    asked = sent(dlt698.action(METER, {"40007F00": NOON, "43000300": None}))
    answer = sent(dlt698.action_reply(asked, {"43000300": 3}, {"40007F00": Decimal(7)}))
    assert answer.dar == {"40007F00": 0, "43000300": 3}
    assert [value for _, value, _ in answer.items] == [Decimal(7), None]


FREEZES = [
    {"20210200": NOON + n * DAY, "00100201": Decimal(n), "202A0200": METER if n % 2 else OTHER} for n in range(6)
]


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        (dlt698.EVERY_ROW, [0, 1, 2, 3, 4, 5]),
        (dlt698.exactly("20210200", NOON + DAY), [1]),
        (dlt698.between("20210200", NOON + DAY, NOON + 3 * DAY), [1, 2]),
        (dlt698.between("20210200", NOON, NOON + 9 * DAY, step=(3, 2)), [0, 2, 4]),
        (dlt698.between("00100201", Decimal(2), Decimal(4)), [2, 3]),
        (dlt698.nth_last(1), [5]),
        (dlt698.nth_last(6), [0]),
        (dlt698.nth_last(7), []),
        (dlt698.latest(2), [4, 5]),
        (dlt698.latest(0), []),
        (dlt698.latest(2, dlt698.those([METER])), [3, 5]),
        (dlt698.latest(9, dlt698.EVERY_METER), [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_selector_chooses_its_rows_on_the_other_side(selector: object, chosen: list[int]) -> None:
    asked = sent(dlt698.get_record(METER, "50040200", ["20210200", "00100201"], selector=selector))
    [query] = dlt698.queries(asked)
    assert [row["00100201"] for row in dlt698.choose(query.selector, FREEZES)] == chosen


def test_collected_rows_are_chosen_by_time_and_meter() -> None:
    rows = [{"60400200": NOON, "60420200": NOON + DAY, "202A0200": meter} for meter in (METER, OTHER)]
    assert dlt698.choose(dlt698.collected(NOON), rows) == rows
    assert dlt698.choose(dlt698.stored(NOON + DAY, dlt698.those([OTHER])), rows) == rows[1:]
    assert dlt698.choose((6, (b"\x07\xea\x0a\x07\0\0\0", b"\x07\xea\x0a\x08\0\0\0", (2, 12), (1, None))), rows) == rows
    with pytest.raises(ValueError, match="no meters are found"):
        dlt698.choose(dlt698.collected(NOON, (4, [1])), rows)


def test_rows_come_back_with_their_columns_also_those_of_related_objects() -> None:
    columns = ["202A0200", ("50040200", ["20210200", "00100200"]), ("50020200", ["00100200"])]
    asked = sent(dlt698.get_record(TERMINAL, "60120300", columns))
    row = [METER, NOON, [Decimal("1.5"), Decimal("0.5")], [Decimal("2")]]
    answer = sent(dlt698.record_reply(asked, [row]))
    assert answer.columns == ("202A0200", "20210200", "00100200", "50020200/00100200")
    assert dlt698.rows(answer) == [dict(zip(answer.columns, row, strict=True))]
    assert answer.items == [("60120300", [row], "")]


@pytest.mark.parametrize("attributes", [["00100200", "20000201"], ["00100200"], ["20000201"], ["40000200"]])
def test_related_values_that_stand_apart_read_the_same(attributes: list[str]) -> None:
    values = {"00100200": [Decimal("1.5"), Decimal(2)], "20000201": Decimal("220.1"), "40000200": NOON}
    row = [METER, *(values[one] for one in attributes)]
    asked = dlt698.get_record(TERMINAL, "60120300", ["202A0200", ("50040200", attributes)])
    together = dlt698.record_reply(asked, [row, row])
    kept = together.apdu.body
    apart = kept._replace(outcome=(1, [[cells[0], *cells[1].value] for cells in kept.outcome[1]]))
    [arrived] = dlt698.decode(dlt698.encode(replace(together, items=[], apdu=together.apdu._replace(body=apart))))
    assert arrived.items == sent(together).items == [("60120300", [row, row], "")]


def test_a_query_without_columns_is_answered_with_those_that_the_device_keeps() -> None:
    asked = sent(dlt698.get_record(METER, "50040200", []))
    answer = sent(dlt698.record_reply(asked, [[NOON, Decimal(1)]], columns=["20210200", "00100201"]))
    assert dlt698.rows(answer) == [{"20210200": NOON, "00100201": Decimal(1)}]
    with pytest.raises(ValueError):
        dlt698.record_reply(asked, [[NOON]])


def test_an_attribute_read_as_a_whole_falls_into_its_elements() -> None:
    whole = dlt698.Item("00100200", [Decimal(3), Decimal(1), Decimal(2)], "kWh")
    assert dlt698.elements(whole) == [("00100201", 3, "kWh"), ("00100202", 1, "kWh"), ("00100203", 2, "kWh")]
    for one in (dlt698.Item("10100201", [Decimal(1), NOON], "kW"), dlt698.Item("400C0200", [Decimal(1)], "")):
        assert dlt698.elements(one) == [one]


def test_several_records_are_answered_together_and_one_may_be_refused() -> None:
    asked = sent(dlt698.get_records(METER, [dlt698.query("50040200", ["00100201"]), dlt698.query("30000200", [])]))
    answer = sent(dlt698.record_reply(asked, [[Decimal(1)], [Decimal(2)]], dlt698.Dar(4)))
    assert [row["00100201"] for row in dlt698.rows(answer)] == [1, 2]
    assert (answer.items[1], answer.dar) == (("30000200", None, ""), {"30000200": 4})


def test_a_long_answer_comes_block_by_block() -> None:
    asked = dlt698.get_record(METER, "50040200", ["00100201"], piid=4)
    whole = dlt698.record_reply(asked, [[Decimal(1)], [Decimal(2)]])
    record = whole.apdu.body
    first = sent(dlt698.block_reply(asked, [record], number=1, last=0))
    assert (first.apdu.body.last, first.apdu.body.number, len(dlt698.rows(first))) == (0, 1, 2)
    more = sent(dlt698.get_next(METER, first.apdu.body.number, piid=4))
    assert (more.apdu.form, more.apdu.body, more.items) == (5, 1, [])


def test_a_terminal_reads_its_meters_and_one_does_not_answer() -> None:
    asked = sent(dlt698.proxy_get(TERMINAL, [(METER, ["20000200", "00100201"]), (OTHER, ["00100201"])], timeout_s=90))
    assert (asked.items[0], asked.apdu.body.timeout_s) == (("20000200", None, "V"), 90)
    answer = sent(dlt698.proxy_reply(asked, {METER: {"00100201": Decimal("7.25")}}))
    found = dlt698.meters(answer)
    assert found[METER].items[1] == ("00100201", Decimal("7.25"), "kWh")
    assert (found[METER].dar, found[OTHER].dar) == ({"20000200": 4}, {"00100201": 33})
    assert answer.dar == {f"{METER}/20000200": 4, f"{OTHER}/00100201": 33}


def test_a_terminal_reads_records_writes_and_acts_at_its_meters() -> None:
    asked = sent(dlt698.proxy_get_record(TERMINAL, METER, dlt698.query("50040200", ["00100201"])))
    assert dlt698.rows(sent(dlt698.proxy_record_reply(asked, [[Decimal(3)]]))) == [{"00100201": Decimal(3)}]
    refused = sent(dlt698.proxy_record_reply(asked, dlt698.Dar(33)))
    assert refused.dar == {f"{METER}/50040200": 33}
    written = sent(dlt698.proxy_set(TERMINAL, [(METER, {"40000200": NOON})]))
    assert sent(dlt698.proxy_reply(written, {METER: {"40000200": dlt698.Dar(3)}})).dar == {f"{METER}/40000200": 3}
    acted = sent(dlt698.proxy_action(TERMINAL, [(METER, {"40007F00": NOON})]))
    assert sent(dlt698.proxy_reply(acted, {METER: {}})).dar == {f"{METER}/40007F00": 0}


def test_a_foreign_frame_is_forwarded_and_its_answer_brought() -> None:
    read = bytes.fromhex("68610100000000681104333334331416")
    asked = sent(dlt698.forward(TERMINAL, "F2010201", read, over=dlt698.line(9600)))
    assert asked.items == [("F2010201", read.hex().upper(), "")]
    answer = sent(dlt698.forward_reply(asked, b"\x68\x16"))
    assert answer.items == [("F2010201", "6816", "")]
    assert sent(dlt698.forward_reply(asked, dlt698.Dar(33))).dar == {"F2010201": 33}


def test_reports_come_unasked_and_are_acknowledged_by_name() -> None:
    told = sent(dlt698.report(TERMINAL, {"20000200": [Decimal("231")], "40000200": NOON}, piid=2))
    assert told.control == 0x83
    acknowledged = sent(dlt698.report_reply(told))
    assert (acknowledged.control, acknowledged.apdu.body) == (0x03, ["20000200", "40000200"])
    event = sent(dlt698.report_record(TERMINAL, "310C0200", ["20220200", "201E0200"], [[Decimal(9), NOON]]))
    assert dlt698.rows(event) == [{"20220200": Decimal(9), "201E0200": NOON}]
    assert sent(dlt698.report_reply(event)).apdu.body == ["310C0200"]


def test_a_report_can_follow_an_answer_and_a_time_tag_any_frame() -> None:
    answer = dlt698.get_reply(dlt698.get(METER, ["20000201"]), {"20000201": Decimal(220)})
    more = dlt698.report(METER, {"20150200": "0" * 32}).apdu.body
    both = sent(dlt698.stamped(replace(answer, apdu=answer.apdu._replace(follow=(1, more))), NOON, (1, 5)))
    assert both.items == answer.items
    assert dlt698.followed(both) == [("20150200", "0" * 32, "")]
    assert both.apdu.tag == (bytes.fromhex("07EA0A070C0000"), (1, 5))


def test_a_request_that_cannot_be_served_is_answered_so() -> None:
    answer = sent(dlt698.error_reply(dlt698.get(METER, ["20000201"], piid=7), 2))
    assert (answer.apdu.service, answer.apdu.piid, answer.apdu.body) == (0xEE, 7, 2)


class Turned:
    """A toy that turns every bit, so that the door can be tried; it protects nothing."""

    def open(self, wrapped: Sealed) -> bytes:
        if wrapped.proof not in ((0, b"ok"), (1, b"ok")):
            raise ValueError("the proof is wrong")
        return bytes(n ^ 0xFF for n in wrapped.unit[1])

    def seal(self, apdu: bytes) -> Sealed:
        return Sealed((1, bytes(n ^ 0xFF for n in apdu)), (0, b"ok") if apdu[0] & 0x80 else (1, b"ok"))


ASKED = dlt698.get(METER, ["00100201"])
SEALED = dlt698.sealed(dlt698.get_reply(ASKED, {"00100201": Decimal("1.5")}), Turned())


def test_what_is_sealed_stays_closed_without_a_backend() -> None:
    wire = dlt698.encode(SEALED)
    [frame] = dlt698.decode(wire)
    assert frame.sealed
    assert frame.items == [("90", SEALED.wrapper.unit[1].hex().upper(), "")]
    assert dlt698.encode(frame) == wire


def test_a_backend_opens_what_it_can_and_a_wrong_proof_is_turned_away() -> None:
    decoder = dlt698.Decoder(security=Turned())
    [frame] = decoder.feed(dlt698.encode(SEALED))
    assert (frame.items, frame.sealed) == ([("00100201", Decimal("1.5"), "kWh")], False)
    [request] = decoder.feed(dlt698.encode(dlt698.sealed(ASKED, Turned())))
    assert request.items == ASKED.items
    forged = SEALED.wrapper._replace(proof=(0, b"no"))
    assert decoder.feed(dlt698.encode(dlt698.Frame(METER, 0xC3, wrapper=forged))) == []
    assert decoder.rejected[0].reason == "content"


def test_a_plain_unit_in_a_wrapper_is_not_believed_without_a_backend() -> None:
    plain = Sealed((0, bytes.fromhex("050100001002010000")), (1, b"\1" * 16))
    [frame] = dlt698.decode(dlt698.encode(dlt698.Frame(METER, 0x43, wrapper=plain)))
    assert (frame.sealed, frame.items) == (True, [("10", "050100001002010000", "")])


def test_a_module_that_refuses_says_why() -> None:
    refused = Sealed((2, 22), None)
    [frame] = dlt698.decode(dlt698.encode(dlt698.Frame(METER, 0xC3, wrapper=refused)))
    assert (frame.dar, frame.items, frame.sealed) == ({"": 22}, [], False)
    assert dlt698.DAR[22] == ("security module does not verify", "ESAM验证失败")
