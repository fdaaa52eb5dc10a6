"""Who lives where: the areas a user may plan for, with their people at the census."""

from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import get_language

from yinghuo.core.areas.models import Area, Level
from yinghuo.core.areas.queries import within
from yinghuo.core.areas.rules import CODE_DIGITS, ancestor_codes

INDENT = "\u3000"  # as wide as a Chinese character


class Counted(NamedTuple):
    """An area and its residents at a census; `population` None where no census counts it alone."""

    code: str
    name_zh: str
    name_en: str
    population: int | None
    year: int | None
    source: str


def areas_of(area_code: str, chosen: str) -> list[tuple[str, str]]:
    """Code and name of an area and all in it down to counties, indented by level; of the chosen county its streets too.

    chosen: the code of the area now chosen, "" for none
    """
    within_own = within(Area.objects.all(), area_code, "code").exclude(level=Level.CELL)
    shown = Q(level__in=(Level.PROVINCE, Level.PREFECTURE, Level.COUNTY))
    county = chosen[: CODE_DIGITS["county"]]
    if len(county) == CODE_DIGITS["county"]:
        shown |= Q(code__startswith=county)
    found = list(within_own.filter(shown).order_by("code").values_list("code", "name_zh", "name_en"))
    own = len(ancestor_codes(area_code)) if area_code else 0
    english = get_language() == "en"
    named = [(code, INDENT * (len(ancestor_codes(code)) - own) + (en if english else zh)) for code, zh, en in found]
    return named or ([(area_code, area_code)] if area_code else [])


def counted(code: str) -> Counted | None:
    """The area with its census; None for a code that is not known."""
    found = _rows(code=code)
    return found[0] if found else None


def parts_of(code: str) -> list[Counted]:
    """The areas directly below, with their census."""
    return _rows(parent=code)


def _rows(**which: str) -> list[Counted]:
    fields = ("code", "name_zh", "name_en", "population", "population_year", "population_source")
    return [Counted(*row) for row in Area.objects.filter(**which).order_by("code").values_list(*fields)]
