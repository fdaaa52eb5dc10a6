"""What is made odd on purpose among the ordinary tubes of the long campaign, each with the truth written beside."""

from dataclasses import dataclass, field

import numpy as np

from yinghuo.demo.people_names import with_wrong_check
from yinghuo.demo.scenario.places import Places
from yinghuo.demo.scenario.queue import CAPACITY
from yinghuo.demo.scenario.rounds import Draft
from yinghuo.demo.scenario.shapes import (
    DAY_MS,
    MANY,
    SECOND_MS,
    Boxes,
    Flags,
    Ints,
    Odd,
    Outcome,
    People,
    Swabs,
    Tubes,
)
from yinghuo.demo.scenario.times import START_MS

LAST_ODD_DAY = 50
LEAST_FILL = 3
NEIGHBOUR_FILL = 4
BEHIND_S = (17 * 60, 40 * 60)


@dataclass(frozen=True)
class Note:
    """What is odd: a row of "tube", "swab", "box" or "device", and the truth about it."""

    odd: Odd
    table: str
    row: int
    truth: str


@dataclass
class Mischief:
    """Tubes that are still free for something odd, and what was done so far."""

    free: Flags
    rng: np.random.Generator
    notes: list[Note] = field(default_factory=list)
    skew_s: dict[tuple[int, int], int] = field(default_factory=dict)

    def take(self, count: int, *, where: Flags) -> Ints:
        """Free tubes, no longer free afterwards; ValueError if there are too few."""
        taken = np.sort(self.rng.choice(np.flatnonzero(self.free & where), count, replace=False))
        self.free[taken] = False
        return taken

    def note(self, odd: Odd, table: str, row: int, *, truth: str) -> None:
        """Writes down one oddity."""
        self.notes.append(Note(odd, table, int(row), truth))


def ordinary(draft: Draft) -> Flags:
    """Tubes of the long campaign about which nothing is special yet."""
    return (draft.campaign == MANY) & (draft.outcome == Outcome.NEGATIVE) & (draft.day <= LAST_ODD_DAY)


def overfill(draft: Draft, mischief: Mischief, *, count: int) -> None:
    """Puts one or two people of the next tube into a full one."""
    free = mischief.free
    beside = free[1:] & (np.diff(draft.site) == 0) & (np.diff(draft.day) == 0)
    for _ in range(count):
        room = np.r_[beside & free[1:] & (draft.swabs[:-1] == CAPACITY) & (draft.swabs[1:] >= NEIGHBOUR_FILL), False]
        (tube,) = mischief.take(1, where=room)
        extra = int(mischief.rng.integers(1, 3))
        draft.swabs[tube] += extra
        draft.swabs[tube + 1] -= extra
        draft.odd[tube] = Odd.OVER_CAPACITY
        free[tube + 1] = False
        mischief.note(Odd.OVER_CAPACITY, "tube", tube, truth=f"{CAPACITY + extra} people really are in it")


def mark_tubes(tubes: Tubes, mischief: Mischief, *, odd: dict[Odd, int]) -> None:
    """Chooses the tubes that get lost, are reported wrongly first, or carry a code that was never issued."""
    truths = {
        Odd.CORRECTED: "negative; a code keyed wrongly made it positive at first",
        Odd.LOST: "left behind in the courier's car, found and received hours later",
        Odd.UNKNOWN_TUBE: "a tube from another supplier's carton, never issued to this campaign",
    }
    for kind, truth in truths.items():
        chosen = mischief.take(odd[kind], where=tubes.swabs >= LEAST_FILL)
        tubes.odd[chosen] = kind
        for tube in chosen:
            mischief.note(kind, "tube", tube, truth=truth)


def swab_twice(tubes: Tubes, swabs: Swabs, mischief: Mischief, *, count: int) -> None:
    """Lets somebody queue up again in place of another person: the same person in two tubes of one round.

    Nobody is chosen whose re-collection was ever asked for, because a second swab would then be right.
    """
    doubted = np.zeros(int(swabs.person.max()) + 1, np.bool_)
    called = (tubes.outcome != Outcome.NEGATIVE) | (tubes.odd == Odd.CORRECTED)
    doubted[swabs.person[called[swabs.tube]]] = True
    done = 0
    while done < count:
        (tube,) = mischief.take(1, where=tubes.swabs >= LEAST_FILL)
        near = mischief.free & (tubes.day == tubes.day[tube]) & (tubes.site == tubes.site[tube])
        pair = [_member(tubes, swabs, tube, but=doubted)]
        if pair[0] < 0 or not near.any():
            continue
        (other,) = mischief.take(1, where=near)
        pair.append(_member(tubes, swabs, other, but=doubted))
        if pair[1] < 0:
            continue
        swabs.person[pair[1]] = swabs.person[pair[0]]
        doubted[swabs.person[pair[0]]] = True
        later = max(pair, key=lambda swab: int(swabs.at_ms[swab]))
        swabs.odd[later] = Odd.PERSON_TWICE
        mischief.note(Odd.PERSON_TWICE, "swab", later, truth="queued up twice; somebody else of the group was missed")
        done += 1


