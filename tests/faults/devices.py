"""Simulated phones that never give up: a batch goes out again, same ids, until the server says that it is kept."""

import http.client
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.faults.begin import START

SWABS_PER_TUBE = 10
PAUSE_S = 0.02
RETRY_S = 0.05
TIMEOUT_S = 20


class Phone(threading.Thread):
    """Swabs people, tube after tube, and sends each tube's swabs until they are acknowledged.

    acknowledged: ids that the server said it keeps, in order; never forgotten
    tries:        how often anything was sent; more than the batches, since servers die
    refused:      answers that no retry could better; there must be none
    """

    def __init__(self, number: int, port: int, phone: dict[str, Any]) -> None:
        super().__init__(name=f"phone {number}", daemon=True)
        self.number, self.port, self.phone = number, port, phone
        self.acknowledged: list[str] = []
        self.statuses: dict[int, int] = {}
        self.refused: list[str] = []
        self.tries = 0
        self.enough = threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def run(self) -> None:
        """Works until told that it is enough; the batch in hand is still brought home."""
        tube = 0
        while not self.enough.wait(PAUSE_S):
            tube += 1
            self.deliver(self.batch(tube))

    def batch(self, tube: int, *, swabs: int = SWABS_PER_TUBE) -> list[dict[str, Any]]:
        """A tube's swabs of people never seen before."""
        code = f"JL{self.number:04d}{tube:06d}"
        at = START + timedelta(seconds=tube)
        same = {"tube": code, "at": at.isoformat(), "site": self.phone["site"]}
        return [same | {"id": str(uuid4()), "person": str(uuid4())} for _ in range(swabs)]

    def deliver(self, swabs: list[dict[str, Any]]) -> None:
        """Sends until acknowledged or refused."""
        while not self.refused:
            status, answer = self.send(swabs)
            if status == 200:
                kept = json.loads(answer)["kept"]
                assert kept == [swab["id"] for swab in swabs], answer
                self.acknowledged += kept
                return
            if 400 <= status < 500:
                self.refused.append(f"{status} {answer.decode()}")
            time.sleep(RETRY_S)

    def send(self, swabs: list[dict[str, Any]], *, language: str = "en") -> tuple[int, bytes]:
        """One try: status and answer; status 0 when no answer came."""
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "swabs": swabs})
        token = f"Bearer {self.phone['token']}"
        headers = {"Authorization": token, "Content-Type": "application/json", "Accept-Language": language}
        self.tries += 1
        try:
            self.connection.request("POST", "/api/v1/swabs", body, headers)
            answer = self.connection.getresponse()
            status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            status, text = 0, b""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status, text


def sent_home(phones: list[Phone]) -> set[str]:
    """Lets the phones finish; returns every id that was acknowledged to any of them."""
    for phone in phones:
        phone.enough.set()
    for phone in phones:
        phone.join(120)
        assert not phone.is_alive(), f"{phone.name} is still sending"
        assert not phone.refused, phone.refused
    return {one for phone in phones for one in phone.acknowledged}
