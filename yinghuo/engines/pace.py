"""When a phone should send again: appointments spaced so that a rush makes batches larger instead of queues longer."""

LONGEST_S = 300.0
NOTICED_S = 1.0
CORE_SHARE, THREADS_SHARE = 0.2, 0.2


def requests_per_s(*, took_s: float, cpu_s: float, threads: int) -> float:
    """How many requests a second a server process can bear for long.

    took_s:  how long a request takes, database and waiting included
    cpu_s:   how long it keeps a core busy in this process; the database and the judge spend about twice that again
    threads: requests served at once

    The lesser of what a fifth of a core does and of a fifth of what the threads do; where the threads are the lesser,
    requests queue already, and the queue must drain.

    >>> round(requests_per_s(took_s=0.003, cpu_s=0.001, threads=4))
    200
    >>> round(requests_per_s(took_s=0.100, cpu_s=0.0015, threads=4))
    8
    """
    return min(CORE_SHARE / max(cpu_s, 1e-4), THREADS_SHARE * threads / max(took_s, 1e-4))


def book(booked_until: float, *, now: float, per_s: float) -> float:
    """The next appointment after those given so far: the time (s, of the clock of `now`) at which it lies.

    booked_until: the latest appointment given
    per_s:        appointments a second that can be kept

    Whoever is answered gets the next free place, so that however many come, they come back evenly. The cost of a batch
    is nearly the same for one swab and for twenty, so waiting phones cost less and lose nothing: what waits is on their
    disk. Nobody is sent away for longer than 300 s.

    >>> book(100.0, now=100.0, per_s=10)
    100.1
    >>> book(50.0, now=100.0, per_s=10), book(900.0, now=100.0, per_s=10)
    (100.1, 400.0)
    """
    return min(max(booked_until, now) + 1 / per_s, now + LONGEST_S)


def wait_s(appointment: float, *, now: float) -> int:
    """Whole seconds until an appointment; 0, which is "whenever you like", for less than one.

    >>> wait_s(100.4, now=100.0), wait_s(130.6, now=100.0)
    (0, 31)
    """
    left_s = appointment - now
    return round(left_s) if left_s >= NOTICED_S else 0
