"""Campaigns, plants, sites and devices of the invented car maker."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from yinghuo.demo.scenario.identifiers import CODES_PER_SITE
from yinghuo.demo.scenario.setting import Campaign, Device, Plant, Site
from yinghuo.demo.scenario.shapes import CHINA, MANY, ONE_DAY, Ints
from yinghuo.demo.scenario.sizes import Sizes

STARTS_AT = datetime(2022, 3, 13, tzinfo=CHINA)
ENDS_AT = datetime(2022, 5, 9, tzinfo=CHINA)
DAYS = (ENDS_AT - STARTS_AT).days
ONE_DAY_STARTS_AT = datetime(2022, 5, 9, 6, tzinfo=CHINA)
ONE_DAY_ENDS_AT = datetime(2022, 5, 9, 22, tzinfo=CHINA)
RANGE_STEP = 500  # tube codes are issued by the carton

# Name, English name, county-level area, streets (their codes as in the area table), latitude, longitude: roughly the
# district, no real works. Numbers of people come from the sizes.
PLANTS = (
    ("第一总装厂（虚构）", "Assembly plant 1 (invented)", "220106", ("220106101", "220106102"), 43.862, 125.214),
    ("第二总装厂（虚构）", "Assembly plant 2 (invented)", "220104", ("220104009", "220104101"), 43.792, 125.196),
    ("发动机厂（虚构）", "Engine plant (invented)", "220106", ("220106100", "220106400"), 43.931, 125.172),
    ("变速箱厂（虚构）", "Gearbox plant (invented)", "220103", ("220103100", "220103011"), 43.978, 125.371),
    ("冲压车身厂（虚构）", "Press and body plant (invented)", "220106", ("220106102",), 43.884, 125.161),
)
CORNERS = ("一号门", "二号门", "宿舍区", "食堂", "涂装车间", "总装车间", "物流门", "体育馆")
CORNERS_EN = ("Gate 1", "Gate 2", "Dormitories", "Canteen", "Paint shop", "Assembly hall", "Goods gate", "Sports hall")


@dataclass(frozen=True)
class Places:
    """Where and with what; `crew[site]` devices stand at a site, from index `first_device[site]` on."""

    campaigns: list[Campaign]
    plants: list[Plant]
    sites: list[Site]
    devices: list[Device]
    technicians: list[str]
    first_device: Ints
    crew: Ints

    @property
    def couriers(self) -> list[int]:
        """Indices of the couriers' devices."""
        return [index for index, device in enumerate(self.devices) if device.kind == "courier"]

    @property
    def laboratories(self) -> list[int]:
        """Indices of the testing vehicles' devices."""
        return [index for index, device in enumerate(self.devices) if device.kind == "laboratory"]


def make_places(sizes: Sizes) -> Places:
    """All places and devices at a size; nothing here is left to chance."""
    plants = [Plant(*row, people=people) for row, people in zip(PLANTS, sizes.plants, strict=True)]
    sites = _sites(plants, counts=sizes.sites, campaign=MANY) + _sites(
        plants[:1], counts=(sizes.one_day_sites,), campaign=ONE_DAY
    )
    crew = np.concatenate([_crew(sizes), _spread(sizes.one_day_samplers, weights=np.ones(sizes.one_day_sites))])
    return Places(
        campaigns=_campaigns(sizes),
        plants=plants,
        sites=sites,
        devices=_devices(sites, crew=crew, sizes=sizes),
        technicians=[f"JY-{number:03d}" for number in range(1, sizes.technicians + 1)],
        first_device=np.cumsum(crew) - crew,
        crew=crew,
    )


def with_issued_codes(sites: list[Site], *, used: Ints) -> list[Site]:
    """The sites with the range of tube codes issued to each: what was `used`, up to the next full carton."""
    issued = []
    for index, (site, count) in enumerate(zip(sites, used.tolist(), strict=True)):
        base = (index + 1) * CODES_PER_SITE
        last = base + (count // RANGE_STEP + 1) * RANGE_STEP
        issued.append(replace(site, first=f"JL{base + 1:010d}", last=f"JL{last:010d}"))
    return issued


def _campaigns(sizes: Sizes) -> list[Campaign]:
    many = Campaign(
        "汽车集团闭环核酸筛查（虚构）",
        "Closed-loop screening of the car maker (invented)",
        area_code="2201",
        plant=-1,
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        planned_people=sum(sizes.plants),
        planned_teams=sizes.samplers,
    )
    one_day = Campaign(
        "第一总装厂复工全员筛查（虚构）",
        "Restart screening of assembly plant 1 (invented)",
        area_code=PLANTS[0][2],
        plant=0,
        starts_at=ONE_DAY_STARTS_AT,
        ends_at=ONE_DAY_ENDS_AT,
        planned_people=sizes.one_day_people,
        planned_teams=sizes.one_day_samplers,
    )
    return [many, one_day]


def _sites(plants: list[Plant], *, counts: tuple[int, ...], campaign: int) -> list[Site]:
    suffix, suffix_en = ("采样点", "sampling point") if campaign == MANY else ("全员筛查点", "screening point")
    return [
        Site(
            campaign=campaign,
            plant=index,
            area_code=plant.streets[corner * len(plant.streets) // count],
            name_zh=f"{plant.name_zh.removesuffix('（虚构）')}{CORNERS[corner]}{suffix}（虚构）",
            name_en=f"{plant.name_en.removesuffix(' (invented)')}, {CORNERS_EN[corner]} {suffix_en} (invented)",
            lat=round(plant.lat + 0.004 * (corner // 3 - 1), 6),
            lon=round(plant.lon + 0.005 * (corner % 3 - 1), 6),
        )
        for index, (plant, count) in enumerate(zip(plants, counts, strict=True))
        for corner in range(count)
    ]


def _crew(sizes: Sizes) -> Ints:
    """Samplers of each site of the long campaign: two, and the others by the people of its plant."""
    people = np.repeat(np.array(sizes.plants) / np.array(sizes.sites), sizes.sites)
    return _spread(sizes.samplers - 2 * len(people), weights=people) + 2


def _spread(count: int, *, weights: np.ndarray) -> Ints:
    """`count` shared out by weight, in whole numbers (largest remainders)."""
    exact = count * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: count - whole.sum()]] += 1
    return whole


def _devices(sites: list[Site], *, crew: Ints, sizes: Sizes) -> list[Device]:
    phones = [(site.campaign, index) for index, site in enumerate(sites) for _ in range(crew[index])]
    numbers = iter(range(1, sizes.samplers + sizes.one_day_samplers + 1))
    return [
        *(Device(f"CY-{next(numbers):03d}", "phone", campaign, site) for campaign, site in phones),
        *(Device(f"ZYC-{number:02d}", "courier", MANY, -1) for number in range(1, sizes.couriers + 1)),
        *(Device(f"JCC-{number:02d}", "laboratory", MANY, -1) for number in range(1, sizes.laboratories + 1)),
    ]
