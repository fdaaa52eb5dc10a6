"""Several who do something at the same moment, each on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from yinghuo.core.refusal import Refused


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Does all at the same moment; their refusals in the order of the acts, "" for what was done."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            gate.wait(timeout=20)
            return refusal(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [job.result() for job in [pool.submit(run, act) for act in acts]]


def together(*acts: Callable[[], object]) -> list[str]:
    """The same; only the codes of those that were refused."""
    return [code for code in at_once(*acts) if code]


def refusal(act: Callable[[], object]) -> str:
    """The code with which `act` was refused, "" when it was done."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return ""
