"""Where a person stands, read off the tubes that hold their swabs."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.core.rosters.queries import same_person
from yinghuo.desks.sampling.rules import Status, status_of

HISTORY = """
    SELECT t.tube, s.at, t.campaign_id, t.area_code, t.swabs, t.result, t.result_at, t.voided_at
    FROM sampling_swab s
    LEFT JOIN LATERAL (
        SELECT c.what, c.to_tube FROM sampling_corrected c WHERE c.tube = s.tube AND c.swab = s.id
        ORDER BY c.at DESC, c.id DESC LIMIT 1
    ) AS said ON true
    JOIN sampling_tube t ON t.tube = CASE said.what WHEN 'moved' THEN said.to_tube ELSE s.tube END
    WHERE s.person = ANY(%s) AND t.area_code LIKE %s AND said.what IS DISTINCT FROM 'undone'
    ORDER BY s.at DESC
    LIMIT %s
"""


class PersonRow(NamedTuple):
    """One swab of a person, in the tube it belongs to, and what it says of them."""

    tube: str
    at: datetime
    campaign_id: UUID | None
    area_code: str
    members: int
    result: str
    result_at: datetime | None
    voided_at: datetime | None = None

    @property
    def status(self) -> Status:
        """What this tube alone says of the person; the first row of a history is where they stand."""
        if self.voided_at:
            return Status.NOT_SAMPLED
        return status_of(self.result, members=self.members)


def person_history(person: UUID, *, area_code: str, limit: int = 100) -> list[PersonRow]:
    """A person's swabs under all pseudonyms that stand for them, the latest first; undone ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [same_person([person])[person], f"{area_code}%", limit])
        return [PersonRow(*row) for row in cursor.fetchall()]
