"""Frames of the standard and of real devices, which 698.45 must read exactly and write back byte for byte."""

from datetime import datetime
from decimal import Decimal

import pytest

from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.quantities import BY_DLT698

HOME = "000000000000"
FREEZE_SCHEME = [Decimal(7), [["50020200", ["00100201", "00200201", "20000200", "20010200"]]]]
KNOWN = {
    "O1": (
        "68 17 00 43 05 00 00 00 00 00 00 00 72 79 05 01 00 20 00 02 01 00 3D A7 16",
        (HOME, 0x43, [("20000201", None, "V")]),
    ),
    "O2": (
        "68 1C 00 C3 05 00 00 00 00 00 00 00 BC FF 85 01 00 20 00 02 01 01 12 09 6D 00 00 DE F1 16",
        (HOME, 0xC3, [("20000201", Decimal("241.3"), "V")]),
    ),
    "O3": (
        "68 24 00 C3 05 00 00 00 00 00 00 00 D9 D0 85 01 00 20 00 02 00 01 01 03 12 09 6D 12 09 6E 12 09 6F"
        "00 00 D7 FA 16",
        (HOME, 0xC3, [("20000200", [Decimal("241.3"), Decimal("241.4"), Decimal("241.5")], "V")]),
    ),
    "O4": (
        "68 1E 00 C3 05 00 00 00 00 00 00 00 9E 54 85 01 00 00 10 02 01 01 06 00 01 E2 40 00 00 5A D4 16",
        (HOME, 0xC3, [("00100201", Decimal("1234.56"), "kWh")]),
    ),
    "O5": (
        "68 34 00 C3 05 00 00 00 00 00 00 00 9C A1 85 01 00 00 10 02 00 01 01 05 06 00 01 E2 40 06 00 00 27 10"
        "06 00 00 4E 20 06 00 00 75 30 06 00 00 F7 E0 00 00 CC B3 16",
        (HOME, 0xC3, [("00100200", [Decimal(n) for n in ("1234.56", "100", "200", "300", "634.56")], "kWh")]),
    ),
    "O6": (
        "68 22 00 C3 05 00 00 00 00 00 00 00 AE 25 85 01 00 00 10 04 01 01 15 00 00 00 00 00 BC 61 4E 00 00 62 BB 16",
        (HOME, 0xC3, [("00100401", Decimal("1234.5678"), "kWh")]),
    ),
    "O7": (
        "68 17 00 43 05 12 90 78 56 34 12 00 A3 2E 05 01 00 20 0F 02 00 00 1C 0C 16",
        ("123456789012", 0x43, [("200F0200", None, "Hz")]),
    ),
    "O8": (
        "68 21 00 C3 05 00 00 00 00 00 00 00 1D DB 85 01 00 40 00 02 00 01 1C 07 EA 0A 07 0E 10 1A 00 00 E4 C5 16",
        (HOME, 0xC3, [("40000200", datetime(2026, 10, 7, 14, 16, 26), "")]),  # noqa: DTZ001
    ),
    "O11": (
        "68 25 00 C3 05 00 00 00 00 00 00 00 48 85 85 01 00 40 0C 02 00 01 02 05 11 01 11 01 11 08 11 04 11 00"
        "00 00 DB 22 16",
        (HOME, 0xC3, [("400C0200", [Decimal(n) for n in (1, 1, 8, 4, 0)], "")]),
    ),
    "O12": (
        "68 25 00 C3 05 00 00 00 00 00 00 00 48 85 85 03 00 50 04 02 00 01 00 00 10 02 01 01 01 06 00 01 E2 40"
        "00 00 3A 61 16",
        (HOME, 0xC3, [("50040200", [[Decimal("1234.56")]], "")]),
    ),
    "O15": (
        "68 17 00 43 05 07 09 19 05 16 20 00 15 60 05 01 01 40 01 02 00 00 C6 07 16",
        ("201605190907", 0x43, [("40010200", None, "")]),
    ),
    "O17": (
        "68 38 00 43 05 01 00 00 00 00 00 10 E0 08 02 00 00 10" + "FF" * 24 + "04 00 04 00 01 04 00 00 00 00 64 00 00"
        "DB 79 16",
        ("000000000001", 0x43, []),
    ),
    "O19": (
        "68 34 00 43 05 05 00 00 00 00 00 01 61 84 07 01 12 60 14 82 00 02 02 11 07 01 01 5b 01 50 02 02 00 04"
        "00 10 02 01 00 20 02 01 20 00 02 00 20 01 02 00 00 c3 32 16",
        ("000000000005", 0x43, [("60148200", FREEZE_SCHEME, "")]),
    ),
    "a scrambled request, captured": (
        "68 17 00 4B 05 02 00 00 00 00 00 10 82 21 38 34 48 73 33 35 33 33 38 78 16",
        ("000000000002", 0x4B, [("40000200", None, "")]),
    ),
    "power travels in tenths of a watt": (
        "68 2F 00 C3 05 00 00 00 00 00 00 00 C0 92 85 01 00 20 04 02 00 01 01 04 05 00 00 EA 60 05 00 00 4E 84"
        "05 00 00 4D BC 05 00 00 4E 20 00 00 79 9C 16",
        (HOME, 0xC3, [("20040200", [Decimal("6"), Decimal("2.01"), Decimal("1.99"), Decimal("2")], "kW")]),
    ),
    "a list, captured": (
        "68 1C 00 43 05 39 12 19 08 37 00 0B 7A 52 05 02 05 02 00 10 02 00 00 20 02 00 00 8D 28 16",
        ("003708191239", 0x43, [("00100200", None, "kWh"), ("00200200", None, "kWh")]),
    ),
    "whoever is there, captured": (
        "68 17 00 43 05 AA AA AA AA AA AA 10 2B 3A 05 01 71 40 01 02 00 00 C7 C2 16",
        ("AAAAAAAAAAAA", 0x43, [("40010200", None, "")]),
    ),
    "an answer with a code of the security module, captured": (
        "68 45 00 C3 05 20 43 07 00 15 19 11 9D 08 90 00 2C 85 03 01 50 04 02 00 01 00 00 20 02 00 01 01 01 05"
        + "06 00 00 00 00" * 5
        + "00 00 01 00 04 41 83 7F C3 FC 0E 16",
        (
            "191500074320",
            0xC3,
            [
                (
                    "90",
                    "85030150040200010000200200010101050600000000060000000006000000000600000000" + "06000000000000",
                    "",
                )
            ],
        ),
    ),
    "a demand and its time": (
        "68 28 00 C3 05 00 00 00 00 00 00 00 26 32 85 01 00 10 10 02 01 01 02 02 06 00 00 30 39 1C 07 EA 0A 05 0C 1E 00"
        "00 00 62 D3 16",
        (HOME, 0xC3, [("10100201", [Decimal("1.2345"), datetime(2026, 10, 5, 12, 30)], "kW")]),  # noqa: DTZ001
    ),
    "no rows": (
        "68 20 00 C3 05 00 00 00 00 00 00 00 8C 8E 85 03 00 50 04 02 00 01 00 00 10 02 01 01 00 00 00 D8 F3 16",
        (HOME, 0xC3, [("50040200", [], "")]),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_frame_reads_as_known_and_writes_back_the_same_bytes(name: str) -> None:
    text, (address, control, items) = KNOWN[name]
    [frame] = dlt698.decode(bytes.fromhex(text))
    assert (frame.address, frame.control, frame.items) == (address, control, items)
    assert dlt698.encode(frame) == bytes.fromhex(text)


BUILT = {
    "O1": dlt698.get(HOME, ["20000201"]),
    "O2": dlt698.get_reply(dlt698.get(HOME, ["20000201"]), {"20000201": Decimal("241.3")}),
    "O3": dlt698.Frame(HOME, 0xC3, KNOWN["O3"][1][2]),
    "O4": dlt698.Frame(HOME, 0xC3, KNOWN["O4"][1][2]),
    "O5": dlt698.Frame(HOME, 0xC3, KNOWN["O5"][1][2]),
    "O6": dlt698.Frame(HOME, 0xC3, KNOWN["O6"][1][2]),
    "O7": dlt698.get("123456789012", "200F0200"),
    "O8": dlt698.Frame(HOME, 0xC3, KNOWN["O8"][1][2]),
    "O11": dlt698.Frame(HOME, 0xC3, KNOWN["O11"][1][2]),
    "O12": dlt698.record_reply(dlt698.get_record(HOME, "50040200", ["00100201"]), [[Decimal("1234.56")]]),
    "O15": dlt698.get("201605190907", ["40010200"], piid=1),
    "O17": dlt698.connect("000000000001", client=0x10),
    "no rows": dlt698.record_reply(dlt698.get_record(HOME, "50040200", ["00100201"]), []),
    "a demand and its time": dlt698.Frame(HOME, 0xC3, KNOWN["a demand and its time"][1][2]),
    "a list, captured": dlt698.get("003708191239", ["00100200", "00200200"], piid=5, client=0x0B),
    "power travels in tenths of a watt": dlt698.Frame(HOME, 0xC3, KNOWN["power travels in tenths of a watt"][1][2]),
}


@pytest.mark.parametrize("name", BUILT)
def test_a_known_frame_is_what_our_own_words_build(name: str) -> None:
    assert dlt698.encode(BUILT[name]) == bytes.fromhex(KNOWN[name][0])


def apdu(text: str, control: int) -> dlt698.Frame:
    """The frame around an example that is printed without its link layer."""
    from yinghuo.engines.meters.dlt698.link import Packet, pack

    decoder = dlt698.Decoder()
    [frame] = decoder.feed(pack(Packet(HOME, "single", 0, 0, control, bytes.fromhex(text))))
    return frame


STANDARD = {  # annex D of the standard, as the published test vectors of 600888/dlt698 print it, and one capture
    "login": ("01 00 00 00 B4 07 E0 05 13 04 08 05 00 00 A4", 0x81),
    "login answer": (
        "81 00 80 07 E0 05 13 04 08 05 00 00 89 07 E0 05 13 04 08 05 01 02 5F 07 E0 05 13 04 08 05 02 02 DA",
        0x01,
    ),
    "connect answer": (
        "82 00 54 4F 50 53 30 31 30 32 31 36 30 37 33 31 30 31 30 32 31 36 30 37 33 31 00 00 00 00 00 00 00 00 00 10"
        + "FF" * 24
        + "04 00 04 00 01 04 00 00 00 00 64 00 00 00 00",
        0xC3,
    ),
    "error": ("EE 03 02 00 00", 0xC3),
    "set list answer": ("86 02 03 02 40 01 02 00 00 40 00 02 00 00 00 00", 0xC3),
    "action": ("07 01 05 00 10 01 00 0F 00 00", 0x43),
    "action answer": ("87 01 05 00 10 01 00 00 00 00 00", 0xC3),
    "released": ("84 02 07 E0 05 13 08 05 00 07 E0 05 13 08 06 00 00 00", 0x83),
    "record of a midnight": (
        "05 03 03 50 04 02 00 01 20 21 02 00 1C 07 E0 01 14 00 00 00 02 00 20 21 02 00 00 00 10 02 00 00",
        0x43,
    ),
    "record of a midnight, answer": (
        "85 03 03 50 04 02 00 02 00 20 21 02 00 00 00 10 02 00 01 01 1C 07 E0 01 14 00 00 00 01 05 06 00 00 00 00"
        "06 00 00 00 00 06 00 00 00 00 06 00 00 00 00 06 00 00 00 00 00 00",
        0xC3,
    ),
    "records of two meters, answer": (  # the related columns of a meter are one cell
        "85 03 04 60 12 03 00 05 00 40 01 02 00 00 60 40 02 00 00 60 41 02 00 00 60 42 02 00 01 50 04 02 00 02"
        "00 10 02 00 00 20 02 00 01 02"
        + "".join(
            f"09 05 00 00 00 01 {meter} 1C 07 E0 01 14 00 00 00 1C 07 E0 01 14 00 00 00 1C 07 E0 01 14 00 00 00 01 02"
            "01 02 06 00 00 00 64 06 00 00 00 00 01 02 06 00 00 00 00 06 00 00 00 C8"
            for meter in ("21", "22")
        )
        + "00 00",
        0xC3,
    ),
    "a block, answer": ("85 05 08 00 00 00 01 01 20 00 02 00 01 01 03 12 09 6D 12 09 6D 12 09 6D 00 00", 0xC3),
    "write, then read": ("06 03 04 01 45 00 02 0B 12 01 68 45 00 02 0B 03 00", 0x43),
    "write, then read, answer": ("86 03 04 01 45 00 02 0B 00 45 00 02 0B 01 12 01 68 00 00", 0xC3),
    "act, then read": ("07 03 07 01 00 10 01 00 0F 00 00 10 02 00 00 00", 0x43),
    "act, then read, answer": ("87 03 07 01 00 10 01 00 00 00 00 10 02 00 01 01 01 06 00 00 00 00 00 00", 0xC3),
    "a frame sent on through a port, captured": (
        "09 07 08 F2 01 02 01 06 02 08 01 00 00 0A 00 0A 19 68 17 00 43 05 02 00 00 00 00 00 10 48 5E 05 01 07 00 10"
        "02 00 00 04 01 16 00",
        0x43,
    ),
    "records of five meters": (
        "05 03 04 60 12 03 00 05 07 E0 01 14 00 00 00 03 05 06 04 00 00 00 01 21 06 04 00 00 00 01 22 06 04 00 00 00"
        "01 23 06 04 00 00 00 01 24 06 04 00 00 00 01 25 05 00 40 01 02 00 00 60 40 02 00 00 60 41 02 00 00 60 42 02"
        "00 01 50 04 02 00 02 00 10 02 00 00 20 02 00 00",
        0x43,
    ),
}


@pytest.mark.parametrize("name", STANDARD)
def test_an_example_of_the_standard_writes_back_the_same_bytes(name: str) -> None:
    text, control = STANDARD[name]
    frame = apdu(text, control)
    assert bytes.fromhex(text) in dlt698.encode(frame)
    assert dlt698.decode(dlt698.encode(frame)) == [frame]


def test_the_examples_of_the_standard_are_what_our_own_words_build() -> None:
    at = datetime(2016, 1, 20)  # noqa: DTZ001
    five = [f"00000001{n}" for n in range(21, 26)]
    scheme = ["40010200", "60400200", "60410200", "60420200", ("50040200", ["00100200", "00200200"])]
    built = {
        "login": dlt698.login(HOME, at=datetime(2016, 5, 19, 8, 5, 0, 164000)),  # noqa: DTZ001
        "action": dlt698.action(HOME, {"00100100": dlt698.Data(15, 0)}, piid=5),
        "action answer": dlt698.action_reply(dlt698.action(HOME, {"00100100": Decimal(0)}, piid=5)),
        "record of a midnight": dlt698.get_record(
            HOME, "50040200", ["20210200", "00100200"], selector=dlt698.exactly("20210200", at), piid=3
        ),
        "write, then read": dlt698.set_then_get(HOME, [("4500020B", dlt698.Data(18, 0x168), "4500020B", 3)], piid=4),
        "records of five meters": dlt698.get_record(
            HOME, "60120300", scheme, selector=dlt698.stored(at, dlt698.those(five)), piid=4
        ),
    }
    for name, frame in built.items():
        assert frame == apdu(*STANDARD[name]), name


def test_the_cell_of_a_related_column_falls_into_its_attributes() -> None:
    rows = dlt698.rows(apdu(*STANDARD["records of two meters, answer"]))
    assert [row["40010200"] for row in rows] == ["0000000121", "0000000122"]
    assert rows[1]["60420200"] == datetime(2016, 1, 20)  # noqa: DTZ001
    assert (rows[1]["00100200"], rows[1]["00200200"]) == ([Decimal(1), Decimal(0)], [Decimal(0), Decimal(2)])


def test_the_checksum_of_the_standard_test_text_is_906e() -> None:
    assert dlt698.checksum(b"123456789") == bytes.fromhex("6E90")


def test_every_stored_quantity_of_698_has_a_scale_and_its_own_unit() -> None:
    from yinghuo.engines.meters.dlt698.oads import known

    assert {oad: known(oad).unit for oad in BY_DLT698} == {oad: one.unit for oad, one in BY_DLT698.items()}
    assert all(known(oad).exponent < 0 for oad in BY_DLT698)
