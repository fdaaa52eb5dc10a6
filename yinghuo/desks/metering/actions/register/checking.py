"""Checking staged rows as a set: against each other, and against what the register holds already."""

from collections.abc import Iterator, Sequence

from django.db import connection

from yinghuo.desks.metering.actions.register.reading import MOST_KEPT, Problem, Problems, Staged

# Each check: column, cause, and the SELECT of row and value, {key} being the file's key.
REPEATED = """
    SELECT row, value FROM (
        SELECT row, {key} AS value, row_number() OVER (PARTITION BY {key} ORDER BY row) AS nth FROM {staged}
    ) AS counted WHERE nth > 1
"""
DIALLED = (
    "SELECT row, coalesce(nullif(host, ''), port::text) FROM {staged} WHERE (host = '') <> (port IS NULL) OR port = 0"
)
SIZE = "SELECT row, rated_kva::text FROM {staged} WHERE rated_kva = 0"
UNKNOWN_TERMINAL = """
    SELECT s.row, s.terminal_id FROM {staged} s
    WHERE NOT EXISTS (SELECT 1 FROM metering_terminal t WHERE t.address = s.terminal_id)
      AND NOT EXISTS (SELECT 1 FROM {terminals} t WHERE t.address = s.terminal_id)
"""
UNKNOWN_TRANSFORMER = """
    SELECT s.row, s.transformer_id FROM {staged} s
    WHERE s.transformer_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM metering_transformer t WHERE t.code = s.transformer_id)
      AND NOT EXISTS (SELECT 1 FROM {transformers} t WHERE t.code = s.transformer_id)
"""
UNKNOWN_PARTY = """
    SELECT s.row, s.party_id::text FROM {staged} s
    WHERE s.party_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM parties_party p WHERE p.id = s.party_id)
"""
ZERO = "SELECT row, {column}::text FROM {{staged}} WHERE {column} = 0"
RATINGS = "SELECT row, max_a::text FROM {staged} WHERE max_a < rated_a"
BEFORE = "SELECT row, retired_on::text FROM {staged} WHERE retired_on < installed_on"
# A point has one meter: of the file's, or one that the file does not speak of. A retired one leaves its point.
TAKEN_IN_FILE = """
    SELECT row, terminal_id || ' / ' || point FROM (
        SELECT s.*, row_number() OVER (PARTITION BY s.terminal_id, s.point ORDER BY s.row) AS nth
        FROM {staged} s LEFT JOIN metering_meter m ON m.address = s.address
        WHERE s.retired_on IS NULL AND m.retired_on IS NULL
    ) AS counted WHERE nth > 1
"""
TAKEN = """
    SELECT s.row, s.terminal_id || ' / ' || s.point FROM {staged} s
    JOIN metering_meter other ON other.terminal_id = s.terminal_id AND other.point = s.point
    LEFT JOIN metering_meter own ON own.address = s.address
    WHERE other.retired_on IS NULL AND s.retired_on IS NULL AND own.retired_on IS NULL
      AND NOT EXISTS (SELECT 1 FROM {staged} f WHERE f.address = other.address)
"""
CHECKS: dict[str, Sequence[tuple[str, str, str]]] = {
    "transformers": [("code", "repeated", REPEATED), ("rated_kva", "zero", SIZE)],
    "terminals": [("address", "repeated", REPEATED), ("port", "dialled", DIALLED)],
    "meters": [
        ("address", "repeated", REPEATED),
        ("terminal", "unknown", UNKNOWN_TERMINAL),
        ("transformer", "unknown", UNKNOWN_TRANSFORMER),
        ("party_id", "unknown", UNKNOWN_PARTY),
        *((name, "zero", ZERO.format(column=name)) for name in ("rated_v", "rated_a", "ct_ratio", "pt_ratio")),
        ("max_a", "ratings", RATINGS),
        ("retired_on", "before", BEFORE),
        ("point", "taken", TAKEN_IN_FILE),
        ("point", "taken", TAKEN),
    ],
}


def check_set(staged: Sequence[Staged], problems: Problems) -> None:
    """Adds what is wrong with the staged rows as a set."""
    tables = _tables(staged)
    for one in staged:
        for column, cause, select in CHECKS[one.file.name]:
            statement = select.format(staged=one.file.staged, key=one.file.key, **tables)
            for row, value in _found(statement):
                problems.add(Problem(one.file.name, row, column, cause, value))
    problems.kept.sort(key=lambda one: (one.file, one.row))


def _tables(staged: Sequence[Staged]) -> dict[str, str]:
    """Where rows of this load are looked up: an empty table stands for a file that is not there."""
    here = {one.file.name: one.file.staged for one in staged}
    none = {
        "transformers": "(SELECT code FROM metering_transformer WHERE false)",
        "terminals": "(SELECT address FROM metering_terminal WHERE false)",
    }
    return {name: here.get(name, nothing) for name, nothing in none.items()}


def _found(statement: str) -> Iterator[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({statement}) AS found (row, value) ORDER BY row")  # noqa: S608 - CHECKS
        while rows := cursor.fetchmany(MOST_KEPT):
            yield from rows
