"""Where the scenario plays and who carries what: campaigns, plants, sites and devices, one object each."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Campaign:
    """Who samples when: rounds of `round_h` hours from `starts_at`, `capacity` people a tube at the most."""

    name_zh: str
    name_en: str
    area_code: str
    plant: int
    starts_at: datetime
    ends_at: datetime
    planned_people: int
    planned_teams: int
    capacity: int = 10
    round_h: int = 24
    recollect_h: int = 24


@dataclass(frozen=True)
class Plant:
    """An invented plant of the car maker; position in degrees, not that of any real plant."""

    name_zh: str
    name_en: str
    area_code: str
    streets: tuple[str, ...]
    lat: float
    lon: float
    people: int


@dataclass(frozen=True)
class Site:
    """Where a campaign samples; `first` to `last` are the tube codes issued to it."""

    campaign: int
    plant: int
    area_code: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Device:
    """A sampler's phone, a courier's phone or a testing vehicle's computer; `code` names the sampler or the vehicle.

    kind: "phone", "courier" or "laboratory", as the system names them; site is -1 unless it is a phone
    """

    code: str
    kind: str
    campaign: int
    site: int
