"""The register is loaded from files: all or nothing, once however often, with every fault named by its row."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation

from tests.desks.metering.register_world import NOW, TERMINALS, meter, terminal, transformer, usual, write
from yinghuo.core.ledger.models import Entry
from yinghuo.core.refusal import Refused
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.models import Meter, Terminal, Transformer
from yinghuo.desks.metering.register_words import CAUSES, in_words
from yinghuo.web import catalogue

pytestmark = pytest.mark.django_db


def load(folder: Path) -> register.Loaded:
    return register.load(folder, by="system:test", at=NOW)


def faults(folder: Path, **files: list[dict[str, Any]]) -> list[tuple[str, int, str, str]]:
    """What is wrong with these files, which are loaded with one good terminal."""
    write(folder, **({"terminals": [terminal()], "transformers": [transformer()]} | files))
    loaded = load(folder)
    assert loaded.faults == len(loaded.problems)
    assert not Meter.objects.exists()
    assert loaded.entry_id is None
    return [(one.file, one.row, one.column, one.cause) for one in loaded.problems]


def test_a_folder_is_loaded_whole_and_enters_once(tmp_path: Path) -> None:
    loaded = load(usual(tmp_path))
    assert loaded.counts == {"transformers": (1, 1, 0), "terminals": (3, 3, 0), "meters": (5, 5, 0)}
    entry = Entry.objects.get(kind="register.loaded")
    assert entry.id == loaded.entry_id
    one = Meter.objects.get(address="220000000004")
    assert (one.terminal_id, one.point, one.ct_ratio, one.pt_ratio, one.tariffs) == (TERMINALS[1], 1, 120, 1, 4)
    assert (one.entry_id, one.contract_kw, one.party_id, one.retired_on) == (entry.id, None, None, None)
    assert Terminal.objects.get(address=TERMINALS[0]).registered_at == NOW


def test_loading_the_same_again_changes_nothing_and_enters_nothing(tmp_path: Path) -> None:
    load(usual(tmp_path))
    before = list(Meter.objects.order_by("id").values())
    again = load(tmp_path)
    assert again.counts["meters"] == (5, 0, 0)
    assert again.entry_id is None
    assert list(Meter.objects.order_by("id").values()) == before
    assert Entry.objects.filter(kind="register.loaded").count() == 1


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    found = register.check(usual(tmp_path), progress=lambda file, rows: told.append((file, rows)))
    assert found.counts["meters"] == (5, 5, 0)
    assert ("meters", 5) in told
    assert not (Meter.objects.exists() or Terminal.objects.exists() or Transformer.objects.exists())
    assert not Entry.objects.filter(kind="register.loaded").exists()


def test_only_what_differs_is_changed_and_ids_stay(tmp_path: Path) -> None:
    load(usual(tmp_path))
    ids = dict(Meter.objects.values_list("address", "id"))
    write(tmp_path, meters=[meter(1, customer_class="industrial"), meter(2), meter(6)])
    loaded = load(tmp_path)
    assert loaded.counts["meters"] == (3, 1, 1)
    assert Meter.objects.get(address="220000000001").customer_class == "industrial"
    assert {address: ids[address] for address in ids} == {
        address: id_ for address, id_ in Meter.objects.values_list("address", "id") if address in ids
    }


def test_two_meters_can_swap_their_points(tmp_path: Path) -> None:
    load(usual(tmp_path))
    write(tmp_path, meters=[meter(1, point=2), meter(2, point=1)])
    assert load(tmp_path).counts["meters"] == (2, 0, 2)
    assert dict(Meter.objects.filter(point__lt=3, terminal=TERMINALS[0]).values_list("address", "point")) == {
        "220000000001": 2,
        "220000000002": 1,
    }
    assert not Meter.objects.filter(retired_on__isnull=False).exists()


def test_a_column_that_the_file_lacks_leaves_known_rows_as_they_are(tmp_path: Path) -> None:
    load(usual(tmp_path))
    write(tmp_path, meters=[meter(4, terminal=TERMINALS[1], point=1, customer_class="hospital", wiring="3p4w")])
    assert load(tmp_path).counts["meters"] == (1, 0, 0)
    assert Meter.objects.get(address="220000000004").ct_ratio == 120


def test_what_a_person_decided_stands_against_the_file(tmp_path: Path) -> None:
    load(usual(tmp_path))
    register.block(TERMINALS[0], reason="stolen", by="user:1", at=NOW)
    because = register.Because("taken down", "user:1", NOW)
    register.retire_meter("220000000001", on=NOW.date(), because=because)
    write(tmp_path, terminals=[terminal(admission="admitted")], meters=[meter(1, retired_on="")])
    loaded = load(tmp_path)
    assert (loaded.counts["terminals"].changed, loaded.counts["meters"].changed) == (0, 0)
    assert Terminal.objects.get(address=TERMINALS[0]).admission == "blocked"
    assert Meter.objects.get(address="220000000001").retired_on == NOW.date()


def test_a_terminal_that_was_held_is_admitted_by_the_file_that_announces_it(tmp_path: Path) -> None:
    Terminal.objects.create(address=TERMINALS[0], protocol="gdw376", area_code="22", registered_at=NOW)
    load(usual(tmp_path))
    assert Terminal.objects.get(address=TERMINALS[0]).admission == "admitted"


def test_a_point_that_a_retired_meter_left_is_free(tmp_path: Path) -> None:
    load(usual(tmp_path))
    write(tmp_path, meters=[meter(1, retired_on="2022-05-01"), meter(6, point=1)])
    assert load(tmp_path).counts["meters"] == (2, 1, 1)


@pytest.mark.parametrize(
    ("row", "column", "cause"),
    [
        ({"address": "12345"}, "address", "form"),
        ({"address": ""}, "address", "missing"),
        ({"protocol": "modbus"}, "protocol", "form"),
        ({"terminal": "22019999"}, "terminal", "unknown"),
        ({"transformer": "T9"}, "transformer", "unknown"),
        ({"party_id": "00000000-0000-0000-0000-000000000009"}, "party_id", "unknown"),
        ({"party_id": "nobody"}, "party_id", "form"),
        ({"area_code": "22010"}, "area_code", "form"),
        ({"point": "-1"}, "point", "form"),
        ({"point": "²"}, "point", "form"),
        ({"point": "32768"}, "point", "form"),
        ({"rated_v": "220.55"}, "rated_v", "form"),
        ({"rated_a": "0"}, "rated_a", "zero"),
        ({"max_a": "4"}, "max_a", "ratings"),
        ({"ct_ratio": "0.000"}, "ct_ratio", "zero"),
        ({"installed_on": "2020-02-30"}, "installed_on", "form"),
        ({"retired_on": "2019-01-01"}, "retired_on", "before"),
    ],
)
def test_a_fault_of_a_meter_is_named_by_row_and_column(
    tmp_path: Path, row: dict[str, str], column: str, cause: str
) -> None:
    assert faults(tmp_path, meters=[meter(1), meter(2, **row)]) == [("meters", 3, column, cause)]


@pytest.mark.parametrize(
    ("row", "column", "cause"),
    [
        ({"address": "2201000G"}, "address", "form"),
        ({"host": "192.0.2.1"}, "port", "dialled"),
        ({"port": "8001"}, "port", "dialled"),
        ({"host": "192.0.2.1", "port": "65536"}, "port", "form"),
        ({"registered_at": "2022-05-08T04:00:00"}, "registered_at", "form"),
        ({"admission": "welcome"}, "admission", "form"),
    ],
)
def test_a_fault_of_a_terminal_is_named(tmp_path: Path, row: dict[str, str], column: str, cause: str) -> None:
    assert faults(tmp_path, terminals=[terminal(), terminal(**({"address": TERMINALS[1]} | row))]) == [
        ("terminals", 3, column, cause)
    ]


def test_rows_are_checked_against_each_other_and_against_the_register(tmp_path: Path) -> None:
    found = faults(tmp_path, meters=[meter(1), meter(1, point=7), meter(2, point=1)])
    assert found == [("meters", 3, "address", "repeated"), ("meters", 4, "point", "taken")]
    write(tmp_path, meters=[meter(1)])
    load(tmp_path)
    write(tmp_path, meters=[meter(2, point=1)])
    assert [one.cause for one in load(tmp_path).problems] == ["taken"]


def test_gb18030_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    for encoding in ("gb18030", "utf-8-sig"):
        text = "code,name,area_code,rated_kva\nT1,绿园台区,220106,400\n"
        (tmp_path / "transformers.csv").write_bytes(text.encode(encoding))
        load(tmp_path)
        assert Transformer.objects.get(code="T1").name == "绿园台区"


def test_what_is_no_register_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"register\.empty"):
        load(tmp_path)
    (tmp_path / "meters.csv").write_text("address,protocol\n")
    with pytest.raises(Refused, match=r"register\.columns .*terminal"):
        load(tmp_path)
    (tmp_path / "meters.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(Refused, match=r"register\.unreadable"):
        load(tmp_path)


def test_every_cause_has_words_in_both_languages(tmp_path: Path) -> None:
    catalogue.compile_all()
    write(tmp_path, terminals=[terminal()], transformers=[transformer()], meters=[meter(1, rated_a="x")])
    problem = load(tmp_path).problems[0]
    with translation.override("en"):
        assert in_words(problem) == "meters.csv row 2, rated_a: “x” is not of the form that this column has"
        english = {str(words) for words in CAUSES.values()}
    with translation.override("zh-hans"):
        assert in_words(problem).startswith("meters.csv 第 2 行，rated_a：“x”")
        assert not english & {str(words) for words in CAUSES.values()}


def test_a_change_that_cannot_be_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    load(usual(tmp_path))
    because = register.Because("why not", "user:1", NOW)
    for code, values in {
        "meter.point_taken": {"point": 2},
        "meter.ratings": {"max_a": "1"},
        "register.value": {"address": "220000000009"},
        "register.value field=wiring": {"wiring": "star"},
    }.items():
        with pytest.raises(Refused, match=code):
            register.change_meter("220000000001", values, because)
    with pytest.raises(Refused, match=r"terminal\.dialled"):
        register.change_terminal(TERMINALS[0], {"host": "192.0.2.1"}, because)
    with pytest.raises(Refused, match=r"meter\.unknown"):
        register.change_meter("220000000009", {}, because)
    assert not Entry.objects.filter(kind__in=["meter.changed", "terminal.changed"]).exists()


def test_no_row_comes_past_the_database_that_is_dialled_without_a_port() -> None:
    with pytest.raises(IntegrityError, match="terminal_dialled_at_host_and_port"):
        Terminal.objects.create(
            address=TERMINALS[0], protocol="dlt645", area_code="22", host="192.0.2.1", registered_at=NOW
        )
