"""Values of DLMS/COSEM: every type, clocks, scalers, load profiles with missing clocks, pushed lists."""

from datetime import datetime, time
from decimal import Decimal as D

import pytest

from tests.engines.meters.cosem_world import CLOCK, ENERGY, ROWS, START, column, unit
from yinghuo.engines.meters import cosem
from yinghuo.engines.meters.cosem import Data, Frame, axdr, profile
from yinghuo.engines.meters.cosem.axdr import whole
from yinghuo.engines.meters.cosem.clocks import DateTime, date_time, date_time_bytes
from yinghuo.engines.meters.cosem.units import in_units, scaled
from yinghuo.engines.meters.cosem.writing import write
from yinghuo.engines.meters.frames import Item, Value

AT = datetime(2026, 11, 23, 8, 15, 30)  # noqa: DTZ001


def sent(frame: Frame) -> Frame:
    (arrived,) = cosem.decode(cosem.encode(frame))
    return arrived


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("00", None),
        ("FF", None),
        ("0301", D(1)),
        ("040C ABC0", "101010111100"),
        ("05FFFFFFFE", D(-2)),
        ("06FFFFFFFE", D(4294967294)),
        ("0906 0100010800FF", "0100010800FF"),
        ("0A03 414243", "ABC"),
        ("0C03 E794B5", "电"),
        ("0D12", D(18)),
        ("0FFF", D(-1)),
        ("10FFFF", D(-1)),
        ("11FF", D(255)),
        ("12FFFF", D(65535)),
        ("14FFFFFFFFFFFFFFFF", D(-1)),
        ("15FFFFFFFFFFFFFFFF", D(2**64 - 1)),
        ("161B", D(27)),
        ("1741C80000", D(25)),
        ("173DCCCCCD", D("0.1")),
        ("177FC00000", None),
        ("183FB999999999999A", D("0.1")),
        ("187FF0000000000000", None),
        ("1907EA0B1701080F1E00800000", AT),
        ("090C07EA0B1701080F1E00800000", AT),
        ("1A07EA0B1701", datetime(2026, 11, 23)),  # noqa: DTZ001
        ("1B080F1E00", time(8, 15, 30)),
        ("1AFFFF0B17FF", "FFFF0B17FF"),
        ("1BFF0F1E00", "FF0F1E00"),
        ("0203 1101 1102 00", [D(1), D(2), None]),
        ("0102 0201 1101 0201 1102", [[D(1)], [D(2)]]),
        ("1312 06 000112340001", [D(1), D(0x1234), D(1)]),
        ("13 0202 1211 06 000105 000206", [[D(1), D(5)], [D(2), D(6)]]),
        ("13 01 0002 11 04 01020304", [[D(1), D(2)], [D(3), D(4)]]),
        ("1CFF", D(-1)),
        ("20FFFF", D(65535)),
    ],
)
def test_each_type_reads(raw: str, value: Value) -> None:
    assert whole(bytes.fromhex(raw)) == value


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "06000000",
        "0600000000 00",
        "0905 01",
        "0980",
        "0985 0000000001",
        "0984FFFFFFFF 00",
        "08 00",
        "0201",
        "02FF",
        "0100 00",
        "0401",
        "17 000000",
        "13 00 05",
        "13 0200 02 0000",
        "13 01FFFF 01FFFF 01FFFF 11 01 00",
        "1312 03 000112",
        "0201" * 40 + "00",
    ],
)
def test_what_is_not_as_long_as_it_says_is_no_value(raw: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        whole(bytes.fromhex(raw))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (Data(axdr.UINT8, 256), None),
        (Data(axdr.INT8, -129), None),
        (Data(axdr.UINT8, D("1.5")), None),
        (Data(axdr.UINT8, "1"), None),
        (Data(99, 1), None),
        (Data(axdr.BIT_STRING, "012"), None),
        (Data(axdr.OCTETS, 5), None),
        (Data(axdr.OCTETS, datetime(1900, 1, 1)), None),  # noqa: DTZ001
        (Data(axdr.DATE_TIME, "x"), None),
        (Data(axdr.FLOAT32, "x"), None),
    ],
)
def test_a_value_that_its_type_does_not_hold_is_refused(data: Data, value: None) -> None:
    with pytest.raises(ValueError, match=r".+"):
        write(data)


