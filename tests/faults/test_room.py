"""No room on the disk, no database: 503 and a clear sentence, nothing acknowledged is lost, and then it goes on."""

import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.faults.devices import Phone
from tests.faults.installation import Installation, small_disk, until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

DISK_MB = 200
MANY = 500
SENTENCES = {
    "en": "The server cannot store anything now. What you sent stays with you; send it again soon.",
    "zh-CN": "服务器暂时无法保存。您发送的数据仍在您这里，请稍后重发。",
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def cramped(folder: Path) -> Iterator[Installation]:
    """An installation whose whole data directory is on a disk of 200 MB."""
    try:
        with small_disk(folder / "disk", size_mb=DISK_MB) as disk, Installation(disk) as installation:
            yield installation
    except OSError as reason:
        if not (folder / "disk" / "pg").exists():
            pytest.skip(f"no small file system can be mounted here ({reason}), so no disk can really be full")
        raise


@pytest.fixture(scope="module")
def installation(folder: Path) -> Iterator[Installation]:
    """An installation with room enough."""
    with Installation(folder) as installation:
        yield installation


@pytest.fixture
def ballast(cramped: Installation) -> Iterator[Path]:
    """Everything that was free on the small disk, taken."""
    path = cramped.data.parent / "ballast"
    take_all_room(path)
    yield path
    path.unlink(missing_ok=True)


def take_all_room(path: Path) -> None:
    with suppress(OSError), path.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def phone_of(installation: Installation, number: int) -> Phone:
    return Phone(number, installation.port, installation.phones[0])


def send_until_refused(phone: Phone) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Sends tube after tube; the first batch that is not kept, and the problem that was told."""
    for tube in range(1, 400):
        swabs = phone.batch(tube, swabs=MANY)
        status, answer = phone.send(swabs)
        if status != 200:
            assert status == 503, (status, answer)
            return swabs, json.loads(answer)
        phone.acknowledged += json.loads(answer)["kept"]
    raise AssertionError("the disk never became full")


def assert_all_is_there(installation: Installation, *phones: Phone) -> None:
    """What was acknowledged is stored once, and the ledger verifies."""
    with psycopg.connect(installation.url) as connection:
        stored = [str(row[0]) for row in connection.execute("SELECT id FROM sampling_swab")]
    assert len(stored) == len(set(stored))
    missing = {one for phone in phones for one in phone.acknowledged} - set(stored)
    assert not missing
    assert json.loads(installation.yinghuo("ledger", "verify", "--json"))["ok"]


def test_a_full_disk_is_told_and_when_there_is_room_again_the_same_server_goes_on(
    cramped: Installation, ballast: Path
) -> None:
    before = {name: process.pid for name, process in cramped.processes.items()}
    phone = phone_of(cramped, 1)
    turned_away, problem = send_until_refused(phone)
    assert (problem["status"], problem["code"], problem["detail"]) == (503, "server.unavailable", SENTENCES["en"])
    with pytest.raises(psycopg.errors.DiskFull), psycopg.connect(cramped.url) as connection:
        connection.execute("CREATE TABLE more AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
    ballast.unlink()
    phone.deliver(turned_away)
    assert not phone.refused
    until(lambda: cramped.number("SELECT count(*) FROM ledger_waiting") == 0, "the worker goes on")
    assert {name: process.pid for name, process in cramped.processes.items()} == before
    assert_all_is_there(cramped, phone)


def test_no_room_for_the_write_ahead_log_loses_nothing_either(cramped: Installation, ballast: Path) -> None:
    phone = phone_of(cramped, 2)
    turned_away, _ = send_until_refused(phone)
    with pytest.raises(psycopg.OperationalError):  # a full disk is told, or PostgreSQL goes down: both happen
        use_up_the_log(cramped, ballast)
    assert phone.send(turned_away)[0] == 503
    ballast.unlink()
    cramped.start_database()
    phone.deliver(turned_away)
    assert not phone.refused
    assert_all_is_there(cramped, phone)


def use_up_the_log(installation: Installation, ballast: Path) -> None:
    """Asks for new segments of the write-ahead log until PostgreSQL cannot have one."""
    with psycopg.connect(installation.url, autocommit=True) as connection:
        for _ in range(40):
            connection.execute("SELECT pg_switch_wal(), txid_current()")
            take_all_room(ballast)


def test_without_its_database_the_server_says_so_in_both_languages(installation: Installation) -> None:
    phone = phone_of(installation, 1)
    phone.deliver(phone.batch(1))
    before = {name: process.pid for name, process in installation.processes.items()}
    installation.stop_database()
    swabs = phone.batch(2)
    for language, sentence in SENTENCES.items():
        status, answer = phone.send(swabs, language=language)
        problem = json.loads(answer)
        assert (status, problem["code"], problem["detail"]) == (503, "server.unavailable", sentence)
    time.sleep(1.5)  # long enough for the worker to notice
    installation.start_database()
    phone.deliver(swabs)
    assert len(phone.acknowledged) == 20
    counted = "SELECT coalesce(sum(swabs), 0) FROM sampling_tube"
    until(lambda: installation.number(counted) == 20, "the judge goes on")
    assert {name: process.pid for name, process in installation.processes.items()} == before
    assert_all_is_there(installation, phone)


def test_without_its_database_a_page_is_a_still_one_and_comes_back(installation: Installation) -> None:
    installation.stop_database()
    status, text = page(installation)
    assert status == 503
    assert "数据库暂时没有响应" in text
    assert "The database does not answer" in text
    installation.start_database()
    until(lambda: page(installation)[0] == 200, "pages are back", within_s=10)


def page(installation: Installation) -> tuple[int, str]:
    """The home page, asked for by somebody who has a session."""
    address, session = f"http://127.0.0.1:{installation.port}/", {"Cookie": f"sessionid={'a' * 32}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=session), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
