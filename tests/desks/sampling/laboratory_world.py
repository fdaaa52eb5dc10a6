"""The small world with a laboratory: two technicians of one laboratory, one of another, a kit, tubes that wait."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.parties.models import Party
from yinghuo.core.people import actions as people
from yinghuo.core.people.models import Role, User
from yinghuo.core.people.queries import DeviceRow, device_by_token
from yinghuo.desks.sampling.actions.laboratory import Technician, technician_of
from yinghuo.desks.sampling.actions.laboratory.kits import add_kit
from yinghuo.desks.sampling.actions.laboratory.plates import NewPlate, fill_plate, make_plate, start_plate
from yinghuo.desks.sampling.models import Plate, WellKind
from yinghuo.engines.assays import Kit, Target

KIT = Kit(
    "Kit A (invented)",
    (Target("ORF1ab", 38, 40), Target("N", 38, 40)),
    "IC",
    35,
    2,
    date(2022, 1, 1),
    "leaflet of the invented kit, edition 1",
)
CONTROLS = {"G12": "negative", "H12": "positive", "F12": "blank"}
NEGATIVE = {"ORF1ab": None, "N": None, "IC": 27.0}
POSITIVE = {"ORF1ab": 25.5, "N": 26.25, "IC": 28.0}
BLANK = {"ORF1ab": None, "N": None, "IC": None}
GREY = {"ORF1ab": None, "N": 38.6, "IC": 28.0}
AS_CONTROL = {WellKind.POSITIVE: POSITIVE, WellKind.NEGATIVE: NEGATIVE, WellKind.BLANK: BLANK}


class LaboratoryWorld(World):
    """Brings tubes to the laboratory, and its people to the bench."""

    def __init__(self, *, mode: int = 10) -> None:
        super().__init__(mode=mode)
        self.party = self.laboratory_of("第一检验所（虚构）")
        self.li, self.wang = self.technician("li", self.party), self.technician("wang", self.party)
        self.kit = add_kit(KIT, controls=CONTROLS, who=self.li)

    def laboratory_of(self, name: str, area_code: str = "2201") -> UUID:
        """A laboratory."""
        party = Party.objects.create(
            id=uuid4(), kind="laboratory", name_zh=name, name_en=name, area_code=area_code, created_at=START
        )
        return party.id

    def technician(
        self, name: str, party: UUID | None, *, area: str = "2201", role: Role = Role.LABORATORY, minutes: int = 0
    ) -> Technician:
        """A user at the bench."""
        user, _made = User.objects.get_or_create(
            username=name, defaults={"role": role, "area_code": area, "party_id": party}
        )
        return technician_of(user, now=NOW + timedelta(minutes=minutes))

    def receiver(self, party: UUID) -> DeviceRow:
        """The computer at a laboratory's reception."""
        _, token = people.enrol_device("r", "laboratory", by="user:1", at=START, area_code="220106001", party_id=party)
        device = device_by_token(token)
        assert device
        return device

    def received(self, first: int, last: int, *, people_each: int = 1, party: UUID | None = None) -> list[str]:
        """Tubes swabbed, packed and received by the laboratory; each swabbed a second later than the one before."""
        box = f"BOX{first:06d}"
        tubes = [code(n) for n in range(first, last + 1)]
        swabs = [self.swabs(people_each, n, at=START + timedelta(seconds=n)) for n in range(first, last + 1)]
        self.send("swabs", [swab for one in swabs for swab in one])
        packed = {"id": str(uuid4()), "box": box, "at": stamp(START + timedelta(hours=1)), "site": self.site.id}
        self.send("boxes", [packed | {"count": len(tubes), "tubes": tubes}])
        handed = {"id": str(uuid4()), "box": box, "at": stamp(START + timedelta(hours=2)), "stage": "received"}
        handed |= {"vehicle": "JA0001", "count": len(tubes)}
        self.send("handovers", [handed], device=self.receiver(party or self.party))
        self.judge()
        return tubes

    def plate(self, who: Technician | None = None, *, tubes: int = 96, start: bool = True) -> Plate:
        """A plate filled with what waits, and started."""
        who = who or self.li
        plate = make_plate(NewPlate(uuid4(), KIT.name), who=who)
        fill_plate(plate.id, who=who, most=tubes)
        if start:
            start_plate(plate.id, who=who)
        plate.refresh_from_db()
        return plate


def readings(plate: Plate, **special: Any) -> dict[int, dict[str, float | None]]:
    """What the instrument read: right controls, negative tubes; `special` by tube code says otherwise."""
    return {
        well.number: dict(special.get(well.tube) or special.get(well.kind) or AS_CONTROL.get(well.kind, NEGATIVE))
        for well in plate.wells.all()
    }
