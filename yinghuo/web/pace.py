"""Tells phones the time, and when to send again: each server process gives appointments as it can serve them."""

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yinghuo.console import clock
from yinghuo.engines.pace import book, requests_per_s, wait_s

WAIT, TIME = "Yinghuo-Wait", "Yinghuo-Time"
WEIGHT = 0.02  # of the newest request in the running mean
Answer = Callable[[HttpRequest], HttpResponseBase]


class Pace:
    """How long requests take in this process, and until when its appointments are given away."""

    def __init__(self, *, threads: int) -> None:
        self._threads = threads
        self._took_s, self._cpu_s = 0.005, 0.0015
        self._booked_until = 0.0
        self._lock = threading.Lock()

    def answered(self, took_s: float, cpu_s: float, *, now: float) -> int:
        """Notes what a request took until `now` (of a monotonic clock); returns the wait, in seconds, to ask for."""
        with self._lock:
            self._took_s += WEIGHT * (took_s - self._took_s)
            self._cpu_s += WEIGHT * (cpu_s - self._cpu_s)
            per_s = requests_per_s(took_s=self._took_s, cpu_s=self._cpu_s, threads=self._threads)
            self._booked_until = book(self._booked_until, now=now, per_s=per_s)
            return wait_s(self._booked_until, now=now)


def pace(get_response: Answer) -> Answer:
    """Says in `Yinghuo-Time` what time it is here, which is the scenario's time in a demonstration; and asks in
    `Yinghuo-Wait` (seconds) for patience when more come to the doors than can be served at once.
    """
    kept = Pace(threads=settings.SERVER_THREADS)

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return get_response(request)
        began, cpu = time.monotonic(), time.thread_time()
        response = get_response(request)
        ended = time.monotonic()
        response.headers[TIME] = clock.now().isoformat()
        if wait := kept.answered(ended - began, time.thread_time() - cpu, now=ended):
            response.headers[WAIT] = str(wait)
        return response

    return answer
