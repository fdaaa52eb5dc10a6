"""Items that a phone with a fault sends among its swabs, and that are no swabs: the door must give them back."""

from yinghuo.demo.scenario.shapes import Ints, MalformedItem, Tubes

NOBODY = "00000000-0000-7000-8000-000000000000"
TEXTS = (
    '{{"id":"not-a-uuid","tube":"{tube}","person":"{nobody}","at":"2022-03-20T08:00:00+08:00","site":1}}',
    '{{"id":"{id}","person":"{nobody}","at":"2022-03-20T08:00:00+08:00","site":1}}',
    '{{"id":"{id}","tube":"{tube}","person":"{nobody}","at":"2022-13-45T99:00:00+08:00","site":1}}',
)


def malformed_items(tubes: Tubes, *, chosen: Ints) -> list[MalformedItem]:
    """One item among the swabs of each chosen tube, by turns: an id that is none, no tube, a date that is none."""
    return [
        MalformedItem(
            device=int(tubes.device[tube]),
            tube=int(tube),
            text=TEXTS[place % len(TEXTS)].format(
                id=f"00000000-0000-7000-8000-{place + 1:012d}", tube=f"JL{place + 1:010d}", nobody=NOBODY
            ),
        )
        for place, tube in enumerate(chosen.tolist())
    ]
