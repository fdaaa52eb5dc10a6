"""Builds the whole scenario in the order in which it would have happened."""

import numpy as np

from yinghuo.demo.scenario import carriage, oddities
from yinghuo.demo.scenario.assays import hand_over, report
from yinghuo.demo.scenario.counts import count_expected
from yinghuo.demo.scenario.identifiers import numbered, tube_codes, unissued_codes, uuid7_at
from yinghuo.demo.scenario.malformed import malformed_items
from yinghuo.demo.scenario.oddities import Mischief
from yinghuo.demo.scenario.places import make_places, with_issued_codes
from yinghuo.demo.scenario.recollection import infect_one_day, recollect
from yinghuo.demo.scenario.roster import make_roster
from yinghuo.demo.scenario.rounds import run_rounds
from yinghuo.demo.scenario.shapes import MANY, Boxes, Odd, Oddity, Scenario
from yinghuo.demo.scenario.sizes import sizes_at
from yinghuo.demo.scenario.times import set_times

SEED = 20220514
SEAL_NUMBERS = 10**8


def build(scale: float = 1.0, seed: int = SEED) -> Scenario:
    """The scenario of a scale (0.01 to 4; 1 is the newspaper page's) and seed; the same two give the same scenario.

    ValueError for another scale.
    """
    making = _Making(scale, seed)
    making.sample()
    making.make_tubes_odd()
    making.carry()
    making.recollect()
    making.give_names()
    return making.scenario()


