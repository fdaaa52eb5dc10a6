"""DL/T 645: the known answers, each as bytes that were on a wire or were checked by another decoder."""

from datetime import datetime, time
from decimal import Decimal

import pytest

from yinghuo.engines.meters import dlt645

METER = "000000000161"
KNOWN = {
    "D1": ("68610100000000681104333334331416", METER, 0x11, [("00010000", None, "kWh")]),
    "D2": ("6861010000000068910833333433593333338A16", METER, 0x91, [("00010000", Decimal("0.26"), "kWh")]),
    "D3": ("6861010000000068910833333533593433338C16", METER, 0x91, [("00020000", Decimal("1.26"), "kWh")]),
    "D4": ("6861010000000068910833333633593334338D16", METER, 0x91, [("00030000", Decimal("100.26"), "kvarh")]),
    "D5": ("686101000000006891063334343534431016", METER, 0x91, [("02010100", Decimal("100.1"), "V")]),
    "D6": ("6861010000000068910733343535CC7C331616", METER, 0x91, [("02020100", Decimal("4.999"), "A")]),
    "D7": ("68610100000000689107333336354558336B16", METER, 0x91, [("02030000", Decimal("0.2512"), "kW")]),
    "D8": ("6861010000000068910733333735647633A916", METER, 0x91, [("02040000", Decimal("0.4331"), "kvar")]),
    "D9": ("68610100000000689107333338353983338C16", METER, 0x91, [("02050000", Decimal("0.5006"), "kVA")]),
    "D10": ("686101000000006891063333393534380916", METER, 0x91, [("02060000", Decimal("0.501"), "")]),
    "D11": (
        "FEFE6812907856341268910833333433896745335416",
        "123456789012",
        0x91,
        [("00010000", Decimal("1234.56"), "kWh")],
    ),
    "D12": (
        "FE6812907856341268930645C3AB8967450716",
        "123456789012",
        0x93,
        [("04000401", "123456789012", "")],
    ),
    "D15": (
        "FEFEFEFE680051441811176891063533B33536834516",
        "171118445100",
        0x91,
        [("02800002", Decimal("50.03"), "Hz")],
    ),
    "D16": (
        "FEFEFEFE682000510503266891083333343333333333A116",
        "260305510020",
        0x91,
        [("00010000", Decimal("0.00"), "kWh")],
    ),
    "D24 date": (
        "FEFEFEFE6818556006000068910834343337395C454B3316",
        "000006605518",
        0x91,
        [("04000101", datetime(2018, 12, 29), "")],  # noqa: DTZ001
    ),
    "D24 time": (
        "FEFEFEFE681855600600006891073534333765864B4416",
        "000006605518",
        0x91,
        [("04000102", time(18, 53, 32), "")],
    ),
    "D26": (
        "6899999999999968080684554338394A4B16",
        "999999999999",
        0x08,
        [("0400010C", datetime(2017, 6, 5, 10, 22, 51), "")],  # noqa: DTZ001
    ),
    "D27": ("68AAAAAAAAAAAA681300DF16", "AAAAAAAAAAAA", 0x13, []),
}


@pytest.mark.parametrize(("sent", "address", "control", "items"), KNOWN.values(), ids=KNOWN)
def test_a_known_frame_says_what_it_is_known_to_say(sent: str, address: str, control: int, items: list) -> None:
    (frame,) = dlt645.decode(bytes.fromhex(sent))
    assert (frame.address, frame.control, frame.items, frame.error) == (address, control, items, None)


@pytest.mark.parametrize("sent", [row[0] for row in KNOWN.values()], ids=KNOWN)
def test_a_known_frame_is_written_back_byte_for_byte(sent: str) -> None:
    raw = bytes.fromhex(sent)
    (frame,) = dlt645.decode(raw)
    assert dlt645.encode(frame, wake_up=raw.count(0xFE)) == raw


@pytest.mark.parametrize(
    ("sent", "address", "error", "words"),
    [
        ("6812907856341268D101358D16", "123456789012", 2, ["no such data"]),
        ("FEFEFEFE6860079204009168D101376716", "910004920760", 4, ["wrong password or not authorised"]),
    ],
    ids=["D13", "D14"],
)
def test_an_error_reply_tells_its_word(sent: str, address: str, error: int, words: list[str]) -> None:
    (frame,) = dlt645.decode(bytes.fromhex(sent))
    assert (frame.address, frame.error, frame.items) == (address, error, [])
    assert dlt645.error_words(error) == words


def test_every_bit_of_an_error_word_has_its_words() -> None:
    assert len(set(dlt645.error_words(0xFF))) == 8
    assert dlt645.error_words(0) == []


def test_the_date_and_the_time_of_a_meter_make_its_clock() -> None:
    date, clock = (dlt645.decode(bytes.fromhex(KNOWN[name][0]))[0].items[0].value for name in ("D24 date", "D24 time"))
    assert datetime.combine(date, clock) == datetime(2018, 12, 29, 18, 53, 32)  # noqa: DTZ001


def test_all_known_frames_in_one_stream_come_out_in_their_order() -> None:
    stream = b"\x00\x68".join(bytes.fromhex(row[0]) for row in KNOWN.values())
    assert [(frame.address, frame.items) for frame in dlt645.decode(stream)] == [
        (address, items) for _, address, _, items in KNOWN.values()
    ]
