"""The table in which the rows of one intake wait: unlogged, all identities sealed, dropped when the intake ends."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from yinghuo.core.rosters.reading.preparing import COLUMNS
from yinghuo.engines.rosters.rows import Problem

CREATE = """
    CREATE UNLOGGED TABLE IF NOT EXISTS {table} (
        row integer NOT NULL, id uuid NOT NULL, area_code text NOT NULL, party_id uuid, "group" text NOT NULL,
        identity bytea NOT NULL, content bigint NOT NULL, name_born bigint, phone bigint, numbered boolean NOT NULL
    )
"""
COPY = 'COPY {table} ({columns}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (area_code, "group"))'
# A person without a number who has the name, birth date and phone of exactly one known person is that person.
RECOGNISE = """
    UPDATE {table} s SET id = known.person
    FROM (
        SELECT k.name_born, k.phone, min(k.person::text)::uuid AS person FROM rosters_blockingkey k
        JOIN (SELECT DISTINCT name_born, phone FROM {table} WHERE NOT numbered) asked USING (name_born, phone)
        GROUP BY 1, 2 HAVING count(*) = 1
    ) known
    WHERE NOT s.numbered AND s.name_born = known.name_born AND s.phone = known.phone AND s.id <> known.person
"""


def table_of(intake_id: UUID) -> str:
    """The name of the table."""
    return f"rosters_staged_{intake_id.hex}"


def create(intake_id: UUID) -> None:
    """Makes the table, if it is not there."""
    _run(CREATE, intake_id)


def drop(intake_id: UUID) -> None:
    """Erases what is staged."""
    _run("DROP TABLE IF EXISTS {table}", intake_id)


def height(intake_id: UUID) -> int | None:
    """Rows staged; None without a table. An unlogged table is empty after a crash of PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table_of(intake_id)])
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(f"SELECT count(*) FROM {table_of(intake_id)}")  # noqa: S608 - a name of this file
        return int(cursor.fetchone()[0])


def is_lost(intake_id: UUID, *, staged: int) -> bool:
    """Whether a crash of PostgreSQL emptied the table of an intake that is ready; at once, however many rows it has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table_of(intake_id)})")  # noqa: S608 - a name of this file
        return bool(staged and not cursor.fetchone()[0])


def copy(intake_id: UUID, rows: bytes) -> None:
    """Appends rows, given as CSV with COLUMNS."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    with connection.cursor() as cursor, cursor.copy(COPY.format(table=table_of(intake_id), columns=columns)) as copying:
        copying.write(rows)


def keep_problems(intake_id: UUID, problems: Sequence[Problem]) -> None:
    """Appends faults."""
    command = "COPY rosters_problem (intake_id, row, field, cause, value) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command) as copying:
        for problem in problems:
            copying.write_row([intake_id, *problem])


def finish(intake_id: UUID, *, recognise: bool) -> None:
    """Recognises people without a number (unless they shall be new), then makes rows findable by person."""
    if recognise:
        _run(RECOGNISE, intake_id)
    _run("CREATE INDEX IF NOT EXISTS {table}_id ON {table} (id)", intake_id)
    _run("ANALYZE {table}", intake_id)


def _run(query: str, intake_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query.format(table=table_of(intake_id)))
