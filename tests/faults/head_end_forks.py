"""Run in a test's environment: for each line of standard input a head-end is forked, to be killed; prints its number.

Everything is imported once, so that a head-end starts in a fraction of a second; each is a process of its own.
"""

import os
import sys
from pathlib import Path


def main(port: int, folder: Path) -> None:
    """Forks until standard input ends; prints the process's number, then "ended" when it is dead."""
    from yinghuo.cli import connect

    connect()
    from yinghuo.desks.metering.head_end.pace import Limits
    from yinghuo.desks.metering.head_end.process import Store, Ways, run
    from yinghuo.desks.metering.head_end.running import Ports
    from yinghuo.desks.metering.head_end.wanting import Programme
    from yinghuo.web.clock import now

    programme = Programme(curve=(), freeze=(), clock=False, instant_every_s=0.05)
    limits = Limits(answer_s=2.0, requests_per_min=60_000)
    ways = Ways(Ports("127.0.0.1", either=port), limits, programme, drain_every_s=0.2)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            run(ways, Store(folder / "spool", str(folder / "lake")), clock=now, tell=lambda line: None)
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
