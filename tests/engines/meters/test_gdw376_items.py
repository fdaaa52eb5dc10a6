"""Items of Q/GDW 376.1: points and Fn, data formats, and what each item of the tables carries, both ways."""

from datetime import datetime, time
from decimal import Decimal as D

import pytest

from yinghuo.engines.meters.frames import Item, Value
from yinghuo.engines.meters.gdw376 import Frame, decode, encode
from yinghuo.engines.meters.gdw376.formats import A
from yinghuo.engines.meters.gdw376.points import grouped, identifier, items, points, to_da, to_dt
from yinghuo.engines.meters.gdw376.tables import CURVES, DOWN, UP, known
from yinghuo.engines.meters.gdw376.units import read_units, write_units

AT = datetime(2026, 11, 23, 8, 15)  # noqa: DTZ001
DAY = datetime(2026, 11, 22)  # noqa: DTZ001
MONTH = datetime(2026, 10, 1)  # noqa: DTZ001
CLOCK = datetime(2026, 11, 23, 8, 15, 30)  # noqa: DTZ001
READ_AT = "15 08 23 11 26"


@pytest.mark.parametrize(
    ("da", "numbers"),
    [("0000", [0]), ("0101", [1]), ("8001", [8]), ("0102", [9]), ("ff01", [1, 2, 3, 4, 5, 6, 7, 8]), ("ff00", [65535])],
)
def test_points_are_bits_in_a_group(da: str, numbers: list[int]) -> None:
    assert points(bytes.fromhex(da)) == numbers
    assert to_da(numbers).hex() == da


@pytest.mark.parametrize(
    ("dt", "numbers"), [("0100", [1]), ("0110", [129]), ("0103", [25]), ("0700", [1, 2, 3]), ("0113", [153])]
)
def test_fns_are_bits_in_a_group(dt: str, numbers: list[int]) -> None:
    assert items(bytes.fromhex(dt)) == numbers
    assert to_dt(numbers).hex() == dt


@pytest.mark.parametrize("number", [*range(1, 20), 2039, 2040])
def test_every_point_comes_back(number: int) -> None:
    assert points(to_da([number])) == [number]


@pytest.mark.parametrize("number", [*range(1, 20), 248, 2048])
def test_every_fn_comes_back(number: int) -> None:
    assert items(to_dt([number])) == [number]


@pytest.mark.parametrize("wrong", [[0, 1], [8, 9], [2, 1], [1, 1], [2041], [-1]])
def test_points_of_two_groups_do_not_stand_in_one(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match="group"):
        to_da(wrong)


def test_points_are_grouped_as_few_times_as_it_takes() -> None:
    assert grouped([9, 1, 8, 0, 17, 1]) == [[0], [1, 8], [9], [17]]


