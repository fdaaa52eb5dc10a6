"""Every data type and every service of 698.45, drawn from the grammar itself, goes to bytes and back unchanged."""

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yinghuo.engines.meters import dlt698
from yinghuo.engines.meters.dlt698 import apdu, bodies, fields, frame, grammar
from yinghuo.engines.meters.dlt698 import data as tags
from yinghuo.engines.meters.dlt698.data import TAGS, Data
from yinghuo.engines.meters.dlt698.link import Packet, pack
from yinghuo.engines.meters.dlt698.values import plain

LEAVES = sorted(set(TAGS) - tags.NESTING)


@cache
def hexes(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).map(lambda octets: octets.hex().upper())


@cache
def drawn(field: fields.Field) -> st.SearchStrategy:
    """Values that a field of the grammar can carry."""
    match field:
        case fields.Nothing():
            return st.none()
        case fields.Byte():
            return st.integers(0, 255)
        case fields.Number():
            low, bits = (-(1 << 8 * field.size - 1), 8 * field.size - 1) if field.signed else (0, 8 * field.size)
            return st.integers(low, (1 << bits) - 1)
        case fields.Octets():
            return st.binary(min_size=field.size, max_size=field.size)
        case fields.Hex():
            return hexes(field.size)
        case fields.Blob():
            return st.binary(max_size=20)
        case fields.Bits():
            return st.text("01", max_size=20)
        case fields.Sequence():
            return st.tuples(*map(drawn, field.fields)).map(field.make)
        case fields.Many():
            return st.lists(drawn(field.field), max_size=3)
        case fields.Choice():
            return st.one_of(
                [
                    st.tuples(st.just(number), st.deferred(lambda f=inner: drawn(f)))
                    for number, inner in field.fields.items()
                ]
            )
        case fields.Maybe():
            return st.none() | drawn(field.field)
        case grammar.RecordField():
            return records()
    assert isinstance(field, tags.AnyData)
    return DATA


@cache
def data_of(tag: int) -> st.SearchStrategy[Data]:
    return drawn(TAGS[tag]).map(lambda value: Data(tag, value))


DATA = st.recursive(
    st.sampled_from(LEAVES).flatmap(data_of),
    lambda inner: st.tuples(st.sampled_from([1, 2]), st.lists(inner, max_size=3)).map(lambda pair: Data(*pair)),
    max_leaves=3,
)


@st.composite
def records(draw: st.DrawFn) -> bodies.Record:
    columns = draw(st.lists(drawn(tags.COLUMN), max_size=3))
    width = len(columns)
    row = st.lists(DATA, min_size=width, max_size=width)
    rows = st.lists(row, max_size=3 if width else 0)
    return bodies.Record(
        draw(hexes(4)), columns, draw(st.tuples(st.just(0), st.integers(0, 255)) | st.tuples(st.just(1), rows))
    )


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_data_of_every_type_comes_back_and_has_a_value(tag: int) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data_of(tag))
    def there_and_back(data: Data) -> None:
        out = bytearray()
        tags.DATA.write(out, data)
        assert tags.DATA.read(fields.Reader(bytes(out))) == data
        value = plain(data, -2)
        assert value is None or isinstance(value, str | Decimal | list) or value.isoformat()

    there_and_back()


@pytest.mark.parametrize("form", sorted(grammar.FORMS))
def test_every_form_of_every_service_comes_back_in_a_frame(form: tuple[int, int]) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def there_and_back(data: st.DataObject) -> None:
        with_tail = form[0] not in apdu.WITHOUT_TAIL
        whole = apdu.Apdu(
            *form,
            data.draw(st.integers(0, 255)),
            data.draw(drawn(grammar.FORMS[form])),
            data.draw(drawn(grammar.FOLLOW)) if with_tail and form[0] & 0x80 else None,
            data.draw(drawn(grammar.TIME_TAG)) if with_tail else None,
        )
        sent = frame.made("000000000001", 0xC3 if form[0] & 0x80 else 0x43, whole)
        decoder = dlt698.Decoder()
        assert decoder.feed(dlt698.encode(sent)) == [sent], decoder.rejected

    there_and_back()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(grammar.FORMS)), st.data())
