"""A queue with many servers in the long run: Erlang's formula, and how many servers a wait allows."""

import math
from dataclasses import dataclass

from yinghuo.engines.capacity.checks import positive, whole


@dataclass(frozen=True)
class Queue:
    """A queue in the long run.

    wait_probability: share of people who wait at all, 0..1
    wait_h:           mean wait of everybody, hours
    queue:            mean number of people waiting
    """

    wait_probability: float
    wait_h: float
    queue: float


UNSTABLE = Queue(1.0, math.inf, math.inf)


def erlang_c(arrival_per_h: float, service_per_h: float, servers: int) -> Queue:
    """Mean wait where arrivals are Poisson, service times exponential, and there are `servers` servers (M/M/c).

    Erlang 1917, by way of the loss formula B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which neither overflows nor
    cancels for thousands of servers; C = B / (1 - rho (1 - B)), rho = a / c, a = arrival / service.

    arrival_per_h: people an hour, 0 or more
    service_per_h: people that one server serves an hour, above 0
    servers:       1 or more
    returns:       probability 1 and endless wait where arrivals reach what all servers do; ValueError for other values

    >>> queue = erlang_c(10, 6, 2)
    >>> round(queue.wait_probability, 4), round(60 * queue.wait_h, 2), round(queue.queue, 3)
    (0.7576, 22.73, 3.788)
    """
    servers = whole(servers, "the number of servers")
    if not (math.isfinite(arrival_per_h) and arrival_per_h >= 0):
        raise ValueError("arrivals are 0 or more an hour")
    load = arrival_per_h / positive(service_per_h, "the service rate")
    if load >= servers:
        return UNSTABLE
    lost = _loss(load, servers)
    share = lost / (1 - load / servers * (1 - lost))
    wait_h = share / (servers * service_per_h - arrival_per_h)
    return Queue(share, wait_h, arrival_per_h * wait_h)


def servers_for(arrival_per_h: float, service_per_h: float, *, longest_wait_h: float) -> int:
    """The fewest servers with a mean wait of at most `longest_wait_h` hours, above 0.

    >>> servers_for(10, 6, longest_wait_h=0.25)
    3
    """
    positive(longest_wait_h, "the longest wait")
    fewest = math.floor(arrival_per_h / positive(service_per_h, "the service rate")) + 1
    most = fewest
    while erlang_c(arrival_per_h, service_per_h, most).wait_h > longest_wait_h:
        fewest, most = most + 1, most + max(1, most // 8)
    while fewest < most:
        middle = (fewest + most) // 2
        enough = erlang_c(arrival_per_h, service_per_h, middle).wait_h <= longest_wait_h
        fewest, most = (fewest, middle) if enough else (middle + 1, most)
    return fewest


def _loss(load: float, servers: int) -> float:
    lost = 1.0
    for number in range(1, servers + 1):
        lost = load * lost / (number + load * lost)
    return lost
