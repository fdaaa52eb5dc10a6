"""Flow at least cost through a network: what goes from where to where, exactly."""

import heapq
import math
from collections.abc import Sequence

OVERLOAD = 100_000  # what a unit beyond a destination's capacity costs


def transport(supply: Sequence[int], capacity: Sequence[int], ways: Sequence[Sequence[int]]) -> list[list[int]]:
    """Units from each source to each destination at least cost (successive shortest paths, exact).

    supply, capacity: units; ways: cost of a unit, from source to destination, whole and not negative
    returns: units by source and destination; all supply is sent, beyond the capacities at OVERLOAD a unit

    >>> transport([3, 2], [4, 4], [[1, 5], [1, 2]])
    [[3, 0], [1, 1]]
    """
    sites, places = len(supply), len(capacity)
    sink = sites + places + 1
    net = _Net(sink + 1)
    for site, tubes in enumerate(supply):
        net.join(0, 1 + site, tubes, 0)
    arcs = [
        [net.join(1 + site, 1 + sites + place, supply[site], ways[site][place]) for place in range(places)]
        for site in range(sites)
    ]
    for place, tubes in enumerate(capacity):
        net.join(1 + sites + place, sink, max(tubes, 0), 0)
        net.join(1 + sites + place, sink, sum(supply), OVERLOAD)
    net.send(0, sink)
    return [[net.room[arc ^ 1] for arc in row] for row in arcs]


class _Net:
    """A flow network; an arc and its reverse stand side by side."""

    def __init__(self, nodes: int) -> None:
        self.out: list[list[int]] = [[] for _ in range(nodes)]
        self.to: list[int] = []
        self.room: list[int] = []
        self.cost: list[int] = []
        self.height = [0] * nodes

    def join(self, start: int, end: int, room: int, cost: int) -> int:
        """An arc from `start` to `end`; returns its number."""
        for a, b, r, c in ((start, end, room, cost), (end, start, 0, -cost)):
            self.out[a].append(len(self.to))
            self.to.append(b)
            self.room.append(r)
            self.cost.append(c)
        return len(self.to) - 2

    def send(self, source: int, sink: int) -> None:
        """Sends as much as there is room for, along the cheapest way each time."""
        while (ways := self._cheapest(source))[sink] is not None:
            path, node = [], sink
            while node != source:
                arc = ways[node]
                assert arc is not None
                path.append(arc)
                node = self.to[arc ^ 1]
            amount = min(self.room[arc] for arc in path)
            for arc in path:
                self.room[arc] -= amount
                self.room[arc ^ 1] += amount

    def _cheapest(self, source: int) -> list[int | None]:
        """By node the last arc of its cheapest way (Dijkstra over reduced costs); heights are brought up to date."""
        infinite = math.inf
        far: list[float] = [infinite] * len(self.out)
        last: list[int | None] = [None] * len(self.out)
        far[source], queue = 0, [(0.0, source)]
        while queue:
            distance, node = heapq.heappop(queue)
            if distance > far[node]:
                continue
            for arc in self.out[node]:
                end = self.to[arc]
                longer = distance + self.cost[arc] + self.height[node] - self.height[end]
                if self.room[arc] > 0 and longer < far[end]:
                    far[end], last[end] = longer, arc
                    heapq.heappush(queue, (longer, end))
        self.height = [h + int(d) if d < infinite else h for h, d in zip(self.height, far, strict=True)]
        return last
