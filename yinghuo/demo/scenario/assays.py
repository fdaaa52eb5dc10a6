"""What the testing vehicles report: one result a tube, the few that had to be corrected, and the hand-overs before."""

import numpy as np

from yinghuo.demo.scenario.shapes import (
    MINUTE_MS,
    Boxes,
    Floats,
    Handovers,
    Ints,
    Odd,
    Outcome,
    Results,
    Tubes,
)

CT_PERSON, CT_SPREAD = 26.5, 3.3  # ORF1ab, one infected person's own tube
CT_LOWEST, CT_POSITIVE_BELOW = 14.0, 37.0
CT_GREY = (37.1, 39.6)
CORRECTED_AFTER_MIN = (40.0, 120.0)
COLD_BOX_C, UNREAD_SHARE = (2.1, 7.9), 0.05
COLLECTED, RECEIVED = 0, 1


def report(tubes: Tubes, boxes: Boxes, *, rng: np.random.Generator) -> Results:
    """Results of all tubes in the order of each laboratory's messages.

    Tubes marked CORRECTED are first reported positive, because a code was keyed wrongly, and then as they are.
    """
    wrong = np.flatnonzero(tubes.odd == Odd.CORRECTED)
    tube = np.r_[np.arange(len(tubes)), wrong]
    outcome = np.r_[tubes.outcome, tubes.outcome[wrong]]
    outcome[wrong] = Outcome.POSITIVE
    at_ms = np.r_[tubes.result_ms, tubes.result_ms[wrong]]
    at_ms[len(tubes) :] += (rng.uniform(*CORRECTED_AFTER_MIN, len(wrong)) * MINUTE_MS).astype(np.int64)
    odd = np.zeros(len(tube), np.int64)
    odd[len(tubes) :] = Odd.CORRECTED
    laboratory = boxes.laboratory[tubes.box[tube]]
    orf1ab, n = _thresholds(tubes, tube, outcome=outcome, rng=rng)
    order = np.lexsort((at_ms, laboratory))
    return Results(
        tube=tube[order],
        laboratory=laboratory[order],
        technician=boxes.technician[tubes.box[tube]][order],
        message=_numbered_within(laboratory[order]),
        at_ms=at_ms[order],
        outcome=outcome[order],
        ct_orf1ab=orf1ab[order],
        ct_n=n[order],
        odd=odd[order],
        id=np.zeros(len(order), "S36"),
    )


def hand_over(boxes: Boxes, *, rng: np.random.Generator) -> Handovers:
    """Two rows a box: collected by the courier, received by the laboratory."""
    count = len(boxes)
    temperature = rng.uniform(*COLD_BOX_C, 2 * count).round(1)
    temperature[rng.random(2 * count) < UNREAD_SHARE] = np.nan
    return Handovers(
        box=np.r_[np.arange(count), np.arange(count)],
        stage=np.repeat([COLLECTED, RECEIVED], count),
        device=np.r_[boxes.courier, boxes.laboratory],
        at_ms=np.r_[boxes.collected_ms, boxes.received_ms],
        count=np.r_[boxes.tubes, boxes.received_tubes],
        temperature_c=temperature,
        id=np.zeros(2 * count, "S36"),
    )


def _thresholds(tubes: Tubes, tube: Ints, *, outcome: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Ct of ORF1ab and N for each result, NaN unless something was seen; a pool of k shows log2 k cycles later."""
    pool = np.where(tubes.single, tubes.parent, np.arange(len(tubes)))[tube]
    own = rng.normal(CT_PERSON, CT_SPREAD, len(tubes))[pool] + rng.normal(0, 0.5, len(tube))
    seen = np.clip(own + np.log2(tubes.swabs[tube]), CT_LOWEST, CT_POSITIVE_BELOW - 0.5)
    orf1ab = np.where(outcome == Outcome.POSITIVE, seen, np.nan)
    n = orf1ab - rng.normal(1.0, 0.6, len(tube)).clip(-0.4, 2.5)
    grey = outcome == Outcome.GREY
    orf1ab[grey] = rng.uniform(*CT_GREY, int(grey.sum()))
    return orf1ab.round(2), n.round(2)


def _numbered_within(group: Ints) -> Ints:
    """1, 2, 3 ... within each stretch of equal values."""
    begins = np.flatnonzero(np.r_[True, np.diff(group) != 0])
    return np.arange(len(group)) - np.repeat(begins, np.diff(np.r_[begins, len(group)])) + 1
