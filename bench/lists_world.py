"""The database of bench/lists.py: a city's day with ten million swabs of a million people, written by SQL."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest_world import World as Installation
from ingest_world import _free_port

SWABS = int(os.environ.get("BENCH_SWABS", "10000000"))
PEOPLE = SWABS // 10
TUBES, BATCH, BOX, PLATE, SITES, DEVICES = SWABS // 10, 200, 100, 94, 6_000, 6_000
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=20)

ENTRIES = """
    INSERT INTO ledger_entry (id, at, kind, subject, by, body)
    SELECT md5(%(kind)s || n)::uuid, %(start)s + n * interval '12 hours' / %(count)s, %(kind)s, 'bench', 'device:bench',
           '{"count":1,"digest":"","sent_at":"2022-05-08T07:00:00+00:00"}'
    FROM generate_series(0, %(count)s) AS n
"""
STREET_OF_SITE = "(SELECT array_agg(code ORDER BY code) FROM areas_area WHERE code LIKE '2201%%' AND length(code) = 9)"
SITES_SQL = f"""
    INSERT INTO sampling_site (campaign_id, area_code, name_zh, name_en, team)
    SELECT %(campaign)s, codes[1 + n %% array_length(codes, 1)], n || '号点', 'Site ' || n, 'T' || n
    FROM generate_series(1, %(sites)s) AS n, (SELECT {STREET_OF_SITE} AS codes) AS streets
"""
DEVICES_SQL = """
    INSERT INTO people_device (id, name, kind, token_hash, area_code, site_id, enrolled_at, enrolled_by,
                               revoked_because, last_seen_at)
    SELECT md5('device' || s.id)::uuid, 'phone ' || s.id, 'phone', md5('a' || s.id) || md5('b' || s.id), s.area_code,
           s.id, %(start)s, 'system:bench', '', %(start)s + interval '2 hours'
    FROM sampling_site s LIMIT %(devices)s
"""
PEOPLE_SQL = """
    INSERT INTO people_person (id, area_code, "group", keep_until, created_at)
    SELECT md5('p' || n)::uuid, s.area_code, '楼栋-' || n / 30, %(start)s::date + 60, %(start)s
    FROM generate_series(0, %(people)s - 1) AS n
    JOIN sampling_site s ON s.id = %(first)s + n %% %(sites)s
"""
SWABS_SQL = """
    INSERT INTO sampling_swab (tube, id, at, device, entry_id, person, site)
    SELECT 'JL' || lpad((n / 10)::text, 10, '0'), md5('s' || n)::uuid, %(start)s + n * interval '12 hours' / %(swabs)s,
           md5('device' || %(first)s + (n / 10) %% %(sites)s)::uuid, md5('swabs.kept' || n / 200)::uuid,
           md5('p' || n %% %(people)s)::uuid, %(first)s + (n / 10) %% %(sites)s
    FROM generate_series(0, %(swabs)s - 1) AS n
"""
TUBES_SQL = """
    INSERT INTO sampling_tube (tube, campaign_id, site_id, area_code, swabs, first_at, last_at, sealed_at, boxed_at,
                               box, collected_at, received_at, result, result_at)
    SELECT 'JL' || lpad(n::text, 10, '0'), s.campaign_id, s.id, s.area_code, 10, t.at, t.at + interval '5 minutes',
           t.at + interval '6 minutes', t.at + interval '40 minutes', 'BOX-' || n / 100,
           t.at + interval '60 minutes', t.at + interval '90 minutes',
           CASE WHEN n %% 10 = 9 THEN '' WHEN n %% 500 = 3 THEN 'positive' ELSE 'negative' END,
           CASE WHEN n %% 10 < 9 THEN t.at + interval '6 hours' END
    FROM generate_series(0, %(tubes)s - 1) AS n
    JOIN sampling_site s ON s.id = %(first)s + n %% %(sites)s
    CROSS JOIN LATERAL (SELECT %(start)s + n * interval '12 hours' / %(tubes)s AS at) AS t
"""
SEALED_SQL = """
    INSERT INTO sampling_sealed (tube, id, at, device, entry_id, site, count)
    SELECT tube, md5('c' || tube)::uuid, sealed_at, md5('device' || site_id)::uuid,
           md5('tubes.sealed' || substr(tube, 3)::bigint / 200)::uuid, site_id, 10 FROM sampling_tube
"""
BOXED_SQL = """
    INSERT INTO sampling_boxed (tube, id, at, device, entry_id, box, site, count)
    SELECT tube, md5(box)::uuid, boxed_at, md5('device' || site_id)::uuid, md5('tubes.boxed' || substr(box, 5))::uuid,
           box, site_id, 100 FROM sampling_tube
"""
RESULTS_SQL = """
    INSERT INTO sampling_result (tube, id, at, device, entry_id, laboratory, message, result, technician)
    SELECT tube, md5('r' || tube)::uuid, result_at, md5('laboratory')::uuid,
           md5('results.kept' || substr(tube, 3)::bigint / 94)::uuid, md5('laboratory')::uuid, tube, result, 'T1'
    FROM sampling_tube WHERE result <> ''
