"""Numbers of events and cases, counted within a prefecture, without gaps: the series is locked until the commit."""

from django.db import connection

NEXT = """
    INSERT INTO response_series AS s (name, last) VALUES (%s, 1)
    ON CONFLICT (name) DO UPDATE SET last = s.last + 1
    RETURNING last
"""


def event_number(area_code: str) -> str:
    """The next number of an event, "2201-0001"; in the caller's transaction."""
    place = area_code[:4]
    return f"{place}-{_next(f'event:{place}'):04d}"


def case_number(area_code: str) -> str:
    """The next number of a case, "2201-C00001"; in the caller's transaction."""
    place = area_code[:4]
    return f"{place}-C{_next(f'case:{place}'):05d}"


def _next(series: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series])
        return int(cursor.fetchone()[0])
