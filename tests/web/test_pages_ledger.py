"""The pages of the ledger: the newest signature, entries, one entry with its proof, verification in the background."""

import ast
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.web.pages_world import (
    NOON,
    areas,
    at_noon,
    csv_rows,
    entered,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    text,
    user_of,
)
from yinghuo.core import ledger
from yinghuo.core.ledger import sequencer
from yinghuo.core.ledger import verify as verifying
from yinghuo.core.people.models import Role, User
from yinghuo.engines import merkle
from yinghuo.web import verification
from yinghuo.web.catalogue import ROOT
from yinghuo.web.jobs import verify_ledger
from yinghuo.web.pages.entry_words import KINDS

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


def enter(count: int, *, kind: str = "tube.seen", signed: bool = True) -> list[Any]:
    """So many entries, in the tree and signed."""
    made = [ledger.enter(kind, f"tube:{n}", by="user:9", at=NOON, body={"n": n}) for n in range(count)]
    if signed:
        sequencer.sequence_all()
        sequencer.checkpoint(at=NOON)
    return made


@pytest.fixture
def auditor() -> User:
    """The auditor of the city."""
    areas()
    return user_of(Role.AUDITOR)


def test_the_page_shows_size_root_note_and_key(auditor: User) -> None:
    enter(3)
    english, chinese = read_in_both(auditor, page("ledger"))
    assert "3 ledger entries, all signed" in english
    assert "台账共3条，全部已签名" in chinese
    for words in (sequencer.public_key(), "— yinghuo.example/ledger"):
        assert words in english


def test_what_waits_is_counted(auditor: User) -> None:
    enter(3)
    enter(2, signed=False)
    assert "5 ledger entries, 2 not signed yet" in read(signed_in(auditor), page("ledger"))


def test_an_empty_ledger_says_so(auditor: User) -> None:
    shown = read(signed_in(auditor), page("ledger"))
    assert "Nothing has been signed yet." in shown
    assert "Nothing has been entered yet." in shown


def test_a_stranger_is_asked_to_log_in(client: Any) -> None:
    for name in ("ledger", "checkpoint"):
        assert client.get(page(name))["Location"].startswith("/login")


def test_a_deactivated_user_is_a_stranger(auditor: User) -> None:
    client = signed_in(auditor)
    User.objects.update(is_active=False)
    assert client.get(page("ledger")).status_code == 302


def test_the_checkpoint_can_be_taken_away_and_checked(auditor: User) -> None:
    enter(3)
    note = signed_in(auditor).get(page("checkpoint")).content.decode()
    assert merkle.parse_checkpoint(merkle.verify_note(note, sequencer.public_key())).size == 3


def test_without_checkpoint_there_is_nothing_to_take_away(auditor: User) -> None:
    assert signed_in(auditor).get(page("checkpoint")).status_code == 404


def test_entries_are_filtered_by_kind_and_by_subject(auditor: User) -> None:
    enter(3)
    enter(1, kind="box.seen")
    client = signed_in(auditor)
    assert first_cells(client.get(page("ledger") + "?kind=tube.seen"), "entries") == ["2", "1", "0"]
    assert first_cells(client.get(page("ledger") + "?subject=tube:0"), "entries") == ["3", "0"]
    assert "No entry is like this." in read(client, page("ledger") + "?subject=tube:99")


