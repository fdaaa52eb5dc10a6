"""Big tables carry their distribution column in every key, so that Citus can spread them."""

import pytest
from django.apps import apps
from django.db import connection

DISTRIBUTED_BY = {
    "sampling_swab": "tube",
    "sampling_sealed": "tube",
    "sampling_boxed": "tube",
    "sampling_handover": "box",
    "sampling_result": "tube",
    "sampling_received": "tube",
    "sampling_custody": "tube",
    "sampling_gap": "tube",
    "sampling_bench": "tube",
    "sampling_tube": "tube",
    "sampling_tally": "site_id",
    "sampling_lookupcode": "tube",
    "sampling_corrected": "tube",
    "sampling_voided": "tube",
    "response_foreignid": "foreign_id",
    "metering_lastvalue": "meter_id",
    "metering_coverage": "meter_id",
    "metering_committed": "entry",
    "metering_found": "meter_id",
    "metering_gone": "meter_id",
    "metering_estimated": "meter_id",
    "metering_edited": "meter_id",
    "metering_daycount": "area_code",
    "people_person": "id",
    "response_duevisit": "contact",
    "response_followup": "contact",
    "response_visit": "person",
    "rosters_blockingkey": "person",
    "work_order": "id",
    "work_issue": "id",
    "ledger_entry": "id",
}
KEYS = """
    SELECT c.conname, array_agg(a.attname)
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
    WHERE c.conrelid = %s::regclass AND c.contype IN ('p', 'u') GROUP BY c.conname
"""
UNIQUE_INDEXES = """
    SELECT i.relname, array_agg(a.attname)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY(x.indkey)
    WHERE x.indrelid = %s::regclass AND x.indisunique GROUP BY i.relname
"""
APPEND_ONLY = ["ledger_entry", "ledger_leaf", "ledger_body", "ledger_checkpoint", *list(DISTRIBUTED_BY)[:5]]
APPEND_ONLY += ["sampling_corrected", "sampling_voided", "sampling_received"]
APPEND_ONLY += ["sampling_lookupcode"]
APPEND_ONLY += ["sampling_plan"]
APPEND_ONLY += ["sampling_assaykit"]
APPEND_ONLY += ["metering_found", "metering_gone", "metering_estimated", "metering_edited", "metering_daycount"]
APPEND_ONLY += ["metering_committed"]
APPEND_ONLY += ["response_report", "response_judgement"]
APPEND_ONLY += ["response_followup", "response_publishedtable"]


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), DISTRIBUTED_BY.items())
def test_every_key_of_a_big_table_holds_its_distribution_column(table: str, column: str) -> None:
    with connection.cursor() as cursor:
        for query in (KEYS, UNIQUE_INDEXES):
            cursor.execute(query, [table])
            keys = dict(cursor.fetchall())
            assert keys
            assert {name: columns for name, columns in keys.items() if column not in columns} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_facts_and_ledger_rows_cannot_be_changed(table: str) -> None:
    query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'append_only' AND tgenabled = 'O'"
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        assert cursor.fetchall() == [("append_only",)]


def test_every_fact_table_that_is_registered_is_known_here() -> None:
    from yinghuo.core.ledger.facts import REGISTERED

    assert apps.ready
    assert {table.table for table in REGISTERED.values()} <= set(DISTRIBUTED_BY)
