"""The ledger: entries are only added, indices have no gap, tampering is found and located."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from yinghuo.core import ledger
from yinghuo.core.ledger import proofs, sequencer
from yinghuo.core.ledger.follow import follow
from yinghuo.core.ledger.models import Checkpoint, Entry, Leaf, Waiting
from yinghuo.core.ledger.verify import verify
from yinghuo.core.refusal import Refused
from yinghuo.engines import merkle

NOON = datetime(2022, 5, 8, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def enter_many(count: int, kind: str = "thing.happened") -> list:
    return [ledger.enter(kind, f"thing:{n}", by="user:1", at=NOON, body={"n": n}) for n in range(count)]


def signed(count: int) -> list:
    ids = enter_many(count)
    sequencer.sequence_all()
    sequencer.checkpoint(at=NOON)
    return ids


def superuser(statement: str, *params: object) -> None:
    """Does what only somebody with every right over the database can do: goes round the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, params)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET kind = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
        "UPDATE ledger_leaf SET index = 9",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_postgresql_refuses_to_change_the_ledger(statement: str) -> None:
    signed(3)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Entry.objects.count() == 3


def test_an_entry_that_is_rolled_back_was_never_there() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enter_many(1)
        raise ZeroDivisionError
    enter_many(2)
    assert sequencer.sequence_all() == 2
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sequencers_leave_no_gap() -> None:
    def write(_: int) -> None:
        for _ in range(40):
            with transaction.atomic():
                enter_many(2)
        connection.close()

    def sequence(_: int) -> None:
        for _ in range(30):
            sequencer.sequence(limit=17)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(write, n) for n in range(4)] + [pool.submit(sequence, n) for n in range(2)]
        for job in jobs:
            job.result()
    sequencer.sequence_all()
    sequencer.checkpoint(at=NOON)
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(320))
    assert verify().ok


def test_entries_entered_in_order_are_sequenced_in_order() -> None:
    ids = signed(500)
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == ids


def test_a_checkpoint_is_a_signed_note_over_the_root_of_all_entries() -> None:
    signed(300)
    note = Checkpoint.objects.get().note
    said = merkle.parse_checkpoint(merkle.verify_note(note, sequencer.public_key()))
    leaves = [entry_bytes(leaf.entry_id) for leaf in Leaf.objects.order_by("index")]
    assert (said.origin, said.size, said.root) == (settings.LEDGER_ORIGIN, 300, merkle.root(leaves))