def test_entries_are_paged_downwards_without_losing_one(auditor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinghuo.web.pages.ledger.ROWS", 3)
    enter(7)
    client, address, seen = signed_in(auditor), page("ledger"), []
    for _ in range(3):
        answer = client.get(address)
        seen += first_cells(answer, "entries")
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', answer.content.decode())
        address = page("ledger") + (following[1] if following else "")
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_the_csv_file_equals_the_table(auditor: User) -> None:
    enter(4)
    client = signed_in(auditor)
    _head, *rows = csv_rows(client, page("ledger"))
    assert [row[0] for row in rows] == first_cells(client.get(page("ledger")), "entries") == ["3", "2", "1", "0"]


def test_an_entry_shows_the_bytes_that_the_tree_commits_to(auditor: User) -> None:
    entry_id = enter(3)[1]
    english, chinese = read_in_both(auditor, page("entry", entry_id))
    leaf = f'"by":"user:9","id":"{entry_id}","kind":"tube.seen","subject":"tube:1"}}'
    assert leaf in english
    assert leaf in chinese
    assert "In the tree and signed" in english


def test_the_proof_holds_against_the_signed_root(auditor: User) -> None:
    entry_id = enter(5)[2]
    proof = signed_in(auditor).get(page("proof", entry_id)).json()
    signed = merkle.parse_checkpoint(merkle.verify_note(proof["checkpoint"], proof["public_key"]))
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    leaf = proof["leaf"].encode()
    assert merkle.verify_inclusion(leaf, proof["index"], proof["size"], hashes, signed.root)
    assert not merkle.verify_inclusion(leaf + b" ", proof["index"], proof["size"], hashes, signed.root)


def test_an_entry_that_waits_is_shown_and_its_proof_refused(auditor: User) -> None:
    enter(1)
    (waiting,) = enter(1, kind="box.seen", signed=False)
    client = signed_in(auditor)
    assert "Waits for its place in the tree" in read(client, page("entry", waiting))
    assert "Content-Disposition" not in client.get(page("proof", waiting))
    sequencer.sequence_all()
    assert client.get(page("proof", waiting)).status_code == 409
    assert "In the tree, to be signed" in read(client, page("entry", waiting))


def test_an_unknown_entry_is_not_found(auditor: User) -> None:
    client = signed_in(auditor)
    assert client.get(page("entry", ledger.new_id())).status_code == 404
    assert client.get(page("proof", ledger.new_id())).status_code == 404


def test_a_verification_is_asked_for_once_and_waits_for_the_worker(auditor: User) -> None:
    client = signed_in(auditor)
    for _ in range(2):
        assert client.post(page("verify_ledger")).status_code == 302
    assert ProcrastinateJob.objects.filter(task_name=verification.TASK, status="todo").count() == 1
    assert "Waits for the worker" in read(client, page("ledger"))


def test_asking_by_link_does_nothing(auditor: User) -> None:
    assert signed_in(auditor).get(page("verify_ledger")).status_code == 405


def test_the_result_is_kept_in_the_ledger_and_shown(auditor: User) -> None:
    enter(3)
    assert verify_ledger(by=auditor.label) == 0
    (entry,) = entered("ledger.verified", "ledger")
    assert json.loads(entry.body)["entries"] == 3
    english, chinese = read_in_both(auditor, page("ledger"))
    assert "Every row fits every signature" in english
    assert "asked for by Li: 3 entries, 1 checkpoints" in english
    assert "由李工发起" in chinese


def test_a_changed_entry_is_named_after_the_verification(auditor: User) -> None:
    entry_id = enter(3)[1]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_entry SET by = 'user:1' WHERE id = %s", [entry_id])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert verify_ledger(by=auditor.label) > 0
    shown = read(signed_in(auditor), page("ledger"))
    assert "Faults found" in shown
    assert f"entry {entry_id}, index 1: not what the tree holds" in shown


@pytest.mark.django_db(transaction=True)
def test_how_far_a_verification_is_can_be_seen_from_outside_its_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "CHUNK", 2)
    enter(5)
    verification.ask("user:1")
    seen: list[verification.Under | None] = []
    tell = verification._tell

    def told(done: int, of: int) -> None:
        tell(done, of)
        with ThreadPoolExecutor(1) as outside:
            seen.append(outside.submit(_look).result())

    monkeypatch.setattr(verification, "_tell", told)
    verification.run(by="user:1", at=NOON)
    assert seen == [verification.Under(n, 5) for n in (0, 2, 4)]
    assert verification.under_way() == verification.Under()


def _look() -> verification.Under | None:
    try:
        return verification.under_way()
    finally:
        connection.close()


def test_every_kind_of_entry_in_the_code_has_words() -> None:
    found = {kind for path in ROOT.rglob("*.py") for kind in _kinds(ast.parse(path.read_text("utf-8")))}
    assert len(found) > 30
    assert found - set(KINDS) == set()


def _kinds(tree: ast.AST) -> set[str]:
    """What a file enters into the ledger, as written out in its calls."""
    texts = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in (
            "enter",
            "write",
            "_write",
            "FactTable",
        ):
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "kind")]
            texts |= {str(arg.value) for arg in given if isinstance(arg, ast.Constant)}
    return {words for words in texts if re.fullmatch(r"[a-z]+\.[a-z_]+", words)}


def test_a_page_says_nothing_about_a_ledger_body_that_is_empty(auditor: User) -> None:
    ledger.enter("box.seen", "box:1", by="system:test", at=NOON)
    (entry,) = entered("box.seen", "box:1")
    assert "Nothing beyond what stands above." in text(signed_in(auditor).get(page("entry", entry.id)))
