"""HL7 messages per second through the listener, over one and over 20 connections: `python bench/messages.py`.

Ours: the command `hl7-listen` in its own process; each message, of one tube, is stored, entered and acknowledged.
Limit: one INSERT of the same bytes and its commit for each message, on as many database connections, nothing else.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
START = datetime(2022, 5, 7, 22, 0, tzinfo=UTC)
MESSAGE = (
    "MSH|^~\\&|LIS|LAB-1|YINGHUO|CDC|20220508130000+0800||ORU^R01^ORU_R01|{number}|P|2.5.1||||||UNICODE UTF-8\r"
    "PID|1||||~^^^^^^S\r"
    "OBR|1|{tube}|L1|94309-2^SARS-CoV-2 RNA^LN||||||||||||||||||20220508130000+0800||LAB|F\r"
    "OBX|1|CWE|94309-2^SARS-CoV-2 RNA^LN||260415000^Not detected^SCT||||||F|||20220508130000+0800||T07\r"
    "SPM|1|{tube}||258500001^Nasopharyngeal swab^SCT|||||||||10\r"
)


def prepare() -> None:
    """An empty schema, a laboratory's device, an admitted sender."""
    from django.core.management import call_command

    from yinghuo.core.people import actions as people
    from yinghuo.desks.sampling.actions.messages import admit_sender
    from yinghuo.desks.sampling.actions.messages.senders import Named

    call_command("migrate", interactive=False, verbosity=0)
    device, _token = people.enrol_device("laboratory", "laboratory", by="system:bench", at=START, area_code="220106001")
    admit_sender(Named("LIS", "LAB-1"), device_id=device.id, by="system:bench", at=START)


def listener() -> "tuple[subprocess.Popen[str], int]":
    """The command in its own process, and its port."""
    program = str(Path(sys.executable).parent / "yinghuo")
    process = subprocess.Popen([program, "hl7-listen", "--port=0"], stdout=subprocess.PIPE, text=True)
    found = re.search(r":(\d+)", process.stdout.readline() if process.stdout else "")
    assert found
    return process, int(found[1])


def send(port: int, lane: int, until: float) -> int:
    """Sends message after message, each when the one before is acknowledged; how many were accepted."""
    accepted = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
        while time.monotonic() < until:
            number = f"{lane}-{time.monotonic_ns()}"
            text = MESSAGE.format(number=number, tube=f"JL{lane:03d}{accepted:07d}")
            peer.sendall(b"\x0b" + text.encode() + b"\x1c\r")
            answer = b""
            while not answer.endswith(b"\x1c\r"):
                answer += peer.recv(65_536)
            assert b"MSA|AA|" in answer, answer
            accepted += 1
    return accepted


def bare(url: str, until: float) -> int:
    """Stores the bytes of message after message."""
    stored = 0
    with psycopg.connect(url, autocommit=True) as database:
        while time.monotonic() < until:
            database.execute("INSERT INTO bare (message) VALUES (%s)", [MESSAGE.encode()])
            stored += 1
    return stored


def rate(lanes: int, work) -> float:
    """Messages a second over so many lanes."""
    begun = time.monotonic()
    with ThreadPoolExecutor(lanes) as pool:
        done = sum(pool.map(lambda lane: work(lane, begun + SECONDS), range(lanes)))
    return done / (time.monotonic() - begun)


def main() -> None:
    """Prints both rates over one and over 20 connections."""
    with tempfile.TemporaryDirectory(prefix="yinghuo-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["YINGHUO_VAR"] = folder
        os.environ.pop("DATABASE_URL", None)
        from yinghuo.cli import connect

        connect()
        prepare()
        url = os.environ["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("CREATE TABLE bare (message bytea)")
        process, port = listener()
        try:
            for lanes in (1, 20):
                ours = rate(lanes, lambda lane, until: send(port, lane, until))
                limit = rate(lanes, lambda _lane, until: bare(url, until))
                print(
                    f"{lanes:>3} connections: {ours:8,.0f} messages/s, bare {limit:8,.0f}/s, share {ours / limit:.2f}"
                )
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
