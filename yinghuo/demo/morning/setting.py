"""Before the first swab: the plan, the campaign, its sites, labels, phones, the laboratory with its vehicle and kit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from yinghuo.core.doors.senders import Sender
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people import actions as people
from yinghuo.core.people.actions.devices import Place
from yinghuo.core.people.models import Device, User
from yinghuo.core.people.queries import DeviceRow
from yinghuo.demo.world import BY, PASSWORD, named
from yinghuo.desks.sampling.actions.custody import carriage, labels
from yinghuo.desks.sampling.actions.laboratory import instruments, kits
from yinghuo.desks.sampling.actions.laboratory.who import Technician, technician_of
from yinghuo.desks.sampling.actions.plans import NewSite, Opening, open_planned
from yinghuo.desks.sampling.models import Campaign, Instrument, LabelKind, Plan, Site
from yinghuo.desks.sampling.queries import plans
from yinghuo.engines.assays import Kit, Target
from yinghuo.engines.instrument_files import Columns

AREA, STREET = "220106", "220106001"
LAT, LON = 43.8817, 125.2475  # somewhere in the district, no real plant's place
BEGINS = datetime.fromisoformat("2022-05-10T04:30+08:00")
MOST_TUBES, LEAST_TUBES, POOL = 12, 4, 10  # tubes of a site, people in a tube
KIT, INSTRUMENT = "新冠核酸试剂盒（虚构）", "扩增仪 1（虚构）"
CONTROLS = {"A1": "negative", "A12": "blank", "H12": "positive"}
PHONES = UUID("6a1c0d5e-8f43-5c0b-9d27-3be1f0a4c711")  # the space in which this morning's facts are named


def fact_id(*words: object) -> UUID:
    """The same id for the same fact in every run."""
    return uuid5(PHONES, ":".join(map(str, words)))


@dataclass(frozen=True)
class Scene:
    """Who and what is there this morning."""

    campaign: Campaign
    sites: list[Site]
    phones: list[Sender]
    courier: Sender
    technician: Technician
    releasing: Technician
    laboratory: Sender
    tubes_a_site: int

    def tube(self, site: int, number: int) -> str:
        """The code of a site's tube, both counted from 0."""
        return f"CC{510_000_000 + 1_000 * site + number:010d}"


