"""The simulated field over real sockets: what meters say, what faults do to it, and that the truth beside is true."""

import csv
import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import datetime
from datetime import time as of_day
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from dlt645 import MeterClientService, TcpClient

from tests.demo.meters_called import START, WALL, a_plan, dialled
from yinghuo.cli.simulating import simulate_meters
from yinghuo.demo.meters import Field, Plan
from yinghuo.demo.meters.fleet import build
from yinghuo.desks.metering.actions import register
from yinghuo.engines.meters import dlt645
from yinghuo.engines.meters.frames import Item
from yinghuo.engines.meters.simulation.moments import seconds_of
from yinghuo.engines.meters.simulation.values import value

FIRST, SECOND = "220100000001", "220100000002"
NOW_S = seconds_of(START)


@pytest.fixture(scope="module")
def peer() -> MeterClientService:
    """The PyPI client; it takes seconds to build, so that the tests share it."""
    return MeterClientService.new_tcp_client("127.0.0.1", 1, timeout=3)


def dial(peer: MeterClientService, field: Field, meter: str) -> None:
    """Lets the PyPI client dial a field; it wants the address as sent, lowest byte first."""
    peer.client = TcpClient("127.0.0.1", next(iter(field.ports.values())), 3)
    peer.address = bytearray(bytes.fromhex(meter)[::-1])


def test_the_independent_client_reads_energy_voltage_power_and_clock(peer: MeterClientService) -> None:
    with Field(a_plan("dlt645", meters=1)) as field:
        dial(peer, field, FIRST)
        meter = field.meters[FIRST].right
        readings = {
            "import_kwh": peer.read_00(0x00010000),
            "import_peak_kwh": peer.read_00(0x00010200),
            "reactive_1_kvarh": peer.read_00(0x00030000),
            "voltage_a_v": peer.read_02(0x02010100),
            "current_a_a": peer.read_02(0x02020100),
            "power_kw": peer.read_02(0x02030000),
            "power_factor_share": peer.read_02(0x02060000),
            "frequency_hz": peer.read_02(0x02800002),
        }
        assert {name: Decimal(str(one.value)) for name, one in readings.items()} == {
            name: value(meter, name, NOW_S) for name in readings
        }
        assert peer.read_04(0x04000101).value == "22050800"  # a Sunday
        assert peer.read_04(0x04000102).value == "103000"
        assert peer.read_address().value == bytes.fromhex(FIRST)[::-1].hex()


def test_the_independent_client_sets_the_clock_under_password(peer: MeterClientService) -> None:
    with Field(a_plan("dlt645")) as field:
        dial(peer, field, FIRST)
        peer.write_04(0x04000102, "103100", "02000000")
        assert peer.read_04(0x04000102).value == "103100"
        peer.write_04(0x04000102, "110000", "02111111")
        assert peer.read_04(0x04000102).value == "103100"


def test_meters_on_one_line_answer_to_their_own_address_only() -> None:
    with Field(a_plan("dlt645")) as field:
        caller = dialled(next(iter(field.ports.values())))
        assert caller.read(FIRST, "04000401") == FIRST
        assert caller.read(SECOND, "04000401") == SECOND
        caller.connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            caller.read("220100000099", "04000401")
        with pytest.raises(TimeoutError):  # all three answer to the wildcard at once, and spoil each other's frames
            caller.read("AAAAAAAAAAAA", "04000401")
        with pytest.raises(TimeoutError):  # nobody answers a broadcast
            caller.read("999999999999", "04000401")
    with Field(a_plan("dlt645", meters=1)) as field:
        assert dialled(next(iter(field.ports.values()))).read("AAAAAAAAAAAA", "04000401") == FIRST


def test_the_truth_is_what_a_clean_read_gives(tmp_path: Path) -> None:
    with Field(a_plan("dlt645", meters=2)) as field:
        field.write(tmp_path)
        truth = pl.read_parquet(tmp_path / "truth" / "readings.parquet")
        assert truth.filter(pl.col("value") != pl.col("shown")).height == 0
        caller = dialled(next(iter(field.ports.values())))
        for meter in (FIRST, SECOND):
            mine = truth.filter(pl.col("meter") == meter)
            for back in range(1, 4):
                stamp, block = (caller.read(meter, f"0506{kind}{back:02X}") for kind in ("00", "01"))
                midnight = pl.col("at").dt.replace_time_zone(None) == stamp
                names = ["import_kwh", *(f"import_{one}_kwh" for one in ("sharp", "peak", "flat", "valley"))]
                rows = mine.filter(midnight).unique(["quantity", "value"])
                said = dict(zip(rows["quantity"], rows["value"], strict=True))
                assert [said[name] for name in names] == block
        powers = mine.filter((pl.col("quantity") == "power_kw") & (pl.col("at").dt.epoch("s") <= START.timestamp()))
        assert caller.read(SECOND, "02030000") == powers.sort("at")["value"][-1]