@pytest.mark.parametrize(
    ("number", "raw", "value"),
    [
        (1, "301508233126", CLOCK),  # Monday: 001, November: 1 0001
        (2, "2391", D("-123")),
        (2, "23e1", D("0.123")),
        (2, "2301", D("1230000")),
        (3, "56341200", D("123456")),
        (3, "56341240", D("123456000")),
        (4, "85", D("-5")),
        (5, "2385", D("-52.3")),
        (6, "3412", D("12.34")),
        (7, "0522", D("220.5")),
        (8, "3412", D("1234")),
        (9, "342181", D("-1.2134")),
        (10, "563412", D("123456")),
        (11, "78563412", D("123456.78")),
        (12, "129078563412", "123456789012"),
        (13, "78563412", D("1234.5678")),
        (14, "7856341200", D("1234.5678")),
        (15, "1508231126", AT),
        (16, "30150823", "23 08:15:30"),
        (17, "15082311", "11-23 08:15"),
        (18, "150823", "23 08:15"),
        (19, "1508", time(8, 15)),
        (20, "221126", DAY),
        (21, "1026", MONTH),
        (22, "15", D("1.5")),
        (23, "341201", D("1.1234")),
        (25, "994984", D("-44.999")),
        (26, "3412", D("1.234")),
        (27, "78563412", D("12345678")),
    ],
)
def test_each_format_reads_and_writes(number: int, raw: str, value: Value) -> None:
    form = A[number]
    assert form.read(bytes.fromhex(raw), 0) == (value, len(raw) // 2)
    if (number, raw) not in ((2, "2391"), (3, "56341240")):  # the same value in finer, or smaller, units
        assert form.write(value).hex() == raw
    assert form.read(form.write(value), 0)[0] == value


@pytest.mark.parametrize("number", [n for n in A if n not in (2, 3)])
def test_no_value_is_ee_and_reads_as_none(number: int) -> None:
    raw = A[number].write(None)
    assert set(raw) == {0xEE}
    assert A[number].read(raw, 0) == (None, len(raw))
    assert A[number].read(b"\xff" * len(raw), 0)[0] is None


@pytest.mark.parametrize(
    ("number", "raw"), [(15, "0000000000"), (15, "6008231126"), (20, "300226"), (14, "00A0000000")]
)
def test_a_time_or_number_that_cannot_be_is_none(number: int, raw: str) -> None:
    assert A[number].read(bytes.fromhex(raw), 0)[0] is None


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (7, D("1000.0")),
        (7, D("-1")),
        (7, D("1.05")),
        (9, D("80")),
        (14, "1"),
        (14, D("NaN")),
        (14, D("1E+999999")),
        (15, time(1)),
        (15, datetime(1999, 1, 1)),  # noqa: DTZ001
        (18, "8:15"),
        (12, "12345"),
        (1, D(1)),
        (2, D("1.234")),
        (3, D("0.5")),
    ],
)
def test_what_does_not_fit_a_format_is_refused(number: int, value: Value) -> None:
    with pytest.raises(ValueError, match=r".+"):
        A[number].write(value)


def up(afn: int, data: str) -> list[tuple[str, Value, str]]:
    return [tuple(item) for item in read_units(bytes.fromhex(data), afn, up=True)[0]]


def test_f129_is_the_forward_active_total_and_its_tariffs() -> None:
    data = f"0101 0110 {READ_AT} 04 7856341200 7856340200 0000000400 0000000300 0000000300"
    ((name, value, unit),) = up(0x0C, data)
    assert (name, unit) == ("0C00010081", "kWh")
    assert value == [AT, [D("1234.5678"), D("234.5678"), D("400"), D("300"), D("300")]]


def test_f25_is_power_power_factor_voltage_and_current_of_each_phase() -> None:
    power_factors, voltages, currents = "8009 8009 8009 EEEE", "0122 0222 EEEE", "994900 994980 EEEEEE 000000"
    powers, reactive, apparent = "341200 " * 4, "410080 " * 4, "351200 " * 4
    data = f"0102 0103 {READ_AT} {powers} {reactive} {power_factors} {voltages} {currents} {apparent}"
    ((name, value, unit),) = up(0x0C, data)
    assert (name, unit) == ("0C00090019", "")
    assert value[:6] == [AT, D("0.1234"), D("0.1234"), D("0.1234"), D("0.1234"), D("-0.0041")]
    assert value[9:16] == [D("98.0"), D("98.0"), D("98.0"), None, D("220.1"), D("220.2"), None]
    assert value[16:20] == [D("4.999"), D("-4.999"), None, D("0.000")]
    assert len(bytes.fromhex(data)) == 4 + 67


def test_a_curve_says_where_it_starts_and_how_dense_it_is() -> None:
    ((name, value, unit),) = up(0x0D, "0101 010B 00 00 23 11 26 01 03 0122 0222 EEEE")
    assert (name, unit) == ("0D00010059", "V")
    assert value == [datetime(2026, 11, 23), D(15), [D("220.1"), D("220.2"), None]]  # noqa: DTZ001


def test_the_daily_freeze_has_its_day_and_when_it_was_read() -> None:
    ((name, value, unit),) = up(0x0D, f"0101 0114 22 11 26 {READ_AT} 00 7856341200")
    assert (name, unit) == ("0D000100A1", "kWh")
    assert value == [DAY, AT, [D("1234.5678")]]