class _Making:
    """The scenario as far as it has come; the methods are called in the order in which they stand."""

    def __init__(self, scale: float, seed: int) -> None:
        self.scale, self.seed = scale, seed
        self.rng = np.random.default_rng(seed)
        self.sizes = sizes_at(scale)
        self.places = make_places(self.sizes)
        self.groups, self.people = make_roster(self.places, rng=self.rng)

    def sample(self) -> None:
        """All pooled tubes, with phones and times."""
        filled = run_rounds(self.groups, self.people, sizes=self.sizes, rng=self.rng)
        self.mischief = Mischief(oddities.ordinary(filled.tubes), self.rng)
        oddities.overfill(filled.tubes, self.mischief, count=self.sizes.odd[Odd.OVER_CAPACITY])
        self.tubes, self.swabs = set_times(filled, self.places, rng=self.rng)
        self.waiting = infect_one_day(self.tubes, self.swabs, rng=self.rng)

    def make_tubes_odd(self) -> None:
        """Everything odd that happens before a tube is packed."""
        tubes, swabs, mischief, odd = self.tubes, self.swabs, self.mischief, self.sizes.odd
        oddities.mark_tubes(tubes, mischief, odd=odd)
        oddities.swab_twice(tubes, swabs, mischief, count=odd[Odd.PERSON_TWICE])
        oddities.swab_after_sealing(tubes, swabs, mischief, count=odd[Odd.AFTER_SEALING])
        entered = {"wrong": odd[Odd.IDENTITY], "right": self.sizes.by_number}
        self.identities = oddities.enter_by_number(tubes, swabs, self.people, mischief=mischief, **entered)
        oddities.lend_phones(tubes, self.places, mischief, count=odd[Odd.OTHER_SITE])

    def carry(self) -> None:
        """Boxes of pooled tubes, to the results."""
        self.load = carriage.pooled_load(self.tubes, self.places, rng=self.rng)
        lost = np.flatnonzero(self.tubes.odd == Odd.LOST)
        self._miscount(self.load.boxes, spared=self.load.box_of(lost))
        self.load = carriage.lose_tubes(self.load, lost=lost, rng=self.rng)
        carriage.note_results(self.load, self.tubes, rng=self.rng)

    def recollect(self) -> None:
        """Single tubes after the results; what depends on a phone's whole day comes after them."""
        singles, again = recollect(self.tubes, self.swabs, self.places, waiting=self.waiting, rng=self.rng)
        load = carriage.urgent_load(singles, self.places, rng=self.rng)
        carriage.note_results(load, singles, rng=self.rng)
        singles.box += len(self.load.boxes)
        self.load = carriage.after(self.load, load, tubes=len(self.tubes))
        self.tubes, self.swabs = self.tubes.then(singles), self.swabs.then(again)
        self.mischief.free = np.r_[self.mischief.free, np.zeros(len(singles), np.bool_)]
        count = self.sizes.odd[Odd.CLOCK_SKEW]
        oddities.slow_clocks(self.tubes, self.swabs, self.load.boxes, mischief=self.mischief, count=count)
        chosen = self.mischief.take(self.sizes.odd[Odd.MALFORMED], where=self.tubes.swabs > 1)
        self.malformed = malformed_items(self.tubes, chosen=chosen)

    def give_names(self) -> None:
        """Codes as printed, ids as the devices make them."""
        tubes, boxes, rng = self.tubes, self.load.boxes, self.rng
        tubes.code = tube_codes(tubes.site, first_ms=tubes.first_ms)
        foreign = np.flatnonzero(tubes.odd == Odd.UNKNOWN_TUBE)
        tubes.code[foreign] = unissued_codes(len(foreign), rng=rng)
        boxes.code = numbered("BX", np.arange(len(boxes)) + 1, digits=8)
        boxes.seal = numbered("FT", rng.integers(0, SEAL_NUMBERS, len(boxes)), digits=8)
        self.handovers = hand_over(boxes, rng=rng)
        self.results = report(tubes, boxes, rng=rng)
        self.swabs.id = uuid7_at(self.swabs.at_ms, rng=rng)
        tubes.id = uuid7_at(tubes.sealed_ms, rng=rng)
        for columns in (boxes, self.handovers, self.results):
            columns.id = uuid7_at(columns.at_ms, rng=rng)

    def scenario(self) -> Scenario:
        """What was made, with what should be counted in it."""
        made = Scenario(
            seed=self.seed,
            scale=self.scale,
            campaigns=self.places.campaigns,
            plants=self.places.plants,
            sites=with_issued_codes(self.places.sites, used=np.bincount(self.tubes.site)),
            devices=self.places.devices,
            technicians=self.places.technicians,
            groups=self.groups,
            people=self.people,
            tubes=self.tubes,
            swabs=self.swabs,
            boxes=self.load.boxes,
            members=self.load.members,
            handovers=self.handovers,
            results=self.results,
            identities=self.identities,
            malformed=self.malformed,
            skew_s=self.mischief.skew_s,
            oddities=self._oddities(),
            expected={},
        )
        made.expected.update(count_expected(made))
        return made

    def _miscount(self, boxes: Boxes, *, spared: np.ndarray) -> None:
        """Some packers of the long campaign count wrongly; boxes with a lost tube are `spared`."""
        campaign = np.array([site.campaign for site in self.places.sites])[boxes.site]
        likely = (campaign == MANY) & (boxes.tubes > 1)
        likely[spared] = False
        chosen = np.sort(self.rng.choice(np.flatnonzero(likely), self.sizes.odd[Odd.BOX_COUNT], replace=False))
        carriage.miscount(boxes, chosen=chosen, rng=self.rng)
        for box in chosen:
            truth = f"{boxes.tubes[box]} tubes, as scanned; the packer wrote {boxes.said[box]}"
            self.mischief.note(Odd.BOX_COUNT, "box", box, truth=truth)

    def _oddities(self) -> list[Oddity]:
        """The notes with subjects as the system names them; a device goes by its code."""
        devices = self.places.devices
        columns = {"tube": self.tubes.code, "swab": self.swabs.id, "box": self.load.boxes.code}
        names = {table: column.astype(np.str_) for table, column in columns.items()}
        names["device"] = np.array([device.code for device in devices])
        notes = self.mischief.notes
        noted = [Oddity(note.odd.code, f"{note.table}:{names[note.table][note.row]}", note.truth) for note in notes]
        sent = [
            Oddity(Odd.MALFORMED.code, f"device:{devices[one.device].code}", f"no swab: {one.text}")
            for one in self.malformed
        ]
        return noted + sent