def test_a_cut_apdu_under_right_checksums_is_content_that_is_turned_away(
    form: tuple[int, int], data: st.DataObject
) -> None:
    whole = apdu.write(apdu.Apdu(*form, 0, data.draw(drawn(grammar.FORMS[form]))))
    ends = {len(whole)} if form[0] in apdu.WITHOUT_TAIL else {len(whole), len(whole) - (2 if form[0] & 0x80 else 1)}
    cut = data.draw(st.integers(1, len(whole) - 1).filter(lambda at: at not in ends))
    decoder = dlt698.Decoder(longest=dlt698.link.LONGEST)
    assert decoder.feed(pack(Packet("01", "single", 0, 0, 0x43, whole[:cut]))) == []
    assert [one.reason for one in decoder.rejected] == ["content"]


def test_lists_nested_without_end_are_turned_away() -> None:
    deep = b"\x85\x01\x00\x20\x00\x02\x01\x01" + b"\x01\x01" * 5000 + b"\x00\x00\x00"
    with pytest.raises(fields.Malformed, match="too deep"):
        apdu.read(deep)


def test_a_count_that_no_frame_can_hold_is_turned_away_before_anything_is_made() -> None:
    with pytest.raises(fields.Malformed, match="longer than what is there"):
        apdu.read(bytes.fromhex("85 03 00 50 04 02 00 00 01 84 FF FF FF FF 00 00"))


@pytest.mark.parametrize(
    "wrong",
    [
        apdu.Apdu(0x05, 1, 0, "2000"),
        apdu.Apdu(0x05, 9, 0, "20000200"),
        apdu.Apdu(0x06, 1, 0, bodies.Write("20000200", Data(18, 70000))),
        apdu.Apdu(0x06, 1, 0, bodies.Write("20000200", Data(18, "one"))),
        apdu.Apdu(0x06, 1, 0, bodies.Write("20000200", Data(7, 1))),
        apdu.Apdu(0x85, 3, 0, bodies.Record("50040200", [(0, "00100201")], (1, [[]]))),
        apdu.Apdu(0x85, 1, 0, bodies.Result("20000200", (2, None))),
        apdu.Apdu(0x05, 1, 300, "20000200"),
        apdu.Apdu(0x03, 0, 0, "something"),
    ],
)
def test_what_cannot_be_written_is_a_value_error(wrong: apdu.Apdu) -> None:
    with pytest.raises(ValueError):
        dlt698.encode(dlt698.Frame("01", 0x43, apdu=wrong))


PLAIN = [
    ("00", None),
    ("01 02 11 01 11 02", [Decimal(1), Decimal(2)]),
    ("02 02 05 FF FF FF FF 00", [Decimal(-1), None]),
    ("03 01", Decimal(1)),
    ("04 0C A5 F0", "101001011111"),
    ("09 03 01 02 AB", "0102AB"),
    ("0A 04 54 4F 50 53", "TOPS"),
    ("0C 06 E5 86 BB E7 BB 93", "冻结"),
    ("17 3F 80 00 00", Decimal(1)),
    ("17 3D CC CC CD", Decimal("0.1")),
    ("17 7F C0 00 00", None),
    ("18 40 09 21 FB 54 44 2D 18", Decimal("3.141592653589793")),
    ("19 FF FF FF FF FF FF FF FF FF FF", None),
    ("1C FF FF FF FF FF FF FF", None),
    ("1C 07 EA FF 01 00 00 00", "07EAFF01000000"),
    ("50 20 00", "2000"),
    ("52 50 04 02 00 01 00 10 02 00", ["50040200", ["00100200"]]),
    ("54 01 00 0F", "15 min"),
    ("55 07 05 12 34 56 78 90 12", "123456789012"),
    ("58 01 11 01 11 05", [Decimal(1), Decimal(1), Decimal(5)]),
    ("59 FE 21", [Decimal(-2), Decimal(0x21)]),
    ("5A 09 03", [Decimal(9), Decimal(3)]),
    ("5C 03 01 03 01 12 34", [Decimal(3), ["1234"]]),
    ("5D 00 00 00 07 02 AB CD", [Decimal(7), "ABCD"]),
    ("5F 03 02 08 01 00", [Decimal(n) for n in (3, 2, 8, 1, 0)]),
    ("60 01 00 20 00 02 00", ["20000200"]),
]


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_a_type_reads_as_people_would_write_it(text: str, value: object) -> None:
    assert plain(tags.DATA.read(fields.Reader(bytes.fromhex(text)))) == value