def test_a_date_time_without_deviation_is_a_date_time() -> None:
    """What gurux.dlms.java #25 met."""
    without = date_time(bytes.fromhex("07EA0B1701080F1E00 8000 00"))
    of_china = date_time(bytes.fromhex("07EA0B1701080F1E00 FE20 00"))
    assert without == DateTime(AT, None, 0) and of_china == DateTime(AT, -480, 0)
    assert date_time_bytes(AT).hex() == "07ea0b1701080f1e008000ff"
    assert date_time(date_time_bytes(DateTime(AT, -480, 0x80))) == DateTime(AT, -480, 0x80)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("07EA0B17FF080FFFFF8000FF", AT.replace(second=0)),
        ("07EA0B17FF080F1EFF8000FF", AT),
        ("07EAFF17FF080F1EFF8000FF", None),
        ("FFFF0B17FF080F1EFF8000FF", None),
        ("07EA0B17FFFF0F1EFF8000FF", None),
        ("07EA0B1701080F1E00 1000 00", None),
        ("313233343536373839303132", None),
    ],
)
def test_parts_of_a_date_time_may_be_missing(raw: str, at: datetime | None) -> None:
    found = date_time(bytes.fromhex(raw))
    assert (found and found.at) == at
    if at is None:
        assert whole(b"\x09\x0c" + bytes.fromhex(raw)) == raw.replace(" ", "")


def test_a_scaler_and_a_unit_make_a_reading() -> None:
    items = [Item(ENERGY + "02", D(12345678), ""), Item("", "text", "")]
    assert in_units(items, {ENERGY + "02": [D(1), D(30)]}) == [(ENERGY + "02", D(123456780), "Wh"), ("", "text", "")]
    assert scaled(D(2301), [D(-1), D(35)]) == (D("230.1"), "V")
    assert scaled(D(5), [D(0), D(200)]) == (D(5), "unit-200")
    assert scaled(D(5), None) == (D(5), "") and scaled("x", [D(1), D(30)]) == ("x", "Wh")


def test_rows_without_a_clock_follow_the_one_before_by_the_period() -> None:
    buffer = whole(write(ROWS))
    rows = profile.rows(buffer, period_s=900, scalers=[None, [D(-2), D(30)]])
    assert len(rows) == 96 and rows[0] == [START, D("1000.00")]
    assert rows[1][0] == START.replace(minute=15) and rows[95][0] == START.replace(hour=23, minute=45)
    assert rows[95][1] == D("1000.95")


def test_a_first_row_without_a_clock_stays_without_one() -> None:
    rows = profile.rows([[None, D(1)], [None, D(2)], [AT, D(3)], [None, D(4)]], period_s=60)
    assert [row[0] for row in rows] == [None, None, AT, AT.replace(minute=16)]


def test_a_profile_captured_on_events_has_no_period_to_fill_in() -> None:
    assert [row[0] for row in profile.rows([[AT, D(1)], [None, D(2)]], period_s=0)] == [AT, None]


def test_a_clock_may_stand_in_another_column_and_a_row_may_be_odd() -> None:
    rows = profile.rows([[D(1), AT], [D(2), None], D(3)], period_s=60, clock=1)
    assert rows == [[D(1), AT], [D(2), AT.replace(minute=16)], [D(3)]]


def test_columns_are_named_by_their_objects() -> None:
    objects = whole(write(Data(axdr.ARRAY, [column(CLOCK), column(ENERGY), Data(axdr.NULL)])))
    assert profile.columns(objects) == [CLOCK + "02", ENERGY + "02", ""]


def test_a_range_is_asked_for_by_the_column_that_the_buffer_is_sorted_by() -> None:
    """What gurux.dlms.java #13 met: not every profile is sorted by its clock."""
    by_energy = profile.by_range(Data(axdr.UINT32, 100), Data(axdr.UINT32, 200), column=ENERGY + "02")
    ask = sent(cosem.get("1", ["00070100630100FF02"], access=by_energy))
    restricting = [D(3), "0100010800FF", D(2), D(0)]
    assert ask.items[0].value == [D(1), [restricting, D(100), D(200), []]]
    by_clock = sent(cosem.get("1", ["00070100630100FF02"], access=profile.by_range(*[Data(axdr.OCTETS, AT)] * 2)))
    assert by_clock.items[0].value == [D(1), [[D(8), "0000010000FF", D(2), D(0)], AT, AT, []]]


