"""What the attributes of 698.45 mean: name, type on the wire, scale and unit, from one table.

Power travels in tenths of a watt and comes out in kW, so that it reads like `quantities.py`. Energies, demands and the
variables 2000 to 2019 follow the standard's tables as published examples show them; the rest of the variables and
parameters is from memory of the standard and not checked against its text.
"""

from collections.abc import Iterator
from typing import NamedTuple

from yinghuo.engines.meters.dlt698 import data as tags


class Known(NamedTuple):
    """What is known of an attribute.

    shape:    its containers from the outside in: "a" array, "s" structure; an index other than 0 takes away the first
    tags:     the types of the parts of its innermost structure, one after the other; one tag is for all
    exponent: value in `unit` = number on the wire x 10 ** exponent
    """

    name: str
    tags: tuple[int, ...]
    exponent: int = 0
    unit: str = ""
    shape: str = ""


WAYS = (
    ("1", "import", tags.UINT32, ""),
    ("2", "export", tags.UINT32, ""),
    ("3", "combined reactive 1", tags.INT32, "r"),
    ("4", "combined reactive 2", tags.INT32, "r"),
    ("5", "reactive quadrant 1", tags.UINT32, "r"),
    ("6", "reactive quadrant 2", tags.UINT32, "r"),
    ("7", "reactive quadrant 3", tags.UINT32, "r"),
    ("8", "reactive quadrant 4", tags.UINT32, "r"),
    ("9", "import apparent", tags.UINT32, "a"),
    ("A", "export apparent", tags.UINT32, "a"),
)
UNITS = {"": "kW", "r": "kvar", "a": "kVA"}
WIDE = {tags.UINT32: tags.UINT64, tags.INT32: tags.INT64}


def _registers() -> Iterator[tuple[str, Known]]:
    """Energies (attribute 2 in hundredths, 4 in ten-thousandths) and maximum demands, total and by phase."""
    rows = [("0000", "combined", tags.INT32, "")]
    rows += [(f"00{way}{phase}", name, tag, kind) for way, name, tag, kind in WAYS for phase in range(4)]
    for oi, name, tag, kind in rows:
        yield f"{oi}02", Known(f"{name} energy", (tag,), -2, UNITS[kind] + "h", "a")
        yield f"{oi}04", Known(f"{name} energy, fine", (WIDE[tag],), -4, UNITS[kind] + "h", "a")
    for oi, name, tag, kind in rows[1:]:
        timed = (tag, tags.DATE_TIME_S)
        yield f"10{oi[2:]}02", Known(f"{name} demand", timed, -4, UNITS[kind], "as")
        yield f"11{oi[2:]}02", Known(f"{name} demand since freeze", timed, -4, UNITS[kind], "as")


