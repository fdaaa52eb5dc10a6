"""Where a person stands, read off the tubes that hold their swabs."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from yinghuo.desks.sampling.rules import Status, status_of

HISTORY = """
    SELECT s.tube, s.at, t.campaign_id, t.area_code, t.swabs, t.result, t.result_at
    FROM sampling_swab s JOIN sampling_tube t ON t.tube = s.tube
    WHERE s.person = %s AND t.area_code LIKE %s
    ORDER BY s.at DESC
    LIMIT %s
"""


class PersonRow(NamedTuple):
    """One swab of a person and what it says of them."""

    tube: str
    at: datetime
    campaign_id: UUID | None
    area_code: str
    members: int
    result: str
    result_at: datetime | None

    @property
    def status(self) -> Status:
        """What this tube alone says of the person; the first row of a history is where they stand."""
        return status_of(self.result, members=self.members)


def person_history(person: UUID, *, area_code: str, limit: int = 100) -> list[PersonRow]:
    """A person's swabs, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [person, f"{area_code}%", limit])
        return [PersonRow(*row) for row in cursor.fetchall()]
