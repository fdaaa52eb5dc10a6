"""One small world for the sampling tests: a campaign with two sites, a phone at each, a courier, a laboratory."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger import sequencer
from yinghuo.core.people import actions as people
from yinghuo.core.people.queries import DeviceRow, device_by_token
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions.facts import Answer
from yinghuo.desks.sampling.jobs import judge
from yinghuo.desks.sampling.models import Campaign, Site

START = datetime(2022, 5, 7, 22, 0, tzinfo=UTC)  # 06:00 in Changchun on 8 May
NOW = START + timedelta(hours=12)
STREET = "220106001"


class World:
    """Makes facts, sends them through the actions, lets the judge work."""

    def __init__(self, *, mode: int = 10) -> None:
        campaign = Campaign(
            id=uuid4(),
            name_zh="试验点（虚构）",
            name_en="Trial (invented)",
            area_code="2201",
            mode=mode,
            starts_at=START,
            ends_at=START + timedelta(days=30),
            recollect_h=24,
        )
        self.campaign = actions.open_campaign(campaign, by="user:1", at=START)
        self.site = self._site("一号点")
        self.other_site = self._site("二号点")
        actions.issue_tubes(campaign.id, first="JL0000000001", last="JL0000009999", by="user:1", at=START)
        self.phone = self._device("phone", site_id=self.site.id)
        self.other_phone = self._device("phone", site_id=self.other_site.id)
        self.courier = self._device("courier")
        self.laboratory = self._device("laboratory")

    def _site(self, name: str) -> Site:
        fields = {"name_zh": name, "name_en": name, "area_code": STREET}
        return actions.add_site(self.campaign, by="user:1", at=START, **fields)

    def _device(self, kind: str, **fields: Any) -> DeviceRow:
        _, token = people.enrol_device(kind, kind, by="user:1", at=START, area_code=STREET, **fields)
        device = device_by_token(token)
        assert device
        return device

    def swab(self, tube: int = 1, *, at: datetime = START, **more: Any) -> dict[str, Any]:
        """A swab of somebody new into a tube."""
        fact = {"id": str(uuid4()), "tube": code(tube), "person": str(uuid4()), "at": stamp(at), "site": self.site.id}
        return fact | more

    def swabs(self, count: int, tube: int = 1, **more: Any) -> list[dict[str, Any]]:
        """Several people into one tube, ten seconds apart."""
        at = more.pop("at", START)
        return [self.swab(tube, at=at + timedelta(seconds=10 * n), **more) for n in range(count)]

    def result(self, tube: int = 1, result: str = "negative", **more: Any) -> dict[str, Any]:
        """A laboratory's result."""
        at = more.pop("at", START + timedelta(hours=5))
        fact = {"id": str(uuid4()), "tube": code(tube), "message": str(uuid4()), "at": stamp(at), "result": result}
        return fact | {"technician": "T001"} | more

    def send(self, name: str, facts: list[Any], *, device: DeviceRow | None = None, sent_at: datetime = NOW) -> Answer:
        """Sends a batch as the right device and returns the door's answer."""
        usual = {"swabs": self.phone, "tubes": self.phone, "boxes": self.phone, "handovers": self.courier}
        sender = Sender(device or usual.get(name, self.laboratory), NOW)
        keep = {
            "swabs": actions.keep_swabs,
            "tubes": actions.keep_sealed,
            "boxes": actions.keep_boxes,
            "handovers": actions.keep_handovers,
            "results": actions.keep_results,
        }[name]
        return keep(json.dumps({"sent_at": stamp(sent_at), name: facts}).encode(), sender)

    def judge(self) -> None:
        """Lets the ledger and the judge catch up."""
        while sequencer.sequence() + judge(NOW):
            pass
        sequencer.checkpoint(at=NOW)


def code(number: int) -> str:
    """A tube code of the issued range."""
    return f"JL{number:010d}"


def stamp(at: datetime) -> str:
    """A time as devices write it."""
    return at.isoformat()


def ids(facts: list[dict[str, Any]]) -> list[UUID]:
    """The ids of facts, in order."""
    return [UUID(fact["id"]) for fact in facts]
