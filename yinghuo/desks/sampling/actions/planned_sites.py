"""Sites of a plan: spread over the parts of an area by their people, or read from a list."""

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.sampling.actions.plans import NewSite
from yinghuo.desks.sampling.queries.plans import Counted

MOST_SITES = 20_000
LONGEST_NAME = 120
COLUMNS = 4
HEADS = {"name_zh", "中文名称", "采样点"}


class Fault(NamedTuple):
    """What is wrong with a line of a list: its number from 1, columns, name, area, repeated or most, its text."""

    line: int
    code: str
    said: str


def spread(area: Counted, parts: Sequence[Counted], count: int) -> list[NewSite]:
    """`count` sites over the parts by their people (largest remainder); all in the area where no part is counted."""
    known = [part for part in parts if part.population] or [area]
    people = [part.population or 1 for part in known]
    whole = sum(people)
    each = [count * number // whole for number in people]
    rests = sorted(range(len(known)), key=lambda one: (-(count * people[one] % whole), one))
    for one in rests[: count - sum(each)]:
        each[one] += 1
    return [
        NewSite(part.code, f"{part.name_zh}采样点{number:03}", f"{part.name_en} site {number:03}")
        for part, share in zip(known, each, strict=True)
        for number in range(1, share + 1)
    ]


def read_list(text: str, area_code: str) -> tuple[list[NewSite], list[Fault]]:
    """Sites from lines of `name_zh,name_en,area_code,team`; all but the first may be left out, a head row is skipped.

    An English name left out is the Chinese one, an area left out is `area_code`. Faults are of the lines they name.
    """
    sites: list[NewSite] = []
    faults: list[Fault] = []
    names: set[str] = set()
    for line, row in enumerate(_rows(text), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (line == 1 and cells[0] in HEADS):
            continue
        fault = _fault(cells, area_code, names)
        if fault:
            faults.append(Fault(line, fault, ",".join(row)[:60]))
            continue
        name_zh, name_en, area, team = (*cells, "", "", "")[:COLUMNS]
        names.add(name_zh)
        sites.append(NewSite(area or area_code, name_zh, name_en or name_zh, team))
    if len(sites) > MOST_SITES:
        faults.append(Fault(len(sites), "most", ""))
    return sites, faults


def _rows(text: str) -> list[list[str]]:
    """The rows of a list; one that no CSV reader can take is a single row without a name, which is a fault."""
    try:
        return list(csv.reader(io.StringIO(text.strip("\ufeff").replace("\0", ""))))
    except csv.Error:
        return [["", text[:60]]]


def _fault(cells: Sequence[str], area_code: str, names: set[str]) -> str:
    if len(cells) > COLUMNS:
        return "columns"
    if not cells[0] or len(cells[0]) > LONGEST_NAME:
        return "name"
    if len(cells) > 2 and cells[2] and not (re.match(AREA_CODE, cells[2]) and cells[2].startswith(area_code)):
        return "area"
    return "repeated" if cells[0] in names else ""
