"""Who works on an intake now: one session at a time, seen by all, and gone with its session."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from yinghuo.core.refusal import Refused

TELL = "SELECT set_config('application_name', %s, false)"
HEAR = "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE %s AND datname = current_database()"
NAME = "yinghuo roster {intake} "  # PostgreSQL shows 63 bytes of a session's name


def silent(rows: int) -> None:
    """Tells nobody how far it is."""


@contextmanager
def working_on(intake_id: UUID) -> Iterator[None]:
    """Holds an intake; a second session is refused ("roster.busy"). A killed session holds nothing."""
    key = intake_id.int & ((1 << 63) - 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise Refused("roster.busy")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def is_worked_on(intake_id: UUID) -> bool:
    """Whether a session holds the intake."""
    key = intake_id.int & ((1 << 63) - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND classid = (%s >> 32)::bigint AND objid = (%s & 4294967295)::bigint",
            [key, key],
        )
        return cursor.fetchone() is not None


def tell(intake_id: UUID, done: int) -> None:
    """Says how many rows are taken in, from within a transaction whose writes nobody sees before its end."""
    with connection.cursor() as cursor:
        cursor.execute(TELL, [NAME.format(intake=intake_id.hex) + str(done)])


def hush() -> None:
    """The session's own name again."""
    with connection.cursor() as cursor:
        cursor.execute(TELL, ["yinghuo"])


def heard(intake_id: UUID) -> int:
    """Rows that a session says it has taken in; 0 when none says so."""
    with connection.cursor() as cursor:
        cursor.execute(HEAR, [NAME.format(intake=intake_id.hex) + "%"])
        found = cursor.fetchone()
    return int(found[0].rsplit(" ", 1)[1]) if found else 0