VARIABLES = {
    "200002": Known("voltage", (tags.UINT16,), -1, "V", "a"),
    "200102": Known("current", (tags.INT32,), -3, "A", "a"),
    "200104": Known("neutral current", (tags.INT32,), -3, "A"),
    "200202": Known("voltage angle", (tags.UINT16,), -1, "°", "a"),
    "200302": Known("angle of current to voltage", (tags.UINT16,), -1, "°", "a"),
    "200402": Known("active power", (tags.INT32,), -4, "kW", "a"),
    "200502": Known("reactive power", (tags.INT32,), -4, "kvar", "a"),
    "200602": Known("apparent power", (tags.INT32,), -4, "kVA", "a"),
    "200702": Known("active power, mean of a minute", (tags.INT32,), -4, "kW", "a"),
    "200802": Known("reactive power, mean of a minute", (tags.INT32,), -4, "kvar", "a"),
    "200902": Known("apparent power, mean of a minute", (tags.INT32,), -4, "kVA", "a"),
    "200A02": Known("power factor", (tags.INT16,), -3, "", "a"),
    "200B02": Known("voltage distortion", (tags.INT16,), -2, "%", "a"),
    "200C02": Known("current distortion", (tags.INT16,), -2, "%", "a"),
    **{f"200{oi}0{n}": Known("harmonics", (tags.INT16,), -2, "%", "a") for oi in "DE" for n in (2, 3, 4)},
    "200F02": Known("frequency", (tags.UINT16,), -2, "Hz"),
    "201002": Known("temperature in the meter", (tags.INT16,), -1, "°C"),
    "201102": Known("clock battery", (tags.UINT16,), -2, "V"),
    "201202": Known("reading battery", (tags.UINT16,), -2, "V"),
    "201302": Known("clock battery in use", (tags.UINT32,), 0, "min"),
    "201402": Known("run-status words", (tags.BITS,), shape="a"),
    "201502": Known("follow-up report status", (tags.BITS,)),
    "201702": Known("active demand now", (tags.INT32,), -4, "kW"),
    "201802": Known("reactive demand now", (tags.INT32,), -4, "kvar"),
    "201902": Known("apparent demand now", (tags.INT32,), -4, "kVA"),
    "201E02": Known("event began", (tags.DATE_TIME_S,)),
    "202002": Known("event ended", (tags.DATE_TIME_S,)),
    "202102": Known("frozen at", (tags.DATE_TIME_S,)),
    "202202": Known("event serial", (tags.UINT32,)),
    "202302": Known("freeze serial", (tags.UINT32,)),
    "202602": Known("voltage unbalance", (tags.UINT16,), -2, "%"),
    "202702": Known("current unbalance", (tags.UINT16,), -2, "%"),
    "202A02": Known("meter", (tags.TSA,)),
    "203102": Known("energy of the month", (tags.UINT32,), -2, "kWh"),
}
PARAMETERS = {
    "400002": Known("clock", (tags.DATE_TIME_S,)),
    "400102": Known("address", (tags.OCTETS,)),
    "400202": Known("meter number", (tags.OCTETS,)),
    "400302": Known("customer number", (tags.OCTETS,)),
    "400802": Known("year zones switch over at", (tags.DATE_TIME_S,)),
    "400902": Known("day periods switch over at", (tags.DATE_TIME_S,)),
    "400C02": Known("zones, tables, periods, tariffs, holidays", (tags.UINT8,), shape="s"),
    "401402": Known("year zones in force", (tags.UINT8,), shape="as"),
    "401502": Known("year zones standing by", (tags.UINT8,), shape="as"),
    "401602": Known("day periods in force", (tags.UINT8,), shape="aas"),
    "401702": Known("day periods standing by", (tags.UINT8,), shape="aas"),
    "403002": Known("voltage limits", (tags.UINT16,), -1, "V", "s"),
    "410002": Known("demand period", (tags.UINT8,), 0, "min"),
    "410102": Known("demand step", (tags.UINT8,), 0, "min"),
    "410302": Known("asset code", (tags.VISIBLE,)),
    "410402": Known("rated voltage", (tags.VISIBLE,)),
    "410502": Known("rated current", (tags.VISIBLE,)),
    "410602": Known("largest current", (tags.VISIBLE,)),
    "410B02": Known("model", (tags.VISIBLE,)),
    "604002": Known("collection began", (tags.DATE_TIME_S,)),
    "604102": Known("collection succeeded", (tags.DATE_TIME_S,)),
    "604202": Known("collection stored", (tags.DATE_TIME_S,)),
}
KNOWN: dict[str, Known] = {**dict(_registers()), **VARIABLES, **PARAMETERS}  # by the first six digits of the OAD
UNKNOWN = Known("", ())


def known(oad: str) -> Known:
    """What is known of an attribute; `UNKNOWN` (no name, no scale) when nothing is.

    >>> known("00100201").exponent, known("00100201").unit, known("20040202").unit
    (-2, 'kWh', 'kW')
    """
    return KNOWN.get(oad[:6], UNKNOWN)


def shape_of(oad: str) -> str:
    """The containers of what is read under this OAD: "" for one element of an array.

    >>> shape_of("00100200"), shape_of("00100201"), shape_of("10100201")
    ('a', '', 's')
    """
    shape = known(oad).shape
    return shape if oad[6:] == "00" else shape[1:]