def _member(tubes: Tubes, swabs: Swabs, tube: int, *, but: Flags) -> int:
    """The first swab of a tube whose person is not among those excluded, or -1."""
    rows = np.arange(tubes.first[tube], tubes.first[tube] + tubes.swabs[tube])
    rows = rows[~but[swabs.person[rows]]]
    return int(rows[0]) if len(rows) else -1


def swab_after_sealing(tubes: Tubes, swabs: Swabs, mischief: Mischief, *, count: int) -> None:
    """Seals tubes on the phone before their last swab; the phone's count is one short."""
    for tube in mischief.take(count, where=tubes.swabs >= LEAST_FILL):
        last = int(tubes.first[tube] + tubes.swabs[tube]) - 1
        tubes.sealed_ms[tube] = (swabs.at_ms[last - 1] + swabs.at_ms[last]) // 2
        tubes.sealed_count[tube] -= 1
        tubes.odd[tube] = swabs.odd[last] = Odd.AFTER_SEALING
        mischief.note(Odd.AFTER_SEALING, "swab", last, truth="the seal was pressed too early; the swab is in the tube")


def enter_by_number(
    tubes: Tubes, swabs: Swabs, people: People, *, mischief: Mischief, wrong: int, right: int
) -> list[tuple[str, str]]:
    """Enters some people by identity number and name, not by their code, `wrong` of them with a wrong check digit."""
    shown = []
    for place, tube in enumerate(mischief.take(wrong + right, where=tubes.swabs >= LEAST_FILL)):
        swab = int(tubes.first[tube]) + 1
        person = swabs.person[swab]
        number, name = str(people.number[person]), str(people.name[person])
        if place < wrong:
            number = with_wrong_check(number, rng=mischief.rng)
            swabs.odd[swab] = Odd.IDENTITY
            mischief.note(Odd.IDENTITY, "swab", swab, truth=f"mistyped; the number is {people.number[person]}")
        swabs.identity[swab] = place
        shown.append((number, name))
    return shown


def lend_phones(tubes: Tubes, places: Places, mischief: Mischief, *, count: int) -> None:
    """Fills tubes with a phone of another site of the same plant, on a day on which it has no work at home."""
    plant = np.array([site.plant for site in places.sites])
    long_run = np.array([site.campaign == MANY for site in places.sites])
    done: set[tuple[int, int]] = set()
    while len(done) < count:
        (tube,) = mischief.take(1, where=np.ones(len(tubes), np.bool_))
        site, day = int(tubes.site[tube]), int(tubes.day[tube])
        away = [k for k in np.flatnonzero(long_run & (plant == plant[site])).tolist() if k != site]
        phones = np.concatenate([places.first_device[k] + np.arange(places.crew[k]) for k in away])
        idle = np.setdiff1d(phones, tubes.device[tubes.day == day])
        lent = [phone for phone in idle.tolist() if (phone, site) not in done]
        if not lent:
            continue
        phone = int(mischief.rng.choice(lent))
        done.add((phone, site))
        tubes.device[tube] = phone
        tubes.odd[tube] = Odd.OTHER_SITE
        truth = f"lent to {places.sites[site].name_en} for one tube"
        mischief.note(Odd.OTHER_SITE, "device", phone, truth=truth)


def slow_clocks(tubes: Tubes, swabs: Swabs, boxes: Boxes, *, mischief: Mischief, count: int) -> None:
    """Sets the clocks of some phones back for a day on which they do only ordinary tubes and pack no box."""
    packing = set(zip(boxes.device.tolist(), ((boxes.at_ms - START_MS) // DAY_MS).tolist(), strict=True))
    while len(mischief.skew_s) < count:
        (tube,) = mischief.take(1, where=np.ones(len(tubes), np.bool_))
        phone, day = int(tubes.device[tube]), int(tubes.day[tube])
        chosen = (tubes.device == phone) & (tubes.day == day)
        others = chosen.copy()
        others[tube] = False
        if (phone, day) in packing or not mischief.free[others].all():
            continue
        behind_s = int(mischief.rng.integers(*BEHIND_S))
        mischief.free[others] = False
        mischief.skew_s[phone, day] = -behind_s
        _show_earlier(tubes, swabs, chosen=chosen, behind_ms=behind_s * SECOND_MS)
        mischief.note(Odd.CLOCK_SKEW, "device", phone, truth=f"clock {behind_s} s behind on day {day + 1}")


def _show_earlier(tubes: Tubes, swabs: Swabs, *, chosen: Flags, behind_ms: int) -> None:
    tubes.odd[chosen] = Odd.CLOCK_SKEW
    for column in (tubes.first_ms, tubes.last_ms, tubes.sealed_ms):
        column[chosen] -= behind_ms
    swabs.at_ms[chosen[swabs.tube]] -= behind_ms
