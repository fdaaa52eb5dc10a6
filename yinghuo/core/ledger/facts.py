"""Fact tables: floods of facts from devices, stored once, one ledger entry per batch that commits to every row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from yinghuo.core.ledger.actions import new_id

_BYTES_OF = {
    "uuid": "uuid_send({0})",
    "timestamptz": "timestamptz_send({0})",
    "bigint": "int8send({0})",
    "integer": "int4send({0})",
}
_MEASURED = "coalesce(int4send(octet_length({0}::text)) || convert_to({0}::text, 'UTF8'), int4send(-1))"
_TEXT_OF = {"timestamptz": "(extract(epoch FROM {0}) * 1000000)::bigint::text"}


@dataclass(frozen=True)
class FactTable:
    """One table of facts.

    kind:    the kind of its batches' entries, e.g. "swabs.kept"
    table:   its name; it has these columns and `entry_id`, and a primary key (distribution column, id)
    key:     the primary key's columns; a batch is digested in their order
    columns: name to SQL type, in the order of the digest
    """

    kind: str
    table: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def line(self) -> str:
        """SQL: one row as a line of text. NULL is written as an empty field, times in microseconds since 1970."""
        fields = (_TEXT_OF.get(kind, "{0}::text").format(name) for name, kind in self.columns.items())
        return " || '|' || ".join(f"coalesce({field}, '')" for field in fields)

    @property
    def digest(self) -> str:
        """SQL aggregate: SHA-256 over the rows of a batch as bytes, sorted by key, in hexadecimal.

        A uuid, time or number is its bytes as PostgreSQL sends it; text and decimals stand behind their length in
        bytes, -1 for NULL, so that no two batches have the same bytes.
        """
        row = " || ".join(_BYTES_OF.get(kind, _MEASURED).format(name) for name, kind in self.columns.items())
        return f"encode(sha256(string_agg({row}, ''::bytea ORDER BY {', '.join(self.key)})), 'hex')"

    def keep_sql(self, same: tuple[str, ...]) -> str:
        """The one statement that stores a batch (a JSON array of rows) and enters it, if any row was new.

        same: columns whose value is given once for the whole batch
        """
        names = ", ".join(self.columns)
        values = ", ".join(
            f"%({name})s::{self.columns[name]}" if name in same else f"given.{name}" for name in self.columns
        )
        given = ", ".join(f"{name} {kind}" for name, kind in self.columns.items() if name not in same)
        return f"""
            WITH fresh AS (
                INSERT INTO {self.table} ({names}, entry_id)
                SELECT {values}, %(entry_id)s FROM json_to_recordset(%(rows)s::json) AS given ({given})
                ORDER BY {", ".join(f"given.{name}" for name in self.key)}
                ON CONFLICT DO NOTHING
                RETURNING {names}
            ), batch AS (SELECT count(*) AS rows, {self.digest} AS digest FROM fresh),
            entered AS (
                INSERT INTO ledger_entry (id, at, kind, subject, by, body)
                SELECT %(entry_id)s, %(entered_at)s, '{self.kind}', '{self.table}', %(entered_by)s,
                       format('{{"count":%%s,"digest":"%%s","sent_at":"%%s"}}', rows, digest, %(sent_at)s::text)
                FROM batch WHERE rows > 0
            )
            SELECT rows FROM batch
        """  # noqa: S608 - names come from code, never from outside


class Kept(NamedTuple):
    """What a batch came to: how many rows were new, and the entry that speaks of them (None if none was)."""

    fresh: int
    entry_id: UUID | None


REGISTERED: dict[str, FactTable] = {}


def register(table: FactTable) -> FactTable:
    """Makes a fact table known to `verify`; returns it."""
    REGISTERED[table.kind] = table
    return table


def keep(
    table: FactTable, rows_json: str, same: Mapping[str, Any], *, by: str, at: datetime, sent_at: datetime
) -> Kept:
    """Stores a batch of well-formed facts exactly once and enters it; all of them are on disk after commit.

    rows_json: a JSON array of objects with the table's columns
    same:      columns that have one value for the whole batch
    sent_at:   when the sender says it sent the batch; the entry carries it
    """
    entry_id = new_id()
    entry = {"entry_id": entry_id, "entered_at": at, "entered_by": by, "sent_at": sent_at.isoformat()}
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Bound by the server: a batch is 50 kB of JSON, which would else be quoted here and parsed there.
        cursor.execute(_keep_sql(table.kind, tuple(same)), {**same, **entry, "rows": rows_json}, prepare=True)
        (fresh,) = cursor.fetchone() or (0,)
    return Kept(fresh, entry_id if fresh else None)


@cache
def _keep_sql(kind: str, same: tuple[str, ...]) -> str:
    return REGISTERED[kind].keep_sql(same)


class Misfit(NamedTuple):
    """A batch whose rows are not what its entry says: the entry, what it says, what the table holds."""

    entry_id: UUID | None
    entered: int
    found: int


def misfits(table: FactTable) -> Iterator[Misfit]:
    """Every batch of `table` whose rows were changed, taken away or slipped in."""
    query = f"""
        WITH held AS (SELECT entry_id, count(*) AS rows, {table.digest} AS digest FROM {table.table} GROUP BY entry_id),
             said AS (SELECT id, (body::json ->> 'count')::bigint AS rows, body::json ->> 'digest' AS digest
                      FROM ledger_entry WHERE kind = %s)
        SELECT coalesce(said.id, held.entry_id), coalesce(said.rows, 0), coalesce(held.rows, 0)
        FROM said FULL JOIN held ON held.entry_id = said.id
        WHERE (said.rows, said.digest) IS DISTINCT FROM (held.rows, held.digest)
        ORDER BY 1
    """  # noqa: S608 - names come from code, never from outside
    with connection.cursor() as cursor:
        cursor.execute(query, [table.kind])
        for row in cursor.fetchall():
            yield Misfit(*row)