def test_rows_are_asked_for_by_their_number() -> None:
    ask = sent(cosem.get("1", ["00070100630100FF02"], access=profile.by_entry(3, 5)))
    assert ask.items[0].value == [D(2), [D(3), D(5), D(1), D(0)]]


def pushed(body: Data, at: datetime | None = None) -> Frame:
    return sent(cosem.notify("1", body, at=at))


def test_a_push_without_a_clock_has_no_time() -> None:
    """What scs/smartmeter-datacollector #10 and #41 met: the time is the receiver's to say, never made up here."""
    frame = pushed(Data(axdr.STRUCTURE, [Data(axdr.UINT32, 5)]))
    assert frame.at is None and frame.items == [("", [D(5)], "")]


def test_a_push_has_the_time_of_its_head_or_of_its_clock() -> None:
    clocked = Data(axdr.STRUCTURE, [Data(axdr.ARRAY, [column(CLOCK), column(ENERGY)]), Data(9, AT), Data(6, 7)])
    assert pushed(clocked).at == AT
    assert pushed(clocked, START).at == START


def test_a_push_that_lists_its_objects_names_its_values() -> None:
    body = Data(axdr.STRUCTURE, [Data(axdr.ARRAY, [column(CLOCK), column(ENERGY)]), Data(9, AT), Data(6, 7)])
    assert pushed(body).items == [(CLOCK + "02", AT, ""), (ENERGY + "02", D(7), "")]


def test_a_push_that_lists_itself_too_names_its_values() -> None:
    itself = column("00280000190900FF")
    body = Data(axdr.STRUCTURE, [Data(axdr.ARRAY, [itself, column(ENERGY)]), Data(6, 7)])
    assert pushed(body).items == [(ENERGY + "02", D(7), "")]


def test_a_push_of_registers_with_their_scalers_is_in_units() -> None:
    obis, at = Data(9, "0100200700FF"), Data(axdr.STRUCTURE, [Data(9, "0000010000FF"), Data(9, AT)])
    body = Data(axdr.ARRAY, [at, Data(axdr.STRUCTURE, [obis, Data(axdr.UINT16, 2301), unit(-1, 35)])])
    frame = pushed(body)
    assert frame.items == [("00000000010000FF02", AT, ""), ("00000100200700FF02", D("230.1"), "V")]
    assert frame.at == AT


def test_a_push_of_obis_and_value_in_turns_behind_a_name() -> None:
    name, voltage = Data(axdr.VISIBLE, "Kamstrup_V0001"), [Data(9, "0100200700FF"), Data(axdr.UINT16, 230)]
    assert pushed(Data(axdr.STRUCTURE, [name, *voltage])).items == [("00000100200700FF02", D(230), "")]


def test_a_time_with_its_type_before_it_is_understood() -> None:
    raw = bytes.fromhex("0F00000001 090C07EA0B1701080F1E00800000 0600000005")
    (frame,) = cosem.decode(raw)
    assert frame.at == AT and frame.items == [("", D(5), "")]


def test_an_event_notification_names_its_attribute() -> None:
    raw = bytes.fromhex("C2 01 0C 07EA0B1701080F1E00800000 0003 0100200700FF 02 12 08FD")
    (frame,) = cosem.decode(raw)
    assert (frame.service, frame.at, frame.items) == ("event-notification", AT, [("00030100200700FF02", D(2301), "")])


def test_readings_have_the_names_and_units_of_the_desk() -> None:
    items = [
        Item(ENERGY + "02", D(123456780), "Wh"),
        Item("00030100200700FF02", D("230.1"), "V"),
        Item("00030100010700FF02", D(1), "s"),
        Item(CLOCK + "02", AT, ""),
        Item("", D(5), ""),
        Item("00030100010800FF03", D(1), "Wh"),
    ]
    assert cosem.measured(items) == [("import_kwh", D("123456.780")), ("voltage_a_v", D("230.1"))]
