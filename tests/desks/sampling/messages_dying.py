"""The listener in a process of its own that kills itself (-9) after a message is on disk, before it is acknowledged."""

import os
import signal
import sys

from yinghuo.cli import connect


def run(port: int) -> None:
    """Listens until the first message is stored."""
    connect()
    from yinghuo.desks.sampling.api.mllp import Connection, Listener
    from yinghuo.web.clock import now

    class Dying(Connection):
        """Dies with the answer in its hand."""

        def _send(self, answer: bytes) -> bool:
            os.kill(os.getpid(), signal.SIGKILL)
            return False

    with Listener(("127.0.0.1", port), clock=now) as listener:
        listener.RequestHandlerClass = Dying
        listener.serve_forever()


if __name__ == "__main__":
    run(int(sys.argv[1]))