def set_up(scale: float, now: datetime, *, people_there: int) -> Scene:
    """Plans and opens the round for as many as the plant has; doing it again finds everything there."""
    count = max(3, round(8 * scale))
    tubes = max(LEAST_TUBES, min(MOST_TUBES, people_there // (count * POOL)))
    campaign = _open(count, tubes * POOL, now)
    sites = list(Site.objects.filter(campaign=campaign).order_by("id"))
    party = register_party(
        kind="laboratory",
        id=named("laboratory", "morning"),
        name_zh="第一检测站（虚构）",
        name_en="First testing station (invented)",
        area_code=AREA,
        by=BY,
        at=now,
    )
    technician = technician_of(_user("laboratory-2", "检验员乙（虚构）", party.id, now), now=now)
    scene = Scene(
        campaign=campaign,
        sites=sites,
        phones=[_device(f"早班手机 {n + 1}", "phone", now, site_id=site.id) for n, site in enumerate(sites)],
        courier=_device("早班转运员", "courier", now),
        technician=technician,
        releasing=technician_of(_user("laboratory-3", "审核员（虚构）", party.id, now), now=now),
        laboratory=_device("第三方检测（虚构）", "laboratory", now, party_id=named("laboratory", "third")),
        tubes_a_site=tubes,
    )
    _labels(scene, now)
    _bench(scene, party.id, now)
    return scene


def _open(sites: int, people_a_site: int, now: datetime) -> Campaign:
    asked = plans.Asked(
        area_code=AREA,
        day=date(2022, 5, 10),
        population=sites * people_a_site,
        hours=3,
        mode=POOL,
        share=1e-3,
        service_s=30,
        opens=4,
        sites=sites,
        samplers=2 * sites,
    )
    campaign = Campaign(
        id=named("campaign", "morning"),
        name_zh="5月10日早班前采样（虚构）",
        name_en="Before the early shift, 10 May (invented)",
        area_code=AREA,
        mode=POOL,
        starts_at=BEGINS,
        ends_at=BEGINS + timedelta(days=1),
        planned_people=sites * people_a_site,
        planned_sites=sites,
        planned_teams=sites,
    )
    plan = Plan(
        id=named("plan", "morning"),
        campaign=campaign,
        area_code=AREA,
        day=asked.day,
        asked=asked.written(),
        says=plans.saved_numbers(plans.reckon(asked)),
    )
    places = [NewSite(STREET, f"{n}号门（虚构）", f"Gate {n} (invented)", f"{n}组") for n in range(1, sites + 1)]
    span = ("CC0510000000", f"CC{510_000_000 + 1_000 * sites - 1:010d}")
    opened = open_planned(Opening(campaign, places, [span], plan), by=BY, at=now)
    for number, site in enumerate(Site.objects.filter(campaign=opened).order_by("id")):
        Site.objects.filter(id=site.pk).update(lat=LAT + 0.004 * (number % 3), lon=LON + 0.006 * (number // 3))
    return opened


def _labels(scene: Scene, now: datetime) -> None:
    """Each site's codes, and two sheets of labels for the first of them."""
    for number, site in enumerate(scene.sites):
        span = {"first": scene.tube(number, 0), "last": scene.tube(number, 999)}
        labels.give_codes(site, **span, by=BY, at=now)
    sheet = labels.LabelOrder(
        id=named("labels", "morning"),
        kind=LabelKind.TUBE,
        first=scene.tube(0, 0),
        last=scene.tube(0, 79),
        size="a4-4x10",
        site_id=scene.sites[0].pk,
    )
    labels.draw_run(labels.print_labels(scene.campaign, sheet, by=BY, at=now).id)


def _bench(scene: Scene, party_id: UUID, now: datetime) -> None:
    """The laboratory as carriage sees it, its kit, its instrument and how the instrument's files are read."""
    place = {"area_code": AREA, "name_zh": "第一检测站（虚构）", "name_en": "First testing station (invented)"}
    laboratory = carriage.add_laboratory(
        **place, party_id=party_id, lat=LAT - 0.03, lon=LON + 0.04, assays_per_h=188, by=BY, at=now
    )
    carriage.add_vehicle(laboratory, plate="吉A·XN510", boxes=12, by=BY, at=now)
    kit = Kit(
        name=KIT,
        targets=(Target("ORF1ab", 38, 40), Target("N", 38, 40)),
        internal_control="IC",
        control_valid_below_ct=38,
        positive_needs=1,
        valid_from=date(2022, 3, 1),
        source="虚构的说明书 (invented instructions)",
    )
    kits.add_kit(kit, controls=CONTROLS, who=scene.technician)
    instrument = named("instrument", "morning")
    if not Instrument.objects.filter(id=instrument).exists():
        instruments.save_instrument(instrument, INSTRUMENT, None, who=scene.technician)
    columns = Columns(by="well", key="Well", targets={"ORF1ab": "FAM", "N": "VIC", "IC": "CY5"})
    instruments.map_columns(instrument, columns, who=scene.technician)


def _user(username: str, name_zh: str, party_id: UUID, now: datetime) -> User:
    people.add_user(
        username=username,
        password=PASSWORD,
        role="laboratory",
        area_code="2201",
        name_zh=name_zh,
        name_en=f"{username} (invented)",
        party_id=party_id,
        by=BY,
        at=now,
    )
    return User.objects.get(username=username)


def _device(name: str, kind: str, now: datetime, *, site_id: int | None = None, party_id: UUID | None = None) -> Sender:
    """A device of this morning, enrolled once."""
    device = Device.objects.filter(name=name, area_code=AREA).first()
    if device is None:
        place = Place(area_code=AREA, site_id=site_id, party_id=party_id)
        device, _token = people.enrol_device(name, kind, by=BY, at=now, **place)
    return Sender(DeviceRow(device.id, device.kind, device.site_id, device.area_code, device.party_id), now)