def test_load_records_come_in_parts_and_are_the_truth(tmp_path: Path) -> None:
    with Field(a_plan("dlt645", meters=1)) as field:
        field.write(tmp_path)
        caller = dialled(next(iter(field.ports.values())))
        since = datetime(2022, 5, 7)  # noqa: DTZ001
        records = caller.read_long(FIRST, "06040001", [Decimal(12), since])
    truth = pl.read_parquet(tmp_path / "truth" / "readings.parquet")
    rows = truth.filter((pl.col("quantity") == "import_kwh") & (pl.col("at").dt.day() == 7)).unique("at").sort("at")
    assert caller.parts == 2 and records[0][0] == since
    assert [record[4][0] for record in records] == rows["value"].to_list()[:12]


def test_a_wrong_table_is_put_right_by_standby_set_and_switch_over() -> None:
    with Field(a_plan("dlt645", faults={"wrong-periods": 3})) as field:
        caller = dialled(next(iter(field.ports.values())))
        right = [[of_day(0), Decimal(4)], [of_day(8, 30), Decimal(2)], [of_day(23), Decimal(4)]]
        assert caller.read(FIRST, "04000503") == "0000"
        assert caller.write(FIRST, "04010001", right) == 0x01  # the running set
        assert caller.write(FIRST, "04020001", right, password="02111111") == 0x04
        assert caller.write(FIRST, "04020001", [[of_day(0), Decimal(5)]]) == 0x40
        assert caller.write(FIRST, "04020001", right) is None
        assert caller.read(FIRST, "04020001") == [*right, *[right[-1]] * 11]
        assert caller.write(FIRST, "04000107", datetime(2022, 5, 8, 11, 0)) is None  # noqa: DTZ001
        assert caller.read(FIRST, "03300500") == 1
        at, operator, before = caller.read_long(FIRST, "03300501")
        assert (at, operator, len(before)) == (WALL, "00000001", 224)
        assert before[112:114] == [[of_day(0), Decimal(4)], [of_day(7), Decimal(3)]]  # the standby set as it was
        field.step(31 * 60)
        assert caller.read(FIRST, "04000503") == "0001"
        assert caller.read(FIRST, "04000107") is None
        before = caller.read(FIRST, "0001FF00")
        field.step(3600)
        after = caller.read(FIRST, "0001FF00")
        assert after[2] - before[2] == pytest.approx(after[0] - before[0], abs=Decimal("0.01"))


def test_reading_the_tables_finds_every_meter_that_the_truth_says_is_wrong_and_no_other() -> None:
    wrong = {"wrong-periods": 6, "wrong-zones": 3, "clock": 4, "miswired": 4}
    with Field(a_plan("dlt645", meters=30, faults=wrong)) as field:
        caller = dialled(next(iter(field.ports.values())))
        tables = {meter: str([caller.read(meter, f"0401000{n}") for n in range(3)]) for meter in field.meters}
        usual = Counter(tables.values()).most_common(1)[0][0]
        found = {meter for meter, said in tables.items() if said != usual}
        truth = {
            m for m, one in field.meters.items() if {f.kind for f in one.faults} & {"wrong-periods", "wrong-zones"}
        }
        assert found == truth and len(truth) == 9


@pytest.mark.parametrize("fault", [("runaway", "500"), ("drift", "90000"), ("clock", "-86400")])
def test_a_meter_far_gone_still_answers(fault: tuple[str, str]) -> None:
    with Field(a_plan("dlt645", meters=1)) as field:
        caller = dialled(next(iter(field.ports.values())))
        field.fault(FIRST, *fault)
        field.step(2 * 86_400)
        for identifier in ("0001FF00", "00000000", "01010000", "0201FF00", "04000102", "05060001", "05060101"):
            assert caller.read(FIRST, identifier) is not None


def test_a_broadcast_moves_a_clock_within_five_minutes_and_once_a_day() -> None:
    with Field(a_plan("dlt645", meters=1)) as field:
        caller = dialled(next(iter(field.ports.values())))
        for minute, shown in ((40, of_day(10, 30)), (34, of_day(10, 34)), (35, of_day(10, 34))):
            at = WALL.replace(minute=minute)
            caller.connection.sendall(dlt645.encode(dlt645.Frame("999999999999", 0x08, [Item("0400010C", at, "")])))
            assert caller.read(FIRST, "04000102") == shown
        assert caller.read(FIRST, "03300400") == 1
        assert caller.read(FIRST, "03300401") == ["00000000", WALL, WALL.replace(minute=34)]