def test_data_stand_point_by_point_and_item_by_item() -> None:
    found = read_units(bytes.fromhex("0301 0300"), 0x0C, up=False)
    assert [item.identifier for item in found[0]] == ["0C00010001", "0C00010002", "0C00020001", "0C00020002"]
    assert found[1] == (4,)


def test_an_unknown_item_carries_all_that_is_left_as_it_stands() -> None:
    found = up(0x0C, "0000 0200 301508233126 0101 0120 DEADBEEF")
    assert found == [("0C00000002", CLOCK, ""), ("0C00010101", "DEADBEEF", "")]


def test_events_have_a_time_where_they_can() -> None:
    ((name, value, _),) = up(0x0E, f"0000 0100 05 07 03 05 0E 06 {READ_AT} 01 23 02 AB CD")
    assert name == "0E00000001"
    assert value == [D(5), D(7), D(3), D(5), [[D(14), AT, "01"], [D(35), None, "ABCD"]]]


def test_the_results_of_each_item_name_the_item() -> None:
    ((_, value, _),) = up(0x00, "0000 0400 04 0101 0103 00 0000 0202 01")
    assert value == ["04", ["0400010019", "00"], ["0400000012", "01"]]


def test_a_meter_table_has_27_bytes_for_each_meter() -> None:
    row = "0100 0200 61 1E 610100000000 000000000000 04 09 EEEEEEEEEEEE 11"
    ((name, value, _),) = up(0x0A, f"0000 0201 0100 {row}")
    assert len(bytes.fromhex(row)) == 27
    assert value == [[D(1), D(2), D(97), D(30), "000000000161", "0" * 12, D(4), "09", None, "11"]]
    assert name == "0A0000000A"


def test_the_head_ends_address_is_written_as_people_write_it() -> None:
    ((_, value, _),) = up(0x0A, "0000 0400 0A010203 8813 0A010204 8913" + b"cmnet".ljust(16, b"\0").hex())
    assert value == ["10.1.2.3:5000", "10.1.2.4:5001", "cmnet"]


def test_thresholds_of_f59() -> None:
    ((_, value, _),) = up(0x0A, "0101 0407 15 20 04 05")
    assert value == [D("1.5"), D("2.0"), D(4), D(5)]


def test_a_unit_that_ends_too_early_makes_no_frame() -> None:
    user = bytes.fromhex("88 0002 3412 02 0c 60 0101 0110 1508231126 04 7856341200")
    size = (len(user) << 2 | 2).to_bytes(2, "little")
    assert decode(b"\x68" + size * 2 + b"\x68" + user + bytes([sum(user) & 255, 0x16])) == []


def test_items_that_are_not_every_fn_at_every_point_make_no_unit() -> None:
    names = [identifier(0x0C, pn, fn) for pn, fn in ((1, 1), (2, 2))]
    entries = [Item(name, None, "") for name in names]
    assert write_units(entries, [], up=False).hex() == "0101010002010200"
    with pytest.raises(ValueError, match="every Fn at every pn"):
        write_units(entries, [2], up=False)


def test_a_reset_may_come_with_or_without_a_password() -> None:
    frame = Frame("02001234", 0x41, [Item("0100000001", None, "")], afn=1, password=bytes(range(16)))
    assert decode(encode(frame)) == [frame]
    bare = Frame("02001234", 0x41, [Item("0100000001", None, "")], afn=1)
    assert decode(encode(bare)) == [bare]


def test_every_curve_is_asked_for_with_start_density_and_number() -> None:
    asked: list[Value] = [datetime(2026, 11, 23), D(15), D(96)]  # noqa: DTZ001
    for fn in CURVES:
        form = known(0x0D, fn, up=False).form
        assert form.write(asked).hex() == "00002311260160"
        assert form.read(bytes.fromhex("00002311260160"), 0) == (asked, 7)


def test_every_afn_of_the_issue_is_known() -> None:
    assert {0x00, 0x01, 0x02, 0x04, 0x05, 0x0A, 0x0D, 0x0E, 0x0F, 0x10} <= set(DOWN)
    assert {0x00, 0x02, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x10} <= set(UP)
