"""The HTTP requests of all devices of a scenario, in the order of sending."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from yinghuo.demo.scenario.sending import Batch, disturbed, stretches
from yinghuo.demo.scenario.shapes import MINUTE_MS, Ints, Odd, Scenario
from yinghuo.demo.scenario.wire import Ids, Wire

PATHS = {name: f"/api/v1/{name}" for name in ("swabs", "tubes", "boxes", "handovers", "results")}
PHASES = range(4)
MOST_SWABS = (500, 500, 60, 60)  # by phase: on the one day the phones have signal
MOST_BOXES, MOST_ROWS = 50, 500
SENT_AFTER_MS = 5 * MINUTE_MS


class Rows:
    """Rows of one table, by device and then in order of time; sorted once for all devices."""

    def __init__(self, device: Ints, at_ms: Ints, *, devices: int) -> None:
        self.order = np.lexsort((at_ms, device))
        self.bounds = np.searchsorted(device[self.order], np.arange(devices + 1))

    def __getitem__(self, device: int) -> Ints:
        return self.order[self.bounds[device] : self.bounds[device + 1]]


class Outbox:
    """All batches of a scenario for one installation; the same scenario gives the same batches."""

    def __init__(self, scenario: Scenario, ids: Ids) -> None:
        self.scenario = scenario
        self.wire = Wire(scenario, ids)
        tubes, boxes, handovers, results = scenario.tubes, scenario.boxes, scenario.handovers, scenario.results
        rows = partial(Rows, devices=len(scenario.devices))
        self.tubes = rows(tubes.device, tubes.first_ms)
        self.boxes = rows(boxes.device, boxes.at_ms)
        self.handovers = rows(handovers.device, handovers.at_ms)
        self.results = rows(results.laboratory, results.at_ms)
        self.tables: dict[str, tuple[Ints, Callable[[Ints], list[str]]]] = {
            "swabs": (tubes.last_ms, self.wire.swabs),
            "tubes": (tubes.sealed_ms, self.wire.sealed),
            "boxes": (boxes.at_ms, self.wire.boxes),
            "handovers": (handovers.at_ms, self.wire.handovers),
            "results": (results.at_ms, self.wire.results),
        }
        self.tube_phase = 2 * tubes.campaign + tubes.single
        self.box_phase = self.tube_phase[scenario.members[boxes.first]]
        self.faults = {item.tube: [item.text] for item in scenario.malformed}

    def of(self, device: int) -> Iterator[Batch]:
        """The batches of one device (by index) in the order of sending."""
        rng = np.random.default_rng([self.scenario.seed, device])
        flows = {"phone": self._phone, "courier": self._courier, "laboratory": self._laboratory}
        flow = flows[self.scenario.devices[device].kind]
        planned = [batch for phase in PHASES for batch in flow(device, phase, rng)]
        yield from sorted(planned, key=lambda batch: batch.sent_order)

    def all(self) -> Iterator[Batch]:
        """The batches of all devices in the order of sending."""
        devices = range(len(self.scenario.devices))
        yield from heapq.merge(*(self.of(device) for device in devices), key=lambda batch: batch.sent_order)

    def _phone(self, device: int, phase: int, rng: np.random.Generator) -> Iterator[Batch]:
        own, packed = self.tubes[device], self.boxes[device]
        own, packed = own[self.tube_phase[own] == phase], packed[self.box_phase[packed] == phase]
        skew_s = self._skew_s(device, own)
        weight = self.scenario.tubes.swabs[own]
        shifts = list(stretches(own, weight=weight, most=MOST_SWABS[phase], cut=np.diff(skew_s, prepend=0) != 0))
        swabs = [self._swabs(device, rows, phase=phase) for rows in shifts]
        sealed = [self._batch(device, "tubes", rows, phase=phase) for rows in shifts]
        boxed = [self._batch(device, "boxes", rows, phase=phase) for rows in _slices(packed, most=MOST_BOXES)]
        for batches in (swabs, sealed, boxed):
            yield from disturbed(batches, rng=rng)

    def _courier(self, device: int, phase: int, rng: np.random.Generator) -> Iterator[Batch]:
        own = self.handovers[device]
        own = own[self.box_phase[self.scenario.handovers.box[own]] == phase]
        handed = [self._batch(device, "handovers", rows, phase=phase) for rows in _slices(own, most=MOST_ROWS)]
        yield from disturbed(handed, rng=rng)

    def _laboratory(self, device: int, phase: int, rng: np.random.Generator) -> Iterator[Batch]:
        """Hand-overs and results; a correction goes out alone, after the batch that ends with what it corrects."""
        yield from self._courier(device, phase, rng)
        results, own = self.scenario.results, self.results[device]
        own = own[self.tube_phase[results.tube[own]] == phase]
        correction = results.odd[own] == Odd.CORRECTED
        reported = own[~correction]
        wrong = np.isin(results.tube[reported], results.tube[own[correction]])
        slices = stretches(reported, weight=np.ones_like(reported), most=MOST_ROWS, cut=np.r_[False, wrong][:-1])
        yield from disturbed([self._batch(device, "results", rows, phase=phase) for rows in slices], rng=rng)
        for row in own[correction]:
            yield self._batch(device, "results", np.array([row]), phase=phase)

    def _swabs(self, device: int, rows: Ints, *, phase: int) -> Batch:
        """Swabs of these tubes, with what a faulty phone put among them."""
        faults = [text for tube in rows.tolist() for text in self.faults.get(tube, ())]
        return replace(
            self._batch(device, "swabs", rows, phase=phase),
            items=int(self.scenario.tubes.swabs[rows].sum()),
            malformed=len(faults),
            write=partial(self._among_swabs, rows, faults),
        )

    def _among_swabs(self, rows: Ints, faults: list[str]) -> list[str]:
        swabs = self.wire.swabs(rows)
        middle = len(swabs) // 2
        return swabs[:middle] + faults + swabs[middle:]

    def _batch(self, device: int, name: str, rows: Ints, *, phase: int) -> Batch:
        at_ms, write = self.tables[name]
        return Batch(
            device,
            PATHS[name],
            sent_order=(phase, int(at_ms[rows].max()) + SENT_AFTER_MS),
            items=len(rows),
            write=partial(write, rows),
            clock_off_s=int(self._skew_s(device, rows[:1])[0]) if name in ("swabs", "tubes") else 0,
        )

    def _skew_s(self, device: int, tubes: Ints) -> Ints:
        """How far the phone's clock was ahead when it did each of these tubes, seconds."""
        days = self.scenario.tubes.day[tubes].tolist()
        return np.array([self.scenario.skew_s.get((device, day), 0) for day in days], np.int64)


def _slices(rows: Ints, *, most: int) -> Iterator[Ints]:
    return stretches(rows, weight=np.ones_like(rows), most=most)
