"""Reading cases: lists with filters and counts, one by its number, and those that may be one, area by area."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from yinghuo.core.people import identity
from yinghuo.core.people.access import covers, scope
from yinghuo.core.people.models import User
from yinghuo.desks.response.actions.reports_new import Who
from yinghuo.desks.response.models import Alike, Case, Event, Verdict
from yinghuo.desks.response.queries.duplicates import Likely, likely_cases
from yinghuo.desks.response.queries.events import area_names
from yinghuo.desks.response.rules.duplicates import Told
from yinghuo.desks.response.words.cases import reasons_in_words

OFFICERS = """
    SELECT a.code, a.name_zh, a.name_en, coalesce(nullif(u.name_zh, ''), u.username, ''),
           coalesce(nullif(u.name_en, ''), u.username, '')
    FROM areas_area a
    LEFT JOIN LATERAL (
        SELECT * FROM people_user
        WHERE role = 'duty' AND is_active AND area_code <> '' AND starts_with(a.code, area_code)
        ORDER BY length(area_code) DESC, id LIMIT 1
    ) u ON true
    WHERE a.code = ANY(%s)
"""


class LikelyRow(NamedTuple):
    """A case that may be the one: of the reader's area with its number; of another only where, and whom to ask.

    case:  None where it lies outside the reader's area
    pair:  the proposal, where there is one to be decided
    """

    case: Case | None
    score: int
    because: str
    area: str
    ask: str
    pair: Alike | None = None


def case_of(user: User, number: str) -> Case | None:
    """A case by its number, with `area_zh` and `area_en`; None where there is none in the reader's area."""
    rows = scope(user, Case.objects.filter(number=number)).select_related("event", "merged_into")
    return rows.annotate(**area_names()).first()


def cases(user: User, wanted: Mapping[str, str]) -> QuerySet[Case]:
    """Cases of the reader's area that stand for themselves, the newest first.

    wanted: held_as, event (a number), area (a code), found_by, isolated ("yes", "no", "unknown"); "" for any
    """
    rows = scope(user, Case.objects.filter(merged_into=None)).select_related("event")
    plain = {key: wanted[key] for key in ("held_as", "found_by") if wanted.get(key)}
    if wanted.get("event"):
        plain["event__number"] = wanted["event"]
    if wanted.get("area"):
        plain["area_code__startswith"] = wanted["area"]
    if wanted.get("isolated"):
        isolated = {"yes": True, "no": False, "unknown": None}[wanted["isolated"]]
        rows = rows.filter(in_isolation=isolated) if isolated is not None else rows.filter(in_isolation__isnull=True)
    return rows.filter(**plain).order_by("-reported_at", "-id")


def after(rows: QuerySet[Case], place: tuple[datetime, UUID] | None) -> QuerySet[Case]:
    """The rows behind a place in the list."""
    if place is None:
        return rows
    at, case_id = place
    return rows.filter(Q(reported_at__lt=at) | Q(reported_at=at, id__lt=case_id))


def told_of(given: Mapping[str, Any], *, now: datetime) -> tuple[Told, UUID | None]:
    """What is typed so far, as it is compared; and the pseudonym, where a number is typed."""
    who = Who(given.get("number", ""), given.get("name", ""), given.get("phone", ""), given.get("born"))
    party = given.get("party") or None
    told = Told(who.facets, given.get("area", ""), UUID(party) if party else None, now)
    return told, identity.pseudonym(who.number) if who.number else None


def likely_rows(user: User, asked: tuple[Told, UUID | None]) -> list[LikelyRow]:
    """Cases that may be the one that is typed."""
    told, person = asked
    found = likely_cases(told, person=person)[:5]
    rows = Case.objects.select_related("event").in_bulk([one.case_id for one in found])
    return shown(user, [(rows[one.case_id], one) for one in found])


def alike_rows(user: User, case: Case) -> list[LikelyRow]:
    """The proposals that a case is another one, the surest first; decided ones are left out."""
    pairs = list(_open_pairs(case))
    others = [pair.case if pair.other_id == case.id else pair.other for pair in pairs]
    likely = [Likely(other.id, pair.score, tuple(pair.reasons)) for other, pair in zip(others, pairs, strict=True)]
    rows = shown(user, list(zip(others, likely, strict=True)))
    return [row._replace(pair=pair) for row, pair in zip(rows, pairs, strict=True)]


def shown(user: User, found: list[tuple[Case, Likely]]) -> list[LikelyRow]:
    """Each as this reader may see it: of a row outside their area only that there is one, and whom to ask."""
    ask = officers_of({_around(case.area_code) for case, _one in found if not covers(user, case.area_code)})
    return [_shown(user, case, one, ask) for case, one in found]


def officers_of(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Areas by code with their name and the duty officer who is to be asked: the nearest that covers the area."""
    wanted = set(codes)
    if not wanted:
        return {}
    english = get_language() == "en"
    with connection.cursor() as cursor:
        cursor.execute(OFFICERS, [list(wanted)])
        rows = cursor.fetchall()
    return {code: (area_en if english else area_zh, en if english else zh) for code, area_zh, area_en, zh, en in rows}


def _open_pairs(case: Case) -> QuerySet[Alike]:
    pairs = Alike.objects.filter(Q(case=case) | Q(other=case), verdict=Verdict.OPEN)
    pairs = pairs.filter(case__merged_into=None, other__merged_into=None).order_by("-score", "id")
    return pairs.select_related("case__event", "other__event")


def _shown(user: User, case: Case, one: Likely, ask: dict[str, tuple[str, str]]) -> LikelyRow:
    if covers(user, case.area_code):
        return LikelyRow(case, one.score, reasons_in_words(one.reasons), "", "")
    around = _around(case.area_code)
    area, officer = ask.get(around, (around, ""))
    return LikelyRow(None, one.score, "", area, officer)


def _around(code: str) -> str:
    """Of another area's case only the prefecture is said."""
    return code[:4]


def counts(user: User) -> dict[str, int]:
    """Cases of the reader's area by what they are held to be."""
    rows = scope(user, Case.objects.filter(merged_into=None)).order_by()
    return dict(rows.values_list("held_as").annotate(count=Count("id")))


def event_counts(user: User) -> dict[str, int]:
    """Events of the reader's area by state."""
    rows = scope(user, Event.objects.filter(merged_into=None)).order_by()
    return dict(rows.values_list("state").annotate(count=Count("id")))
