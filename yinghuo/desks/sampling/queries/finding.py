"""Search: what begins like the words typed, inside an area."""

from typing import NamedTuple

from django.db import connection

SEARCH = """
    (SELECT 'tube', tube, area_code, tube FROM sampling_tube
     WHERE tube LIKE %(prefix)s AND area_code LIKE %(area)s ORDER BY tube LIMIT 20)
    UNION ALL
    (SELECT DISTINCT ON (b.box) 'box', b.box, t.area_code, t.tube
     FROM sampling_boxed b JOIN sampling_tube t ON t.tube = b.tube
     WHERE b.box LIKE %(prefix)s AND t.area_code LIKE %(area)s ORDER BY b.box LIMIT 10)
    UNION ALL
    (SELECT 'person', id::text, area_code, id::text FROM people_person
     WHERE id::text = lower(%(asked)s) AND area_code LIKE %(area)s)
"""


class Found(NamedTuple):
    """Something found: what it is, its name, where, and the tube or person that it leads to."""

    kind: str
    name: str
    area_code: str
    leads_to: str


def search(asked: str, *, area_code: str) -> list[Found]:
    """Tubes and boxes whose code begins with `asked` (upper case), a person by full pseudonym."""
    safe = asked.upper().replace("\\", "").replace("%", "").replace("_", "")
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, {"prefix": f"{safe}%", "area": f"{area_code}%", "asked": asked})
        return [Found(*row) for row in cursor.fetchall()]
