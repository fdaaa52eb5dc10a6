"""What the system must count once every fact of the scenario has arrived, each figure by a name of its own."""

from collections import Counter

import numpy as np

from yinghuo.demo.scenario.shapes import MANY, ONE_DAY, Flags, Odd, Outcome, Scenario

BATCHES_OF_A_SHIFT = 2  # swabs and seals
NAMES = {MANY: "campaign", ONE_DAY: "one_day"}


def count_expected(scenario: Scenario) -> dict[str, int]:
    """Totals of both campaigns, of the carriage, and of each kind of oddity.

    `campaign.swabs`, `one_day.people` and so on; `doubt.<code>` for what is odd: as many as there are oddities, but a
    phone with a slow clock sends two batches, and each is doubtful. A person whose number was mistyped counts as
    another one, as the system cannot know better.
    """
    tubes, boxes = scenario.tubes, scenario.boxes
    staff = {
        "technicians": len(np.unique(scenario.results.technician)),
        "laboratories": len(np.unique(scenario.results.laboratory)),
        "boxes": len(boxes),
        "handovers": len(scenario.handovers),
        "boxed": int(boxes.tubes.sum()),
        "results": len(scenario.results),
        "sealed": len(tubes),
        "malformed": len(scenario.malformed),
    }
    doubts = Counter(one.kind for one in scenario.oddities)
    doubts[Odd.CLOCK_SKEW.code] *= BATCHES_OF_A_SHIFT
    return (
        _of_campaign(scenario, campaign=MANY)
        | _of_campaign(scenario, campaign=ONE_DAY)
        | staff
        | {f"doubt.{code}": count for code, count in doubts.items()}
    )


def _of_campaign(scenario: Scenario, *, campaign: int) -> dict[str, int]:
    tubes, swabs = scenario.tubes, scenario.swabs
    own = tubes.campaign == campaign
    mine = own[swabs.tube]
    single = tubes.single
    mistyped = mine & (swabs.odd == Odd.IDENTITY)
    counts = {
        "swabs": mine.sum(),
        "tubes": own.sum(),
        "people": len(np.unique(swabs.person[mine & ~mistyped])) + mistyped.sum(),
        "samplers": len(np.unique(tubes.device[own])),
        "recollected": (own & single).sum(),
        "positive_people": (own & (tubes.swabs == 1) & (tubes.outcome == Outcome.POSITIVE)).sum(),
        "waiting_people": _waiting(scenario, own=own),
    }
    pooled = own & ~single
    counts |= {f"{one.name.lower()}_pooled_tubes": (pooled & (tubes.outcome == one)).sum() for one in Outcome}
    return {f"{NAMES[campaign]}.{name}": int(count) for name, count in counts.items()}


def _waiting(scenario: Scenario, *, own: Flags) -> int:
    """People of a pooled positive tube whose re-collection has not happened."""
    tubes = scenario.tubes
    settled = np.zeros(len(tubes), np.bool_)
    settled[tubes.parent[tubes.single]] = True
    waiting = own & ~tubes.single & ~settled & (tubes.outcome == Outcome.POSITIVE) & (tubes.swabs > 1)
    return int(tubes.swabs[waiting].sum())
