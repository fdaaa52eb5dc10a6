"""Roster rows per second into people, beside a plain COPY of the same file into a bare table: `python bench/import.py`.

Ours: every row checked (GB 11643), areas found, pseudonyms and blocking keys hashed, identities sealed, tried out,
then taken in with all its indexes, one ledger entry. Limit: the same bytes through COPY into a table of text columns.
Both in one run, on one database with the same durability. BENCH_ROWS sets another size than 1,000,000.
"""

import io
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
HEADS = "姓名,身份证号,手机号,街道,班组"
AIM = 1 / 3


def main() -> None:
    """Makes the file, copies it, takes it in, says how both did."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from yinghuo.cli import connect

        connect()
        content = roster()
        print(f"{ROWS:,} rows, {len(content) / 1e6:,.0f} MB")
        report(content)


def report(content: bytes) -> None:
    """Runs the limit before and after ours, so that a drifting machine is fair to both."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    region()
    before, cpu_before = costing(lambda: limit(content))
    with watching() as peak:
        (times, counts), cpu_ours = costing(lambda: ours(content))
    after, cpu_after = costing(lambda: limit(content))
    bare, cpu_bare = min(before, after), min(cpu_before, cpu_after)
    spent = sum(times.values())
    floor = bare_insert()
    print(f"limit  COPY into a bare table      {ROWS / bare:>10,.0f} rows/s   {bare:.2f} s")
    print(f"ours   file to people              {ROWS / spent:>10,.0f} rows/s   {spent:.2f} s")
    for name, seconds in times.items():
        print(f"         {name:<26}{ROWS / seconds:>10,.0f} rows/s   {seconds:.2f} s")
    print(f"floor  INSERT of finished rows     {ROWS / floor:>10,.0f} rows/s   {floor:.2f} s (people_person alone)")
    print(
        f"processor: ours {cpu_ours:.1f} s, limit {cpu_bare:.1f} s; this ratio {cpu_bare / cpu_ours:.3f} knows no load"
    )
    here, beside = (most / 1e6 for most in peak())
    print(f"memory of ours at most {here:,.0f} MB in this process, {beside:,.0f} MB in those beside it")
    print(f"counts {counts}")
    ratio = bare / spent
    print(f"ratio ours/limit {ratio:.3f} (aim {AIM:.2f}: {'met' if ratio >= AIM else 'missed'})")
    print(json.dumps({"rows_per_s": ROWS / spent, "limit_rows_per_s": ROWS / bare, "ratio": ratio}))


def roster() -> bytes:
    """An invented roster: numbers that pass their check, in no order; every hundredth person has no phone."""
    from yinghuo.engines.identity import identity_check_digit

    lines = [HEADS]
    for place in range(ROWS):
        mixed = place * 7919 % ROWS
        born = date(1940, 1, 1) + timedelta(days=mixed // 900 * 11 % 25_000)
        first = f"2201{mixed % 900 // 90 + 1:02}{born:%Y%m%d}{mixed % 900:03}"
        phone = f"1{3 + mixed % 7}{mixed:09}" if place % 100 else ""
        name = f"{'王李张刘陈杨赵黄'[mixed % 8]}{chr(0x4E00 + mixed % 1999)}{chr(0x5E00 + mixed % 1993)}"
        lines.append(f"{name},{first}{identity_check_digit(first)},{phone},正阳街道,第{place // 140}组")
    return "\n".join(lines).encode()


def region() -> None:
    """The areas of the roster."""
    from yinghuo.core.areas.models import Area

    rows = [
        ("22", "province", "吉林省", None),
        ("2201", "prefecture", "长春市", "22"),
        ("220106", "county", "绿园区", "2201"),
        ("220106001", "street", "正阳街道", "220106"),
    ]
    for code, level, name, parent in rows:
        Area.objects.create(code=code, level=level, name_zh=name, name_en=name, short_zh=name, parent_id=parent)


def limit(content: bytes) -> float:
    """Seconds of a plain COPY of the file, committed."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare; CHECKPOINT")
        cursor.execute("CREATE TABLE bench_bare (name text, number text, phone text, area text, team text)")
        began, file = time.perf_counter(), io.BytesIO(content)
        with transaction.atomic(), cursor.copy("COPY bench_bare FROM STDIN (FORMAT csv, HEADER)") as copying:
            while piece := file.read(1 << 18):
                copying.write(piece)
        spent = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_bare; CHECKPOINT")
    return spent


def ours(content: bytes) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds of each step of an intake."""
    from yinghuo.core.people.models import Person
    from yinghuo.core.rosters import actions
    from yinghuo.web.clock import now

    times: dict[str, float] = {}

    def timed(name: str, step: Callable[[], object]) -> object:
        began = time.perf_counter()
        done = step()
        times[name] = time.perf_counter() - began
        return done

    upload = actions.Upload("bench.csv", io.BytesIO(content))
    begin = lambda: actions.begin(upload, policy="skip", area_code="2201", by="system:bench", at=now())  # noqa: E731
    intake = timed("store sealed", begin)
    actions.start_reading(intake.id, mapping=intake.mapping)
    intake = timed("read and try out", lambda: actions.read(intake.id, at=now()))
    assert intake.counts["new"] == ROWS, intake.counts
    actions.start_applying(intake.id, by="system:bench")
    intake = timed("take in", lambda: actions.apply(intake.id, at=now()))
    assert Person.objects.count() == ROWS
    return times, intake.counts


def bare_insert() -> float:
    """Seconds in which PostgreSQL alone inserts the same finished rows into an empty people_person."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE bench_people AS SELECT * FROM people_person")
        cursor.execute("TRUNCATE people_person CASCADE; CHECKPOINT")
        began = time.perf_counter()
        with transaction.atomic():
            cursor.execute("INSERT INTO people_person SELECT * FROM bench_people ORDER BY id")
        return time.perf_counter() - began


def costing(step: Callable[[], Any]) -> tuple[Any, float]:
    """What a step returns, and the processor seconds of this process, its children and its PostgreSQL session."""
    began = processor_s()
    done = step()
    return done, processor_s() - began


def processor_s() -> float:
    """Processor seconds so far, user and system; of children that have ended, too."""
    import psutil
    from django.db import connection

    connection.ensure_connection()
    session = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return sum(psutil.Process().cpu_times()[:4]) + session.user + session.system


@contextmanager
def watching() -> Iterator[Callable[[], tuple[int, int]]]:
    """Watches the memory (resident) of this process and of its Python children."""
    import psutil

    most, stop, own = [0, 0], threading.Event(), psutil.Process()

    def watch() -> None:
        while not stop.wait(0.5):
            most[0] = max(most[0], own.memory_info().rss)
            children = [child for child in own.children() if "python" in child.name()]
            most[1] = max(most[1], sum(child.memory_info().rss for child in children if child.is_running()))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield lambda: (most[0], most[1])
    stop.set()
    thread.join()


if __name__ == "__main__":
    sys.exit(main())
