"""The world of bench/lookups.py: a million people's swabs with results, look-ups and nginx beside server and worker."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import ingest
from ingest_world import HERE, World, _free_port

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
IN_A_TUBE, HOT, COLD, WRITERS = 10, 1_000, 200_000, 40
DELAY = "function delay() return %d end\n"
TUBES = """
    INSERT INTO sampling_tube (tube, campaign_id, site_id, area_code, swabs, first_at, last_at, sealed_at,
                               received_at, result, result_at)
    SELECT 'LU' || lpad(n::text, 10, '0'), c.id, s.id, s.area_code, %s, now() - interval '6 hours',
           now() - interval '6 hours', now() - interval '6 hours', now() - interval '3 hours',
           CASE WHEN n %% 1000 = 0 THEN 'positive' ELSE 'negative' END, now() - interval '1 hour'
    FROM generate_series(1, %s) AS n, sampling_campaign c JOIN sampling_site s ON s.campaign_id = c.id
"""
PERSON = "COPY people_person (id, area_code, identity, keep_until, created_at) FROM STDIN (FORMAT BINARY)"
SWAB = "COPY sampling_swab (tube, id, at, device, entry_id, person, site) FROM STDIN (FORMAT BINARY)"
NGINX = """
worker_processes auto;
error_log {folder}/nginx-error.log warn;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
{temporary}
{given}
}}
"""


class LookUps(World):
    """The world of bench/ingest.py, with people to be looked up, `yinghuo look-ups`, and nginx in front."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> "LookUps":
        try:
            return self._started()
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def _wait(self) -> None:
        _answers(self.port)

    def _started(self) -> "LookUps":
        super().__enter__()
        self._fill()
        self.port_look_ups = _free_port()
        env = os.environ | {"PYTHONPATH": str(HERE), "DJANGO_SETTINGS_MODULE": "yinghuo.web.lookups.settings"}
        env["BENCH_BODY_BYTES"] = str(self._answer_size())
        server = [str(Path(sys.executable).parent / "granian"), "--interface=wsgi", f"--port={self.port_look_ups}"]
        options = ["--workers=2", "--blocking-threads=8", "--backlog=4096", "--log-level=warning"]
        self.children.append(subprocess.Popen([*server, *options, "lookups_app:application"], env=env))
        self.port_nginx = self._nginx()
        for port in filter(None, (self.port_look_ups, self.port_nginx)):
            _answers(port)
        return self

    def write(self, per_s: int, *, seconds: int, seed: int) -> dict[str, float]:
        """Swabs at a steady rate: so many connections that the time of an answer hardly slows them down."""
        pause_ms = round(1000 * WRITERS * ingest.BATCH / per_s)
        before = ingest.LUA, ingest.SECONDS, ingest.CONNECTIONS
        ingest.LUA, ingest.SECONDS, ingest.CONNECTIONS = ingest.LUA + DELAY % pause_ms, seconds, WRITERS
        try:
            return ingest.load(self, "/api/v1/swabs", seed=7_000 + seed)
        finally:
            ingest.LUA, ingest.SECONDS, ingest.CONNECTIONS = before

    def _fill(self) -> None:
        """People with sealed identities, their swabs, their tubes' results; addresses for the load."""
        from django.db import connection

        from yinghuo.core.people.identity import pseudonym, seal
        from yinghuo.desks.sampling.queries.asking import address_of

        began, now, device, entry = time.monotonic(), datetime.now(UTC), uuid4(), uuid4()
        persons = [pseudonym(f"invented {n}") for n in range(PEOPLE)]
        raw = connection.connection
        with raw.cursor() as cursor, cursor.copy(PERSON) as copy:
            copy.set_types(["uuid", "varchar", "bytea", "date", "timestamptz"])
            for person in persons:
                sealed = seal(person, {"number": "invented", "name": "张三", "phone": ""})
                copy.write_row((person, "220106001", sealed, now.date().replace(year=now.year + 1), now))
        with raw.cursor() as cursor, cursor.copy(SWAB) as copy:
            copy.set_types(["varchar", "uuid", "timestamptz", "uuid", "uuid", "uuid", "int8"])
            for place, person in enumerate(persons):
                tube = f"LU{place // IN_A_TUBE + 1:010d}"
                copy.write_row((tube, UUID(int=place), now, device, entry, person, self.site_id))
        with connection.cursor() as cursor:
            cursor.execute(TUBES, [IN_A_TUBE, PEOPLE // IN_A_TUBE])
            cursor.execute("ANALYZE")
        self._before = self._number("SELECT coalesce(sum(swabs), 0) FROM sampling_tube WHERE tube LIKE 'LU%%'")
        step = max(1, PEOPLE // COLD)
        addresses = [f"/r/{address_of(person, now=now)}" for person in persons[::step][:COLD]]
        lists = {"hot": addresses[:HOT], "cold": addresses[HOT:], "static": ["/bench/static"], "plain": ["/plain"]}
        for name, paths in lists.items():
            (self.folder / f"{name}.txt").write_text("\n".join(paths) + "\n")
        self.first = addresses[0]
        print(f"{PEOPLE:,} people in {PEOPLE // IN_A_TUBE:,} tubes, made in {time.monotonic() - began:.0f} s")

    def _answer_size(self) -> int:
        """Bytes of one answer, asked of the application itself."""
        from django.test import Client

        self.answer_bytes = len(Client(headers={"host": "127.0.0.1"}).get(self.first).content)
        return self.answer_bytes

    def _nginx(self) -> int:
        """Starts nginx with the documented configuration; 0 where there is none and none can be had."""
        program = _nginx_program(self.folder)
        if program is None:
            print("nginx  is not here and could not be fetched as a Debian package: its lines are left out")
            return 0
        port, cache = _free_port(), self.folder / "cache"
        given = (HERE.parent / "docs" / "look-ups.nginx.conf").read_text()
        given = given.replace("127.0.0.1:8001", f"127.0.0.1:{self.port_look_ups}").replace(
            "listen 8080", f"listen {port}"
        )
        plain = f'location = /plain {{ return 200 "{"x" * self.answer_bytes}"; }}\n    location / {{'
        given = given.replace("/var/cache/nginx/look-ups", str(cache)).replace("location / {", plain, 1)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "\n".join(f"{kind}_temp_path {self.folder}/tmp-{kind};" for kind in kinds)
        conf = self.folder / "nginx.conf"
        conf.write_text(NGINX.format(folder=self.folder, temporary=temporary, given=given))
        command = [program, "-e", f"{self.folder}/nginx-error.log", "-c", str(conf), "-g", "daemon off;"]
        self.children.append(subprocess.Popen(command))
        return port

    def _kept(self) -> int:
        return super()._kept() - PEOPLE

    def judged(self) -> int:
        """Swabs that the judge has counted into tubes, without those that were there before."""
        return super().judged() - self._before


def _nginx_program(folder: Path) -> str | None:
    """nginx as installed, else unpacked from its Debian package, without installing anything."""
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if found or not shutil.which("apt-get"):
        return found
    with tempfile.TemporaryDirectory() as scratch:
        fetched = subprocess.run(["apt-get", "download", "nginx"], cwd=scratch, capture_output=True)
        packages = list(Path(scratch).glob("*.deb"))
        if fetched.returncode or not packages:
            return None
        subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(folder / "nginx")], check=True)
    program = folder / "nginx" / "usr" / "sbin" / "nginx"
    return str(program) if program.exists() else None


def _answers(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on {port}")


__all__: list[Any] = ["LookUps"]