def entry_bytes(entry_id: object) -> bytes:
    entry = Entry.objects.get(id=entry_id)
    return json.dumps(
        {
            "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "body": json.loads(entry.body),
            "by": entry.by,
            "id": str(entry.id),
            "kind": entry.kind,
            "subject": entry.subject,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def test_nothing_new_means_no_new_checkpoint() -> None:
    signed(3)
    assert sequencer.checkpoint(at=NOON) is None


def test_a_proof_convinces_somebody_who_has_only_the_checkpoint() -> None:
    ids = signed(700)
    proof = proofs.prove(ids[444])
    root = merkle.parse_checkpoint(merkle.verify_note(proof.checkpoint, proof.public_key)).root
    assert merkle.verify_inclusion(proof.leaf, proof.index, proof.size, proof.hashes, root)
    assert not merkle.verify_inclusion(proof.leaf + b" ", proof.index, proof.size, proof.hashes, root)


def test_growth_is_proven_from_any_older_checkpoint() -> None:
    signed(10)
    old = bytes.fromhex(Checkpoint.objects.get().root)
    signed(600)
    size, hashes = proofs.prove_growth(10)
    new = bytes.fromhex(Checkpoint.objects.get(size=610).root)
    assert size == 610
    assert merkle.verify_consistency(10, 610, old, new, hashes)


def test_an_unknown_or_unsigned_entry_has_no_proof() -> None:
    signed(1)
    (late,) = enter_many(1)
    with pytest.raises(Refused, match=r"entry\.unknown"):
        proofs.prove(late)
    sequencer.sequence_all()
    with pytest.raises(Refused, match=r"entry\.unsigned"):
        proofs.prove(late)


def test_a_changed_entry_is_found_and_located() -> None:
    ids = signed(50)
    assert verify().ok
    superuser("UPDATE ledger_entry SET body = '{\"n\":99}' WHERE id = %s", ids[31])
    report = verify()
    assert [(f.code, f.where) for f in report.faults if f.code == "entry.changed"] == [
        ("entry.changed", f"entry {ids[31]}, index 31")
    ]


@pytest.mark.parametrize("column", ["kind", "subject", "by", "at"])
def test_every_column_of_an_entry_is_under_the_signature(column: str) -> None:
    ids = signed(5)
    value = "2022-05-09T00:00:00Z" if column == "at" else "other"
    superuser(f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", value, ids[2])
    assert "entry.changed" in {fault.code for fault in verify().faults}


def test_a_removed_entry_is_found_and_located() -> None:
    ids = signed(20)
    superuser("DELETE FROM ledger_entry WHERE id = %s", ids[7])
    assert ("entry.missing", f"entry {ids[7]}, index 7") in {(f.code, f.where) for f in verify().faults}


def test_a_leaf_that_was_cut_off_is_found() -> None:
    signed(20)
    superuser("DELETE FROM ledger_leaf WHERE index = 19")
    codes = {fault.code for fault in verify().faults}
    assert {"checkpoint.size", "entry.stray"} <= codes


def test_an_entry_slipped_in_past_the_queue_is_found() -> None:
    signed(4)
    (extra,) = enter_many(1)
    superuser("DELETE FROM ledger_waiting")
    assert ("entry.stray", f"entry {extra}") in {(f.code, f.where) for f in verify().faults}


def test_rewriting_entry_and_tree_together_fails_at_the_signature() -> None:
    """Somebody who rewrites rows and tiles consistently still cannot sign; the span between checkpoints is named."""
    ids = signed(5) + signed(5)
    superuser("UPDATE ledger_entry SET kind = 'forged' WHERE id = %s", ids[7])
    superuser("DELETE FROM ledger_tile")
    superuser("INSERT INTO ledger_waiting SELECT entry_id FROM ledger_leaf")
    superuser("DELETE FROM ledger_leaf")
    sequencer.sequence_all()
    faults = verify().faults
    assert [(f.code, f.where) for f in faults] == [("checkpoint.root", "checkpoint 10")]
    assert "from 5 to 9" in faults[0].detail


def test_a_forged_checkpoint_is_found() -> None:
    signed(5)
    other = merkle.sign_note(Checkpoint.objects.get().note.split("\n\n")[0] + "\n", settings.LEDGER_ORIGIN, b"x" * 32)
    superuser("UPDATE ledger_checkpoint SET note = %s", other)
    assert [fault.code for fault in verify().faults] == ["checkpoint.signature"]


def test_a_large_body_is_kept_by_its_hash_and_checked() -> None:
    ledger.enter("thing.large", "thing:1", by="user:1", at=NOON, body={"text": "萤" * 40_000})
    sequencer.sequence_all()
    sequencer.checkpoint(at=NOON)
    assert verify().ok
    superuser("UPDATE ledger_body SET body = '{}'")
    assert [fault.code for fault in verify().faults] == ["body.changed"]


def test_floats_and_times_cannot_enter_a_body() -> None:
    with pytest.raises(TypeError):
        ledger.enter("thing.happened", "thing:1", by="user:1", at=NOON, body={"share": 0.1})
    assert not Entry.objects.exists()


def test_a_follower_reads_each_entry_once_and_in_order_even_when_it_fails_midway() -> None:
    signed(30)
    seen: list[int] = []

    def fail_once(entries: list) -> None:
        if not seen and entries[0].index == 10:
            raise ConnectionError
        seen.extend(entry.body["n"] for entry in entries)

    follow("t", lambda entries: seen.extend([]), limit=10)
    with pytest.raises(ConnectionError), transaction.atomic():
        follow("t", fail_once, limit=10)
    seen.clear()
    while follow("t", lambda entries: seen.extend(e.body["n"] for e in entries), limit=7):
        pass
    assert seen == list(range(10, 30))


def test_the_exported_log_is_complete_and_checks_without_the_database(tmp_path: Path) -> None:
    signed(600)
    assert proofs.export(tmp_path) == 600
    note = (tmp_path / "checkpoint").read_text()
    said = merkle.parse_checkpoint(merkle.verify_note(note, (tmp_path / "public-key").read_text().strip()))
    entries: list[bytes] = []
    for n, width in ((0, 256), (1, 256), (2, 88)):
        entries += merkle.bundle_entries((tmp_path / merkle.bundle_path(n, width)).read_bytes())
    assert merkle.root(entries) == said.root
    tile = (tmp_path / merkle.tile_path(0, 2, 88)).read_bytes()
    assert tile[:32] == merkle.leaf_hash(entries[512])


def test_the_queue_is_empty_after_sequencing() -> None:
    enter_many(5)
    assert Waiting.objects.count() == 5
    sequencer.sequence_all()
    assert Waiting.objects.count() == 0
