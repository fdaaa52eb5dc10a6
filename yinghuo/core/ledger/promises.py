"""Migration operations for promises that the database itself keeps."""

from django.db.migrations import RunSQL

REFUSE = """
CREATE OR REPLACE FUNCTION yinghuo_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: facts and ledger rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

QUEUE = """
CREATE FUNCTION ledger_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_waiting (entry_id) SELECT id FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_queue AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_queue();
"""


def append_only(table: str) -> RunSQL:
    """PostgreSQL refuses UPDATE, DELETE and TRUNCATE on `table`."""
    return RunSQL(
        f"""{REFUSE};
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION yinghuo_append_only()""",
        f"DROP TRIGGER append_only ON {table}",
    )


def queue_entries() -> RunSQL:
    """Each new entry enters the waiting line, whoever inserted it."""
    return RunSQL(QUEUE, "DROP TRIGGER ledger_queue ON ledger_entry; DROP FUNCTION ledger_queue()")
