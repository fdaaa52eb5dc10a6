"""The small world of the sampling tests, with custody following, and boxes and hand-overs in one line."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import sequencer
from yinghuo.core.people.queries import DeviceRow
from yinghuo.core.work.models import Issue
from yinghuo.desks.sampling.actions.facts import keep_received
from yinghuo.desks.sampling.jobs import judge
from yinghuo.desks.sampling.jobs.custody import follow_custody
from yinghuo.desks.sampling.models import Custody, Gap

MIN = timedelta(minutes=1)


class CustodyWorld(World):
    """Makes whole tubes and boxes, and lets the judge and custody catch up."""

    def settle_down(self, now: datetime = NOW) -> None:
        """Lets the ledger, the judge and custody catch up."""
        while sequencer.sequence() + judge(now) + follow_custody(now):
            pass

    def fill(self, *tubes: int, people: int = 2, counted: int | None = None, at: datetime = START) -> None:
        """Swabs people into tubes and seals them a minute later."""
        for tube in tubes:
            self.send("swabs", self.swabs(people, tube, at=at))
        self.send(
            "tubes", [self.sealed(tube, count=people if counted is None else counted, at=at + MIN) for tube in tubes]
        )

    def sealed(self, tube: int, *, count: int, at: datetime = START + MIN) -> dict[str, Any]:
        """A tube's sealing."""
        return {"id": str(uuid4()), "tube": code(tube), "at": stamp(at), "site": self.site.id, "count": count}

    def pack(self, box: str, *tubes: int, at: datetime = START + 10 * MIN, **more: Any) -> None:
        """Tubes into a box."""
        fact = {"id": str(uuid4()), "box": box, "at": stamp(at), "site": self.site.id, "count": len(tubes)}
        self.send("boxes", [fact | {"tubes": [code(tube) for tube in tubes]} | more])

    def hand(self, box: str, stage: str, count: int, *, at: datetime, **more: Any) -> None:
        """A box changes hands."""
        device = self.courier if stage == "collected" else self.laboratory
        fact = {"id": str(uuid4()), "box": box, "at": stamp(at), "stage": stage, "vehicle": "吉A12345", "count": count}
        self.send("handovers", [fact | more], device=device)

    def receive(self, *tubes: str, box: str = "", at: datetime = START + 60 * MIN, by: DeviceRow | None = None) -> None:
        """Tubes scanned one by one at the laboratory's reception."""
        rows = [{"id": str(uuid4()), "tube": tube, "at": stamp(at), "box": box} for tube in tubes]
        keep_received(_batch("received", rows), Sender(by or self.laboratory, NOW))


def gaps(point: str) -> dict[str, int]:
    """The tubes with a gap at a point, and by how much."""
    return dict(Gap.objects.filter(point=point).values_list("tube", "amount"))


def stages() -> dict[str, str]:
    """Where each tube is."""
    return dict(Custody.objects.values_list("tube", "stage"))


def doubts(code: str) -> list[dict[str, Any]]:
    """What was said of the issues with this code."""
    return [issue.detail for issue in Issue.objects.filter(code=code).order_by("subject")]


def new_id() -> UUID:
    """An id."""
    return uuid4()


def _batch(name: str, rows: list[dict[str, Any]]) -> bytes:
    import json

    return json.dumps({"sent_at": stamp(NOW), name: rows}).encode()
