"""The line between phone and server: a small proxy on a real socket that can be dead, slow, cut, or answer 500."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit

CHUNK = 65_536
REFUSAL = b'{"code":"server.error","detail":"(in the test) out of order"}'
OUT_OF_ORDER = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/problem+json\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(REFUSAL), REFUSAL)
)


class Line:
    """Listens on a port of its own and leads to `server`; `how` says what becomes of facts on the way.

    how: "well", "dead" (nothing answers), "out_of_order" (facts are answered 500 and not passed on),
         "slow" (answers to facts come `delay_s` late), "cut" (facts arrive, their answer breaks off in the middle)
    """

    def __init__(self, server: str) -> None:
        self.how = "well"
        self.delay_s = 2.0
        self.posted: list[str] = []
        self._server = urlsplit(server)
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, how: str) -> None:
        """Changes the line; a dead one drops what is under way."""
        self.how = how
        if how == "dead":
            self._drop()

    def close(self) -> None:
        """Ends the line."""
        self.how = "dead"
        self._door.close()
        self._drop()

    def _drop(self) -> None:
        for one in list(self._open):
            _shut(one)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        if self.how == "dead":
            _shut(client)
            return
        server = socket.create_connection((self._server.hostname, self._server.port))
        self._open |= {client, server}
        facts = threading.Event()  # whether the request under way carries facts
        threading.Thread(target=self._up, args=(client, server, facts), daemon=True).start()
        self._down(server, client, facts)
        self._open -= {client, server}

    def _up(self, client: socket.socket, server: socket.socket, facts: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := client.recv(CHUNK):
                words = chunk[:200].split(b" ", 2)
                if words[0] in (b"GET", b"POST"):
                    facts.set() if words[0] == b"POST" and b"/phone/" not in words[1] else facts.clear()
                if facts.is_set() and words[0] == b"POST":
                    self.posted.append(words[1].decode())
                if facts.is_set() and self.how == "out_of_order":
                    client.sendall(OUT_OF_ORDER)
                    break
                server.sendall(chunk)
        _shut(client)
        _shut(server)

    def _down(self, server: socket.socket, client: socket.socket, facts: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(CHUNK):
                if facts.is_set() and self.how == "cut":
                    client.sendall(chunk[: len(chunk) - 20])
                    break
                if facts.is_set() and self.how == "slow":
                    time.sleep(self.delay_s)
                client.sendall(chunk)
        _shut(server)
        _shut(client)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
