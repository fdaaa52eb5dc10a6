"""The installation that bench/city_day.py loads: one campaign, hundreds of sites, tens of thousands of phones."""

import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil
from ingest_world import World as Installation
from ingest_world import _free_port

SITES = 600


class City(Installation):
    """As for bench/ingest.py, but the real application alone, and `phones` phones."""

    def __init__(self, *, phones: int) -> None:
        self.phones = phones

    def __enter__(self) -> "City":
        from yinghuo.cli import connect

        connect()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        self._set_up()
        self.port, self.port_look_ups = _free_port(), _free_port()
        self.longest_lag_s = 0.0
        program = str(Path(sys.executable).parent / "yinghuo")
        self.children = [
            subprocess.Popen([program, *words], env=os.environ.copy())
            for words in (["serve", f"--port={self.port}"], ["worker"], ["look-ups", f"--port={self.port_look_ups}"])
        ]
        self._wait()
        _listening(self.port_look_ups)
        return self

    def lag(self) -> int:
        """Ledger entries that the judge has not read yet."""
        return self._number(
            "SELECT (SELECT count(*) FROM ledger_entry)"
            " - coalesce((SELECT next_index FROM ledger_follower WHERE name = 'sampling.judge'), 0)"
        )

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds spent so far: server, worker, look-ups, PostgreSQL."""
        spent = {
            name: _tree(psutil.Process(child.pid))
            for name, child in zip(("server", "worker", "look-ups"), self.children, strict=True)
        }
        return spent | {"postgres": sum(map(_tree, _postmasters()))}

    def address_of(self, person: UUID) -> str:
        """Where a person's result is looked up."""
        from yinghuo.desks.sampling.queries.asking import address_of

        return address_of(person, now=datetime.now(UTC))

    def memory_mb(self) -> float:
        """Resident memory of server, worker and look-ups, MB."""
        mine = [psutil.Process(child.pid) for child in self.children]
        everybody = [one for process in mine for one in (process, *process.children(recursive=True))]
        return sum(one.memory_info().rss for one in everybody) / 1e6

    def _set_up(self) -> None:
        from yinghuo.core import ledger
        from yinghuo.core.people import actions as people
        from yinghuo.desks.sampling import actions
        from yinghuo.desks.sampling.models import Campaign, Site

        start = datetime.now(UTC) - timedelta(hours=1)
        who = {"by": "system:bench", "at": start}
        campaign = Campaign(
            id=ledger.new_id(),
            name_zh="城市一日（虚构）",
            name_en="A city day (invented)",
            area_code="2201",
            mode=10,
            starts_at=start,
            ends_at=start + timedelta(days=1),
        )
        actions.open_campaign(campaign, **who)
        Site.objects.bulk_create(
            Site(campaign=campaign, area_code="220106001", name_zh=f"{n}号点", name_en=f"Site {n}")
            for n in range(SITES)
        )
        actions.issue_tubes(campaign.id, first="JL0000000000", last="JL9999999999", **who)
        self.tokens = self._enrol([site.id for site in Site.objects.order_by("id")], start)
        _, self.laboratory = people.enrol_device("laboratory", "laboratory", area_code="2201", **who)

    def _enrol(self, sites: list[int], at: datetime) -> list[tuple[str, int]]:
        """Tokens of all phones with their sites; written in bulk, since enrolling is not what is measured."""
        from yinghuo.core import ledger
        from yinghuo.core.people.models import Device

        tokens = [(secrets.token_urlsafe(32), sites[number % len(sites)]) for number in range(self.phones)]
        devices = (
            Device(
                id=ledger.new_id(),
                name=f"phone {number}",
                kind="phone",
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                area_code="220106001",
                site_id=site,
                enrolled_at=at,
                enrolled_by="system:bench",
            )
            for number, (token, site) in enumerate(tokens)
        )
        Device.objects.bulk_create(devices, batch_size=5_000)
        return tokens


def _listening(port: int) -> None:
    """Returns once somebody answers there; TimeoutError after ten seconds."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("look-ups did not start")


def _tree(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    ended = process.cpu_times()
    return sum(one.cpu_times().user + one.cpu_times().system for one in family) + (
        ended.children_user + ended.children_system
    )


def _postmasters() -> list[psutil.Process]:
    """The server processes whose data folder lies in this bench's own folder."""
    folder = os.environ["YINGHUO_VAR"]
    return [
        one
        for one in psutil.process_iter(["name", "cmdline"])
        if "postgres" in (one.info["name"] or "") and any(folder in part for part in one.info["cmdline"] or [])
    ]
