"""Codes and labels: what each site has left, what is still to be given, what was printed how often."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.desks.sampling.custody_rules import LOW_SHARE
from yinghuo.desks.sampling.models import LabelKind, LabelRun, SiteRange, TubeRange
from yinghuo.engines.codes import CodeRange, how_often, left_over

# Used codes are counted by the key of the tubes' rows, range by range, for the sites of one page alone.
SITES = """
    SELECT s.id, s.name_zh, s.name_en, s.team, g.given, g.first, g.last, g.used
    FROM (
        SELECT id, name_zh, name_en, team FROM sampling_site
        WHERE campaign_id = %(campaign)s AND area_code LIKE %(area)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
    ) AS s
    LEFT JOIN LATERAL (
        SELECT sum(r.count)::bigint AS given, min(r.first) AS first, max(r.last) AS last, sum(u.used)::bigint AS used
        FROM sampling_siterange r CROSS JOIN LATERAL (
            SELECT count(*) AS used FROM sampling_tube t
            WHERE t.tube BETWEEN r.first AND r.last AND length(t.tube) = length(r.first)
        ) AS u
        WHERE r.site_id = s.id
    ) AS g ON true
    ORDER BY s.id
"""
ROWS = 50
MOST_STRETCHES = 200


class SiteCodes(NamedTuple):
    """The codes of a site: how many it was given, the outermost of them, how many are used."""

    id: int
    name_zh: str
    name_en: str
    team: str
    given: int | None
    first: str | None
    last: str | None
    used: int | None

    @property
    def left(self) -> int | None:
        """Codes not yet used; None for a site that was given none."""
        return None if self.given is None else self.given - (self.used or 0)

    @property
    def low(self) -> bool:
        """Whether so few are left that more should be brought."""
        return self.given is not None and (self.left or 0) <= LOW_SHARE * self.given


def site_codes(campaign_id: UUID, *, area_code: str, after: int = 0) -> tuple[list[SiteCodes], int | None]:
    """The sites of a campaign with their codes; and after which site the next page begins."""
    params: dict[str, Any] = {"campaign": campaign_id, "area": f"{area_code}%", "after": after, "limit": ROWS + 1}
    with connection.cursor() as cursor:
        cursor.execute(SITES, params)
        rows = [SiteCodes(*row) for row in cursor.fetchall()]
    return rows[:ROWS], rows[ROWS - 1].id if len(rows) > ROWS else None


class Codes(NamedTuple):
    """A campaign's codes: issued to it, given to its sites, printed (the latest print first)."""

    issued: list[CodeRange]
    given: list[CodeRange]
    runs: list[LabelRun]

    @property
    def to_give(self) -> list[CodeRange]:
        """Codes issued and given to no site, in order."""
        return [left for issued in self.issued for left in left_over(issued, self.given)]

    def printed(self, kind: str) -> list[tuple[CodeRange, int]]:
        """Stretches of codes with how often labels of them were printed; of tubes also those that never were."""
        spans = [CodeRange.of(one.first, one.last) for one in self.runs if one.kind == kind]
        wholes = self.issued if kind == LabelKind.TUBE else _joined(spans)
        return [stretch for whole in wholes for stretch in how_often(whole, spans)][:MOST_STRETCHES]


def codes(campaign_id: UUID) -> Codes:
    """The codes of a campaign; three queries."""
    issued = TubeRange.objects.filter(campaign_id=campaign_id).order_by("first")
    given = SiteRange.objects.filter(campaign_id=campaign_id)
    runs = LabelRun.objects.filter(campaign_id=campaign_id).order_by("-at", "id")
    return Codes(
        [CodeRange.of(one.first, one.last) for one in issued],
        [CodeRange.of(one.first, one.last) for one in given],
        list(runs),
    )


def _joined(runs: list[CodeRange]) -> list[CodeRange]:
    """Ranges that touch, as one."""
    joined: list[CodeRange] = []
    for one in sorted(runs):
        if joined and joined[-1].touches(one):
            last = joined.pop()
            joined.append(CodeRange.of(last.first, max(last.last, one.last)))
        else:
            joined.append(one)
    return joined
