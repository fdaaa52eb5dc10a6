"""The worker: one thread keeps the ledger moving, the main thread runs timed and queued jobs."""

import logging
import threading
import time

from django.db import InterfaceError, OperationalError, connection

from yinghuo.core.ledger import sequencer
from yinghuo.desks.sampling.jobs import judge
from yinghuo.web.clock import now

log = logging.getLogger("yinghuo.worker")
PAUSE_S = 0.2
CHECKPOINT_EVERY_S = 1.0
LONGEST_WAIT_S = 5.0


def move(*, last_signed: float) -> tuple[int, float]:
    """One turn: sequence what waits, sign at most once a second, judge what is new.

    returns: how much was done, and when (monotonic seconds) the last checkpoint was signed
    """
    done = sequencer.sequence()
    if time.monotonic() - last_signed >= CHECKPOINT_EVERY_S and sequencer.checkpoint(at=now()):
        last_signed = time.monotonic()
    return done + judge(now()), last_signed


def catch_up() -> None:
    """Sequences, judges and signs until nothing is left: for commands that need the state as of now."""
    while sequencer.sequence() + judge(now()):
        pass
    sequencer.checkpoint(at=now())


def keep_moving(stop: threading.Event) -> None:
    """Turns until `stop` is set; a lost database is waited for, never given up on."""
    wait_s, signed = PAUSE_S, 0.0
    while not stop.is_set():
        try:
            done, signed = move(last_signed=signed)
            wait_s = 0 if done else PAUSE_S
        except (OperationalError, InterfaceError) as error:
            log.warning("database not reachable, trying again: %s", str(error).splitlines()[0])
            connection.close()
            wait_s = min(max(wait_s, PAUSE_S) * 2, LONGEST_WAIT_S)
        stop.wait(wait_s)
    connection.close()


def run() -> None:
    """Runs until SIGINT or SIGTERM; what was begun is finished or rolled back whole."""
    from procrastinate.contrib.django import app

    stop = threading.Event()
    mover = threading.Thread(target=keep_moving, args=[stop], name="ledger", daemon=True)
    mover.start()
    try:
        app.with_connector(app.connector.get_worker_connector()).run_worker(  # type: ignore[attr-defined]
            listen_notify=True, delete_jobs="successful"
        )
    finally:
        stop.set()
        mover.join(timeout=30)
