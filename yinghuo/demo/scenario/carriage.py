"""From the site to the laboratory: boxes, their two hand-overs, and when the assay of a box was over."""

from dataclasses import dataclass

import numpy as np

from yinghuo.demo.scenario.places import Places
from yinghuo.demo.scenario.shapes import (
    HOUR_MS,
    MINUTE_MS,
    Boxes,
    Flags,
    Ints,
    Odd,
    Tubes,
)

COLLECTION_EVERY_MS = 105 * MINUTE_MS
FULL_BOX = (50, 96)  # tubes, by site
FOUND_AFTER_H = (9.0, 15.0)
READING_MS = 8 * MINUTE_MS


@dataclass(frozen=True)
class Pace:
    """Shortest and longest minutes: packing, waiting for the courier, on the road, before the assay, the assay."""

    pack_min: tuple[float, float] = (3, 12)
    wait_min: tuple[float, float] = (5, 25)
    road_min: tuple[float, float] = (20, 60)
    queue_min: tuple[float, float] = (15, 75)
    assay_min: tuple[float, float] = (200, 390)


ROUTINE = Pace()
URGENT = Pace(pack_min=(2, 6), wait_min=(3, 10), road_min=(20, 40), queue_min=(3, 12), assay_min=(180, 220))


@dataclass
class Load:
    """Boxes and the tubes in them (`Boxes.first` points into `members`)."""

    boxes: Boxes
    members: Ints

    def box_of(self, tubes: Ints) -> Ints:
        """The box of each of these tubes; of two boxes, the later one counts."""
        box = np.full(int(self.members.max()) + 1, -1)
        box[self.members] = np.repeat(np.arange(len(self.boxes)), self.boxes.tubes)
        return box[tubes]


def pooled_load(tubes: Tubes, places: Places, *, rng: np.random.Generator) -> Load:
    """Boxes of pooled tubes: whatever a site sealed between two visits of the courier, in full boxes at the most."""
    sites = len(places.sites)
    offset = rng.integers(0, COLLECTION_EVERY_MS, sites)
    full = rng.integers(*FULL_BOX, sites)
    order = np.lexsort((tubes.sealed_ms, tubes.site))
    site = tubes.site[order]
    visit = (tubes.sealed_ms[order] + offset[site]) // COLLECTION_EVERY_MS
    fresh = np.r_[True, (np.diff(site) != 0) | (np.diff(visit) != 0) | (np.diff(tubes.day[order]) != 0)]
    begins = np.flatnonzero(fresh)
    place = np.arange(len(order)) - np.repeat(begins, np.diff(np.r_[begins, len(order)]))
    opens = fresh | (place % full[site] == 0)
    return _carried(tubes, places, members=order, opens=opens, pace=ROUTINE, rng=rng)


def urgent_load(tubes: Tubes, places: Places, *, rng: np.random.Generator) -> Load:
    """Boxes of single tubes: one box for all the people of one pooled tube, straight to the laboratory."""
    opens = np.r_[True, np.diff(tubes.parent) != 0]
    return _carried(tubes, places, members=np.arange(len(tubes)), opens=opens, pace=URGENT, rng=rng)


def after(load: Load, later: Load, *, tubes: int) -> Load:
    """Both loads as one; the later one's tubes are numbered from `tubes` on."""
    boxes = later.boxes
    boxes.first = boxes.first + len(load.members)
    return Load(load.boxes.then(boxes), np.concatenate([load.members, later.members + tubes]))


def lose_tubes(load: Load, *, lost: Ints, rng: np.random.Generator) -> Load:
    """Leaves tubes behind in the courier's car: missing when their box is received, they come alone hours later."""
    boxes, count = load.boxes, len(lost)
    origin = load.box_of(lost)
    np.subtract.at(boxes.received_tubes, origin, 1)
    found = Boxes(**{name: column[origin].copy() for name, column in vars(boxes).items()})
    delay = rng.uniform(*FOUND_AFTER_H, count) * HOUR_MS
    for name in ("at_ms", "collected_ms", "received_ms", "assayed_ms"):
        setattr(found, name, getattr(found, name) + delay.astype(np.int64))
    for name in ("tubes", "said", "received_tubes"):
        setattr(found, name, np.ones(count, np.int64))
    found.first = len(load.members) + np.arange(count)
    return Load(boxes.then(found), np.concatenate([load.members, lost]))


def note_results(load: Load, tubes: Tubes, *, rng: np.random.Generator) -> None:
    """Notes the box of each tube and the time of its result."""
    tubes.box = load.box_of(np.arange(len(tubes)))
    tubes.result_ms = load.boxes.assayed_ms[tubes.box] + rng.integers(0, READING_MS, len(tubes))


def miscount(boxes: Boxes, *, chosen: Ints, rng: np.random.Generator) -> None:
    """The packer of these boxes counts one more or one less than was scanned."""
    boxes.odd[chosen] = Odd.BOX_COUNT
    boxes.said[chosen] += np.where(boxes.tubes[chosen] > 1, rng.choice([-1, 1], len(chosen)), 1)


def _carried(
    tubes: Tubes, places: Places, *, members: Ints, opens: Flags, pace: Pace, rng: np.random.Generator
) -> Load:
    """Boxes opened at `opens` along `members`, packed by a colleague of who sealed the last tube."""
    first = np.flatnonzero(opens)
    count = len(first)
    held = np.diff(np.r_[first, len(members)])
    site = tubes.site[members[first]]
    last = tubes.device[members[first + held - 1]]
    start = places.first_device[site]

    def minutes(span: tuple[float, float]) -> Ints:
        return (rng.uniform(*span, count) * MINUTE_MS).astype(np.int64)

    at_ms = np.maximum.reduceat(tubes.sealed_ms[members], first) + minutes(pace.pack_min)
    collected = at_ms + minutes(pace.wait_min)
    received = collected + minutes(pace.road_min)
    laboratory, technician = _laboratory(received, places)
    boxes = Boxes(
        site=site,
        device=start + (last - start + 1) % places.crew[site],
        first=first,
        tubes=held,
        said=held.copy(),
        at_ms=at_ms,
        collected_ms=collected,
        received_ms=received,
        received_tubes=held.copy(),
        assayed_ms=received + minutes(pace.queue_min) + minutes(pace.assay_min),
        courier=np.array(places.couriers)[rng.integers(0, len(places.couriers), count)],
        laboratory=np.array(places.laboratories)[laboratory],
        technician=technician,
        odd=np.zeros(count, np.int64),
        code=np.zeros(count, "S10"),
        seal=np.zeros(count, "S10"),
        id=np.zeros(count, "S36"),
    )
    return Load(boxes, members)


def _laboratory(received_ms: Ints, places: Places) -> tuple[Ints, Ints]:
    """Testing vehicle and technician of each box: both take turns as boxes arrive."""
    vehicles, staff = len(places.laboratories), len(places.technicians)
    turn = np.empty(len(received_ms), np.int64)
    turn[np.argsort(received_ms, kind="stable")] = np.arange(len(received_ms))
    vehicle = turn % vehicles
    own = (staff - vehicle - 1) // vehicles + 1
    return vehicle, vehicle + vehicles * (turn // vehicles % own)
