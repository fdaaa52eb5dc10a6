"""The installation that bench/ingest.py loads: embedded PostgreSQL, server, worker, one phone."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from urllib.error import URLError

HERE = Path(__file__).resolve().parent


class World:
    """Everything started on entering, everything stopped on leaving."""

    def __enter__(self) -> "World":
        from yinghuo.cli import connect

        connect()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        self._set_up()
        self.port = _free_port()
        self.longest_lag_s = 0.0
        env = os.environ | {"PYTHONPATH": str(HERE)}
        program = str(Path(sys.executable).parent / "granian")
        server = [program, "--interface=wsgi", f"--port={self.port}", "--workers=2", "--blocking-threads=4"]
        self.children = [
            subprocess.Popen([*server, "--log-level=warning", "bare:application"], env=env),
            subprocess.Popen([str(Path(sys.executable).parent / "yinghuo"), "worker"], env=env),
        ]
        self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait(20)

    def sent_at(self) -> str:
        """Now, as a phone would write it."""
        return datetime.now(UTC).isoformat()

    def settle(self) -> None:
        """Waits until the judge has caught up, so that the next run starts even."""
        from django.db import connection

        began = time.monotonic()
        while self.judged() < self._kept() and time.monotonic() - began < 120:
            time.sleep(0.2)
        self.longest_lag_s = max(self.longest_lag_s, time.monotonic() - began)
        connection.cursor().execute("CHECKPOINT")

    def judged(self) -> int:
        """Swabs that the judge has counted into tubes."""
        return self._number("SELECT coalesce(sum(swabs), 0) FROM sampling_tube")

    def ledger_share(self) -> float:
        """The entry's share of storing a batch: time of the INSERT into the ledger beside the whole transaction."""
        from ledger_share import measure

        return measure(self.device_row, self.site_id)

    def _kept(self) -> int:
        return self._number("SELECT count(*) FROM sampling_swab")

    def _number(self, query: str) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])

    def _set_up(self) -> None:
        import bare
        from django.db import connection

        from yinghuo.core import ledger
        from yinghuo.core.people import actions as people
        from yinghuo.core.people.queries import device_by_token
        from yinghuo.desks.sampling import actions
        from yinghuo.desks.sampling.models import Campaign

        start = datetime(2022, 5, 8, tzinfo=UTC) - timedelta(hours=8)
        campaign = Campaign(
            id=ledger.new_id(),
            name_zh="压测（虚构）",
            name_en="Load (invented)",
            area_code="2201",
            mode=10,
            starts_at=start,
            ends_at=start + timedelta(days=1),
        )
        who = {"by": "system:bench", "at": start}
        actions.open_campaign(campaign, **who)
        site = actions.add_site(campaign, name_zh="一号点", name_en="Site 1", area_code="220106001", **who)
        actions.issue_tubes(campaign.id, first="JL0000000000", last="JL9999999999", **who)
        _, self.token = people.enrol_device("phone", "phone", area_code="220106001", site_id=site.id, **who)
        self.device_row, self.site_id = device_by_token(self.token), site.id
        connection.cursor().execute(bare.TABLE)

    def _wait(self) -> None:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
