"""Fifty kills while phones send: nothing that was acknowledged is lost, nothing is there twice, everything fits."""

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.faults.devices import SWABS_PER_TUBE, Phone, sent_home
from tests.faults.installation import Installation, until

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

KILLS = {"server worker": 24, "server": 11, "database": 8, "database backend": 4, "worker": 5}
LONGEST_PAUSE_S = 0.2
SEED = 20220508


@dataclass
class Aftermath:
    """What is left when the last kill is over and everything has come home."""

    installation: Installation
    killed: Counter[str]
    phones: list[Phone]
    acknowledged: set[str]


class Killer:
    """Kills what it is told to, once phones have been answered since the last kill; counts what it killed."""

    def __init__(self, installation: Installation, phones: list[Phone]) -> None:
        self.installation, self.phones = installation, phones
        self.dice = random.Random(SEED)
        self.killed: Counter[str] = Counter()

    def go_through(self, kills: dict[str, int]) -> None:
        """All kills in a random order, each at a random moment."""
        order = [name for name, count in kills.items() for _ in range(count)]
        self.dice.shuffle(order)
        for name in order:
            self._until_something_new_is_kept()
            time.sleep(self.dice.uniform(0, LONGEST_PAUSE_S))
            self._kill(name)
            self.killed[name] += 1

    def _kill(self, name: str) -> None:
        match name:
            case "server worker":
                until(self.installation.server_workers, "a server worker runs")
                self.dice.choice(self.installation.server_workers()).kill()
            case "database":
                self.installation.kill_database()
                self.installation.start_database()
            case "database backend":
                self._backend().kill()
            case _:
                until(lambda: self.installation.processes[name].poll() is None, f"the {name} runs")
                self.installation.kill(name)

    def _backend(self) -> psutil.Process:
        """A PostgreSQL process that serves one of our connections; PostgreSQL then restarts all of them itself."""
        found = self.installation.postmaster().children()
        return self.dice.choice([one for one in found if "[local]" in " ".join(one.cmdline())])

    def _until_something_new_is_kept(self) -> None:
        before = self._kept()
        until(lambda: self._kept() > before, "phones are answered again")

    def _kept(self) -> int:
        assert not [phone.refused for phone in self.phones if phone.refused]
        return sum(len(phone.acknowledged) for phone in self.phones)


@pytest.fixture(scope="module")
def aftermath() -> Iterator[Aftermath]:
    with tempfile.TemporaryDirectory(prefix="yinghuo-faults-") as folder:
        Path(folder).chmod(0o755)
        with Installation(Path(folder), phones=4) as installation:
            phones = [Phone(number, installation.port, one) for number, one in enumerate(installation.phones)]
            for phone in phones:
                phone.start()
            killer = Killer(installation, phones)
            killer.go_through(KILLS)
            acknowledged = sent_home(phones)
            until(lambda: judged(installation), "the judge has read every entry", within_s=120)
            yield Aftermath(installation, killer.killed, phones, acknowledged)


def judged(installation: Installation) -> bool:
    """Every entry has its index and the judge has read them all."""
    try:
        waiting = installation.number("SELECT count(*) FROM ledger_waiting")
        unread = installation.number(
            "SELECT (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf) - "
            "(SELECT coalesce(max(next_index), 0) FROM ledger_follower WHERE name = 'sampling.judge')"
        )
    except psycopg.OperationalError:
        return False
    return waiting == 0 and unread == 0


def test_fifty_processes_were_killed_while_phones_were_sending(aftermath: Aftermath) -> None:
    assert aftermath.killed == Counter(KILLS)
    assert aftermath.killed.total() >= 50
    tries, batches = sum(phone.tries for phone in aftermath.phones), len(aftermath.acknowledged) // SWABS_PER_TUBE
    assert tries > batches, "no batch had to be sent twice: the kills hit nothing"


def test_every_acknowledged_swab_is_there_and_no_other(aftermath: Aftermath) -> None:
    with psycopg.connect(aftermath.installation.url) as connection:
        stored = [str(row[0]) for row in connection.execute("SELECT id FROM sampling_swab")]
    assert len(stored) == len(set(stored)), "a swab is there twice"
    assert set(stored) == aftermath.acknowledged


def test_the_tubes_and_the_figure_count_what_the_phones_counted(aftermath: Aftermath) -> None:
    counted = sum(len(phone.acknowledged) for phone in aftermath.phones)
    assert counted == len(aftermath.acknowledged)
    assert aftermath.installation.number("SELECT sum(swabs) FROM sampling_tube") == counted
    figure = aftermath.installation.yinghuo("figure", "sampling.swabs", "--json")
    assert int(json.loads(figure)["value"]) == counted


def test_every_tube_holds_the_swabs_of_its_batch(aftermath: Aftermath) -> None:
    odd = f"SELECT count(*) FROM sampling_tube WHERE swabs <> {SWABS_PER_TUBE}"
    assert aftermath.installation.number(odd) == 0


def test_the_ledger_verifies(aftermath: Aftermath) -> None:
    report = json.loads(aftermath.installation.yinghuo("ledger", "verify", "--json"))
    assert report["ok"], report["faults"]
    assert report["facts"]["sampling_swab"] == len(aftermath.acknowledged)
    assert report["checkpoints"] > 1