def test_faults_of_the_line_come_and_go_on_demand() -> None:
    with Field(a_plan("dlt645", meters=2)) as field:
        caller = dialled(next(iter(field.ports.values())))
        caller.connection.settimeout(0.3)
        for kind in ("silence", "bad-checksum"):
            field.fault(FIRST, kind)
            with pytest.raises(TimeoutError):
                caller.read(FIRST, "00010000")
            assert caller.read(SECOND, "04000401") == SECOND
            field.fault(FIRST, kind, "0")
            assert caller.read(FIRST, "04000401") == FIRST
        field.fault(FIRST, "wrong-address")
        assert caller.ask(dlt645.Frame(FIRST, 0x11, [Item("04000401", None, "")])).address == "900000000001"
        field.fault(FIRST, "wrong-address", "0")
        field.fault(FIRST, "refused-writes")
        assert caller.write(FIRST, "04000102", of_day(10)) == 0x04
        field.fault(FIRST, "stopped")
        before = caller.read(FIRST, "00010000")
        field.step(7200)
        assert caller.read(FIRST, "00010000") == before
        assert caller.read(FIRST, "02030000") > 0
        assert [one.kind for one in field.meters[FIRST].faults][-2:] == ["refused-writes", "stopped"]


def test_events_of_wiring_stand_beside_the_fault() -> None:
    with Field(a_plan("dlt645", meters=1)) as field:
        caller = dialled(next(iter(field.ports.values())))
        assert caller.read(FIRST, "03010000") == [Decimal(0)] * 6
        field.fault(FIRST, "lost-voltage", "c")
        field.step(90 * 60)
        assert caller.read(FIRST, "03010000") == [Decimal(n) for n in (0, 0, 0, 0, 1, 90)]
        assert caller.read(FIRST, "02010300") in (Decimal("0.0"), None)


def test_the_same_seed_makes_the_same_fleet_and_another_seed_another() -> None:
    plans = [Plan(meters=40, terminals=4, start=START, seed=seed, faults={"clock": 4}) for seed in (1, 1, 2)]
    made = [build(plan) for plan in plans]
    shapes = [[(one.device.meter.spec, one.faults, one.terminal) for one in fleet.meters.values()] for fleet in made]
    assert shapes[0] == shapes[1] != shapes[2]


def test_no_terminal_has_the_address_of_a_meter() -> None:
    fleet = build(Plan(meters=300, terminals=30, start=START))
    assert not set(fleet.meters) & set(fleet.terminals)
    assert {one.protocol for one in fleet.terminals.values()} == {"dlt645", "dlt698", "gdw376"}


def test_terminals_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="are not 3 terminals"):
        build(Plan(meters=3, terminals=3, protocols={"dlt645": 1}, start=START))


@pytest.mark.django_db
def test_the_register_files_are_what_the_register_loads(tmp_path: Path) -> None:
    with Field(Plan(meters=30, terminals=5, start=START, fault_share=0.5, truth=(), speed=0)) as field:
        field.write(tmp_path)
        loaded = register.load(tmp_path, by="system:test", at=START)
        assert loaded.problems == []
        assert {name: count.new for name, count in loaded.counts.items()} == {
            "transformers": 5,
            "terminals": 5,
            "meters": 30,
        }
        truth = list(csv.DictReader((tmp_path / "truth" / "meters.csv").open(encoding="utf-8")))
        wrong = {one.address: [fault.kind for fault in one.faults] for one in field.meters.values()}
        assert {row["meter"] for row in truth} == set(wrong)
        assert all(row["fault"] in wrong[row["meter"]] for row in truth if row["fault"])
        assert {row["fault"] for row in truth} >= {"clock", "wrong-periods", "silence"}


def started(folder: Path) -> "subprocess.Popen[str]":
    """The command, ready."""
    command = [str(Path(sys.executable).with_name("yinghuo")), "simulate-meters", "--meters", "4", "--terminals", "1"]
    more = ["--protocols", "645=1", "--out", str(folder), "--start", START.isoformat(), "--faults", "clock=1"]
    process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("4 simulated meters behind 1 terminals, ports ")
    return process


def test_the_command_serves_until_told_to_stop_and_makes_the_same_again_after_a_kill(tmp_path: Path) -> None:
    with started(tmp_path / "first") as process:
        process.kill()
    with started(tmp_path / "second") as process:
        terminal = next(csv.DictReader((tmp_path / "second" / "terminals.csv").open(encoding="utf-8")))
        with socket.create_connection((terminal["host"], int(terminal["port"]))):
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    for name in ("meters.csv", "truth/meters.csv", "truth/readings.parquet"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--faults", "nonsense=1", "is no fault"),
        ("--faults", "clock=99", "only 70 meters"),
        ("--protocols", "645=1", "are not 7 terminals"),
        ("--protocols", "646=7", "is no count of terminals"),
        ("--head-end", "nowhere", "is no HOST:PORT"),
        ("--start", "2022-05-08", "needs an offset"),
    ],
)
def test_what_cannot_be_simulated_is_said_before_anything_starts(
    tmp_path: Path, option: str, value: str, complaint: str
) -> None:
    said = CliRunner().invoke(simulate_meters, ["--out", str(tmp_path / "out"), option, value])
    assert said.exit_code == 2 and complaint in said.output
    assert not (tmp_path / "out").exists()