"""
SIZES = """
    SELECT relname, reltuples::bigint, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 3 DESC LIMIT 8
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'"
UNIQUE = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'"


class World(Installation):
    """The installation with that day in it and one user a role; no worker runs, for nothing is to happen."""

    def __enter__(self) -> "World":
        import subprocess
        import sys
        from pathlib import Path

        from yinghuo.cli import connect

        connect()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        self._set_up()
        self.port = _free_port()
        program = str(Path(sys.executable).parent / "yinghuo")
        self.children = [subprocess.Popen([program, "serve", f"--port={self.port}"], env=os.environ.copy())]
        self._wait()
        return self

    def cookie(self, role: str) -> str:
        """A session of the role's user."""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        from yinghuo.core.people.models import User

        user = User.objects.get(role=role)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return f"sessionid={session.session_key}"

    def sizes(self) -> list[tuple[str, int, int]]:
        """The largest tables: name, rows (estimated), bytes with their indexes."""
        return self._rows(SIZES, [])

    def _set_up(self) -> None:
        from yinghuo.core import ledger
        from yinghuo.core.ledger import sequencer
        from yinghuo.demo import world as demo
        from yinghuo.desks.sampling import actions
        from yinghuo.desks.sampling.models import Campaign, Site

        who = {"by": "system:bench", "at": START}
        demo.region(START)
        demo.users(START)
        campaign = Campaign(
            id=ledger.new_id(),
            name_zh="全市一轮（虚构）",
            name_en="A city's round (invented)",
            area_code="2201",
            mode=10,
            starts_at=START,
            ends_at=START + timedelta(days=2),
            planned_people=SWABS,
        )
        actions.open_campaign(campaign, **who)
        actions.issue_tubes(campaign.id, first="JL0000000000", last="JL9999999999", **who)
        self._sql(SITES_SQL, campaign=campaign.id, sites=SITES)
        self.first = Site.objects.order_by("id").first().id
        self._sql(DEVICES_SQL, start=START, devices=DEVICES)
        self._people_and_facts()
        sequencer.sequence_all()
        sequencer.checkpoint(at=START + timedelta(hours=12))
        self._work()
        self._sql("VACUUM ANALYZE")

    def _people_and_facts(self) -> None:
        common = {"start": START, "first": self.first, "sites": SITES}
        counts = {
            "swabs.kept": SWABS // BATCH,
            "tubes.sealed": TUBES // BATCH,
            "tubes.boxed": TUBES // BOX,
            "results.kept": TUBES // PLATE,
        }
        for kind, count in counts.items():
            self._sql(ENTRIES, kind=kind, count=count, start=START)
        self._bulk("people_person", PEOPLE_SQL, people=PEOPLE, **common)
        self._bulk("sampling_swab", SWABS_SQL, swabs=SWABS, people=PEOPLE, **common)
        self._bulk("sampling_tube", TUBES_SQL, tubes=TUBES, **common)
        for table, statement in (("sealed", SEALED_SQL), ("boxed", BOXED_SQL), ("result", RESULTS_SQL)):
            self._bulk(f"sampling_{table}", statement)

    def _work(self) -> None:
        """Re-collection orders of the positive tubes by the judge's own statement, and as many issues."""
        from yinghuo.core.ledger import new_id
        from yinghuo.core.work import actions as work
        from yinghuo.desks.sampling.jobs import recollection
        from yinghuo.desks.sampling.models import Tube

        positive = list(Tube.objects.filter(result="positive").order_by("tube")[:2_000])
        now = START + timedelta(hours=20)
        for at in range(0, len(positive), 100):
            recollection.follow_up([tube.tube for tube in positive[at : at + 100]], corrected=[], at=now)
        issues = [
            work.NewIssue(
                code="tube.over_capacity",
                subject=f"tube:{tube.tube}",
                area_code=tube.area_code,
                campaign_id=tube.campaign_id,
                detail={"n": n, "id": str(new_id())},
            )
            for tube in positive
            for n in range(5)
        ]
        work.raise_many(issues, by="system:bench", at=now)

    def _bulk(self, table: str, statement: str, **params: Any) -> None:
        """One large INSERT; the indexes are made afterwards."""
        indexes = self._rows(INDEXES, [table])
        unique = {name for (name,) in self._rows(UNIQUE, [table])}
        for name, _definition in indexes:
            if name not in unique:
                self._sql(f'DROP INDEX "{name}"')
        self._sql(statement, **params)
        for name, definition in indexes:
            if name not in unique:
                self._sql(definition)
        print(f"  {table}", flush=True)

    def _sql(self, statement: str, **params: Any) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(statement, params or None)

    def _rows(self, query: str, params: list[Any]) -> list[tuple[Any, ...]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()
