"""The round itself: swabs, boxes, couriers, reception, a plate from an instrument's file, a message."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from yinghuo.core.doors.senders import Sender
from yinghuo.core.people.identity import pseudonym
from yinghuo.demo.morning.messages import report
from yinghuo.demo.morning.roster import take_in
from yinghuo.demo.morning.setting import BEGINS, INSTRUMENT, KIT, POOL, Scene, fact_id, set_up
from yinghuo.demo.world import BY, named
from yinghuo.desks.sampling import actions
from yinghuo.desks.sampling.actions.corrections import keep_corrections, keep_voids
from yinghuo.desks.sampling.actions.facts import Answer
from yinghuo.desks.sampling.actions.laboratory import plate_files, plates, reading
from yinghuo.desks.sampling.actions.messages import Door, admit_sender, receive
from yinghuo.desks.sampling.actions.messages.senders import Named
from yinghuo.desks.sampling.models import Channel, Plate, PlateState, Well, WellKind
from yinghuo.engines.plates import well_name

Keep = Callable[[bytes, Sender], Answer]
Fact = dict[str, Any]
POSITIVE_TUBE = (1, 3)  # of the second gate, the fourth tube
ELSEWHERE = 2  # the third gate's box is assayed by another laboratory, which reports by HL7
TUBE_MIN = 8  # from one tube to the next
UNPACKED = 2  # tubes of the first gate that nobody packed, so that the desk asks where they are


class Morning:
    """Plays the round; doing it again changes nothing, since every fact and every thing has the same id again."""

    def __init__(self, scale: float, *, now: datetime, settled: Callable[[], None], identities: list[str]) -> None:
        self.scale, self.now, self.settled = scale, now, settled
        self.numbers = identities
        self.people = [str(pseudonym(number)) for number in identities]

    def play(self) -> Iterator[str]:
        """Step by step; yields what was done."""
        scene = set_up(self.scale, self.now, people_there=len(self.people))
        yield "plan, sites, labels, phones"
        take_in(self.numbers, at=self.now)
        yield "roster"
        for site in range(len(scene.sites)):
            self._sample(scene, site)
        self._correct(scene)
        yield "swabs"
        for site in range(len(scene.sites)):
            self._carry(scene, site)
        self.settled()
        yield "boxes"
        self._report_elsewhere(scene)
        self.settled()
        yield "message of another laboratory"
        self._assay(scene)
        self.settled()
        yield "plates"

    def _sample(self, scene: Scene, site: int) -> None:
        """A site's tubes one after the other, ten people each, thirty seconds a person."""
        swabs, sealed = [], []
        for number in range(scene.tubes_a_site):
            tube = scene.tube(site, number)
            for seat in range(POOL):
                at = _at(TUBE_MIN * number + 0.5 * seat + site)
                person = self.people[((site * scene.tubes_a_site + number) * POOL + seat) % len(self.people)]
                swabs.append(_fact("swab", tube, seat, at=at) | {"tube": tube, "site": self._site(scene, site)})
                swabs[-1]["person"] = person
            at = _at(TUBE_MIN * number + 5.5 + site)
            sealed.append(_fact("sealed", tube, at=at) | {"tube": tube, "site": self._site(scene, site), "count": POOL})
        self._keep(actions.keep_swabs, "swabs", swabs, scene.phones[site])
        self._keep(actions.keep_sealed, "tubes", sealed, scene.phones[site])

    def _correct(self, scene: Scene) -> None:
        """What phones put right themselves: a swab undone, a leaking tube voided."""
        tube, leaking = scene.tube(0, 2), scene.tube(0, scene.tubes_a_site - 1)
        common = {"site": self._site(scene, 0)}
        undone = _fact("undone", tube, at=_at(40)) | common | {"tube": tube, "what": "undone"}
        undone["swab"] = str(fact_id("swab", tube, 9))
        voided = _fact("voided", leaking, at=_at(100)) | common | {"tube": leaking, "reason": "leaked"}
        self._keep(keep_corrections, "corrections", [undone], scene.phones[0])
        self._keep(keep_voids, "voids", [voided], scene.phones[0])

    def _carry(self, scene: Scene, site: int) -> None:
        """Packed, collected and received; the last site's box is still on the road."""
        left_out = UNPACKED if site == 0 else 0
        tubes = [scene.tube(site, number) for number in range(left_out, scene.tubes_a_site)]
        box = f"XB-0510-{site + 1:02d}"
        packed = _fact("boxed", box, at=_at(105 + site)) | {"box": box, "site": self._site(scene, site)}
        packed |= {"tubes": tubes, "count": len(tubes), "seal": f"F{510 + site}"}
        self._keep(actions.keep_boxes, "boxes", [packed], scene.phones[site])
        carried = {"box": box, "vehicle": "吉A·XN510", "count": len(tubes), "seal": f"F{510 + site}"}
        moves = [_fact("collected", box, at=_at(115 + site)) | carried | {"stage": "collected", "temperature_c": 4.5}]
        if site < len(scene.sites) - 1:
            moves.append(_fact("received", box, at=_at(135 + site)) | carried | {"stage": "received"})
        self._keep(actions.keep_handovers, "handovers", moves, scene.courier)

    def _report_elsewhere(self, scene: Scene) -> None:
        """Another laboratory's system reports a whole box in one HL7 message."""
        if len(scene.sites) <= ELSEWHERE:
            return
        named_sender = Named("LIS-DEMO", "LAB-3")
        admit_sender(named_sender, device_id=scene.laboratory.device.id, by=BY, at=self.now)
        tubes = [scene.tube(ELSEWHERE, number) for number in range(scene.tubes_a_site)]
        receive(report(tubes, at=_at(165)), door=Door(Channel.MLLP, BY, address="127.0.0.1"), now=self.now)

    def _assay(self, scene: Scene) -> None:
        """Two thirds of what waits goes through a plate and is released; the rest is on a second one, running."""
        first, second = (
            plates.make_plate(
                plates.NewPlate(named("plate", name), KIT, named("instrument", "morning"), f"PL-0510-{name}"),
                who=scene.technician,
            )
            for name in ("1", "2")
        )
        if first.state == PlateState.FILLING:
            most = max(len(scene.sites) * scene.tubes_a_site // 2, 4)
            plates.fill_plate(first.id, who=scene.technician, most=most)
            self._read(plates.start_plate(first.id, who=scene.technician), scene)
        if second.state == PlateState.FILLING and plates.fill_plate(second.id, who=scene.technician):
            plates.start_plate(second.id, who=scene.technician)

    def _read(self, plate: Plate, scene: Scene) -> None:
        file = io.BytesIO(_instrument_file(plate, scene).encode())
        plate_files.read_plate_file(plate.id, named("instrument", "morning"), file, who=scene.technician)
        reading.release_plate(plate.id, who=scene.releasing)

    def _keep(self, keep: Keep, door: str, facts: list[Fact], sender: Sender) -> None:
        keep(json.dumps({"sent_at": self.now.isoformat(), door: facts}).encode(), sender)

    def _site(self, scene: Scene, number: int) -> int:
        return int(scene.sites[number].pk)


def _at(minutes: float) -> datetime:
    return BEGINS + timedelta(minutes=minutes)


def _fact(*words: object, at: datetime) -> Fact:
    return {"id": str(fact_id(*words)), "at": at.isoformat()}


def _instrument_file(plate: Plate, scene: Scene) -> str:
    """What the instrument writes: head lines, then a row a well; one tube comes up early in both genes."""
    rows = [f"Instrument,{INSTRUMENT}", f"Plate,{plate.barcode}", "Well,FAM,VIC,CY5"]
    for well in Well.objects.filter(plate=plate).order_by("number"):
        rows.append(",".join([well_name(well.number), *_curve(well, scene.tube(*POSITIVE_TUBE))]))
    return "\n".join(rows) + "\n"


def _curve(well: Well, positive: str) -> tuple[str, str, str]:
    """Ct of ORF1ab, N and the internal control."""
    if well.kind == WellKind.BLANK:
        return "Undetermined", "Undetermined", "Undetermined"
    if well.kind == WellKind.POSITIVE:
        return "28.4", "27.9", "26.0"
    if well.tube == positive:
        return "31.62", "30.85", "27.4"
    return "Undetermined", "Undetermined", f"{26 + well.number % 7 / 3:.2f}"
