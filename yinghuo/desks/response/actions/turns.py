"""Turns: who is about to write the same thing at the same moment waits until the first has finished."""

from django.db import connection

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))"  # 5: a number of this desk's own


def take_turns(*names: object) -> None:
    """Waits, once a name, for whoever named the same, and holds the names until the transaction ends.

    names: ids of rows that are not there yet, so that no row can be locked; the wider one first
    """
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(LOCK, [str(name)])
