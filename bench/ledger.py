"""Sequencing and signing, verifying a million leaves, and single proofs, beside pymerkle: `python bench/ledger.py`.

Ours runs on embedded PostgreSQL with fsync and synchronous_commit on; the peer builds its tree in memory from the same
leaf data (it is GPL: installed on demand, never part of the product); the limit is hashlib alone.
"""

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
PEER_LEAVES, PROOFS = 100_000, 200
PEER = "pymerkle==7.0.0"
FILL = """
    INSERT INTO ledger_entry (id, at, kind, subject, by, body)
    SELECT gen_random_uuid(), now(), 'bench.entry', 'thing:' || n, 'system:bench', '{"n":' || n || '}'
    FROM generate_series(%s::int, %s::int) AS n
"""


def main() -> None:
    """Runs all three and prints one line for each claim."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from yinghuo.cli import connect

        connect()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        found = ours() | limit() | peer(Path(folder) / "peer")
    print(json.dumps(found))


def ours() -> dict[str, float]:
    """Entries written beforehand, then sequenced and signed; verified; proven one by one."""
    from django.db import connection

    from yinghuo.core.ledger import proofs, sequencer
    from yinghuo.core.ledger.models import Leaf
    from yinghuo.core.ledger.verify import verify

    with connection.cursor() as cursor:
        for start in range(0, ENTRIES, 100_000):
            cursor.execute(FILL, [start + 1, min(start + 100_000, ENTRIES)])
    rates = []
    while done := _timed(sequencer.sequence, rates):
        if done % 100_000 == 0:
            sequencer.checkpoint(at=datetime.now(UTC))
    sequencer.checkpoint(at=datetime.now(UTC))
    rate = ENTRIES / sum(spent for _, spent in rates)
    began = time.perf_counter()
    report = verify()
    verify_s = time.perf_counter() - began
    assert report.ok
    assert report.entries == ENTRIES
    indices = [ENTRIES * n // PROOFS for n in range(PROOFS)]
    ids = dict(Leaf.objects.filter(index__in=indices).values_list("index", "entry_id"))
    proof_ms = [_milliseconds(lambda n=n: proofs.prove(ids[n])) for n in indices]
    print(f"ours   sequenced and signed {rate:,.0f} entries/s   (aim 30,000)")
    print(f"ours   verify of {ENTRIES:,} entries {verify_s:.1f} s = {ENTRIES / verify_s:,.0f} entries/s")
    print(f"ours   a proof under {ENTRIES:,} leaves: median {statistics.median(proof_ms):.2f} ms  (aim below 5)")
    return {"sequence_per_s": rate, "verify_s": verify_s, "proof_ms": statistics.median(proof_ms)}


def limit() -> dict[str, float]:
    """Leaf hashes and inner nodes by hashlib, nothing else."""
    from yinghuo.engines import merkle

    leaves = [b"%d" % n for n in range(ENTRIES)]
    began = time.perf_counter()
    merkle.root_of_hashes([hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves])
    rate = ENTRIES / (time.perf_counter() - began)
    print(f"limit  hashlib alone, in memory {rate:,.0f} leaves/s")
    return {"hashlib_per_s": rate}


def peer(folder: Path) -> dict[str, float]:
    """pymerkle in memory: appends, and the median of its proofs."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(folder),
        PEER,
        "cachetools",
    ]
    if subprocess.run(command, check=False).returncode:
        print("peer   pymerkle could not be installed: left out")
        return {}
    sys.path.insert(0, str(folder))
    from pymerkle import InmemoryTree  # type: ignore[import-not-found]

    tree = InmemoryTree(algorithm="sha256")
    began = time.perf_counter()
    for n in range(PEER_LEAVES):
        tree.append_entry(b"%d" % n)
    rate = PEER_LEAVES / (time.perf_counter() - began)
    places = [1 + PEER_LEAVES * n // PROOFS for n in range(PROOFS)]
    proof_ms = statistics.median(_milliseconds(lambda n=n: tree.prove_inclusion(n, PEER_LEAVES)) for n in places)
    print(f"peer   pymerkle, in memory, {PEER_LEAVES:,} leaves: {rate:,.0f} appends/s, a proof {proof_ms:.2f} ms")
    return {"pymerkle_per_s": rate, "pymerkle_proof_ms": proof_ms}


def _timed(act: Any, into: list[tuple[int, float]]) -> int:
    began = time.perf_counter()
    done = int(act())
    into.append((done, time.perf_counter() - began))
    return done


def _milliseconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
