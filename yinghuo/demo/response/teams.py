"""The scenario of the response desk: 349 squads of the counties and 21 mobile teams of the province, all invented."""

import csv
import io
from datetime import timedelta

import numpy as np

from yinghuo.core.areas.models import Area, Level
from yinghuo.core.refusal import Refused
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.demo.response.scene import Scene, event_id
from yinghuo.demo.world import BY
from yinghuo.desks.response.actions import dispatch
from yinghuo.desks.response.actions.teams_files import load_teams
from yinghuo.desks.response.models import Sending

SQUADS, MOBILE = 349, 21  # as printed; where they live is invented
PROVINCE = "22"
SPREAD_DEGREES = 0.06  # around the middle of a district
FROM_CITY_DEGREES = {
    "区": 0.08,
    "县": 0.6,
    "市": 0.6,
}  # how far, at most, an invented middle of a county lies from its city
PROFILES = (
    "tracing:3;police:1;communications:1",
    "disinfection:3;transfer:2",
    "transfer:3;isolation:2;communications:1",
    "tracing:2;sampling:3",
    "isolation:3;disinfection:2",
)
OF_FIVE = "tracing:1;police:1;communications:1;transfer:1;disinfection:1"
SHIFTS = (("00:00", "00:00"), ("00:00", "00:00"), ("07:00", "21:00"))
SENT_TO = ("response.tracing", "response.transfer", "response.isolation", "response.disinfection")
HEAD = ("code", "name_zh", "name_en", "mobile", "area_code", "skills", "members", "vehicles", "lat", "lon")
Line = tuple[str | int, ...]


def play(scene: Scene) -> None:
    """Registers all teams by one file, as a province would."""
    rng = np.random.default_rng(349)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([*HEAD, "shift_from", "shift_to"])
    out.writerows([*_squads(rng), *_mobile(rng)])
    done = load_teams(text.getvalue().encode(), area_code=PROVINCE, by=BY, at=scene.now - timedelta(days=20))
    assert not done.problems, done.problems[:3]


def send(scene: Scene) -> None:
    """Teams go to the four tracks of the plant's event as soon as it is open; all else waits for a person's key."""
    of_event = Order.objects.filter(subject=f"event:{event_id()}", kind__in=SENT_TO, state=State.OPEN)
    for order in of_event.filter(opened_at__lt=scene.now).order_by("kind"):
        if not Sending.objects.filter(order_id=order.id).exists():
            _sent(order)


def _sent(order: Order) -> None:
    """The proposed team, three minutes after the order; it arrives when it said."""
    at = order.opened_at + timedelta(minutes=3)
    row = dispatch.propose([order.id], now=at).rows[0]
    if row.team is None or row.choice is None:
        return
    try:
        sent = dispatch.confirm(order.id, row.team.id, by=BY, at=at)
        dispatch.arrive(row.team.id, order.id, by=BY, at=sent.eta_at + timedelta(minutes=2))
    except Refused:  # somebody of the scenario was quicker: the order is theirs
        return


def _squads(rng: np.random.Generator) -> list[Line]:
    """Each county has at least one squad, the others follow the people who live there."""
    counties = list(Area.objects.filter(level=Level.COUNTY, code__startswith=PROVINCE).order_by("code"))
    points = {one.code: (one.lat, one.lon) for one in Area.objects.filter(lat__isnull=False)}
    people = np.array([one.population or 50_000 for one in counties], float)
    share = people / people.sum() * (SQUADS - len(counties))
    each = 1 + share.astype(int)
    for place in np.argsort(-(share % 1), kind="stable")[: SQUADS - int(each.sum())]:
        each[place] += 1
    lines: list[Line] = []
    for county, count in zip(counties, each.tolist(), strict=True):
        lat, lon = points.get(county.code) or _middle(county, points[county.code[:4]], rng)
        lines += [_squad(county, number, lat or 0.0, lon or 0.0, rng) for number in range(1, count + 1)]
    return lines


def _middle(
    county: Area, city: tuple[float | None, float | None], rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """An invented middle of a county that has no point of its own: somewhere around its prefecture's."""
    most, turn = FROM_CITY_DEGREES.get(county.name_zh[-1], 0.1), rng.uniform(0, 2 * np.pi)
    far = most * rng.uniform(0.4, 1)
    return (city[0] or 0.0) + far * float(np.sin(turn)), (city[1] or 0.0) + far * float(np.cos(turn))


def _squad(county: Area, number: int, lat: float, lon: float, rng: np.random.Generator) -> Line:
    skills, shift = PROFILES[(number + int(county.code)) % len(PROFILES)], SHIFTS[number % len(SHIFTS)]
    place = _near(lat, lon, rng)
    zh, en = f"{county.name_zh}应急{number}队（虚构）", f"{county.name_en} squad {number} (invented)"
    return (f"{county.code}-{number:02}", zh, en, 0, county.code, skills, 6, 1 + number % 2, *place, *shift)


def _mobile(rng: np.random.Generator) -> list[Line]:
    """Teams of five, kept by the province in its prefectures' cities by turns."""
    cities = list(Area.objects.filter(level=Level.PREFECTURE, code__startswith=PROVINCE, lat__isnull=False))
    lines: list[Line] = []
    for number in range(1, MOBILE + 1):
        city = cities[number % len(cities)]
        zh, en = f"省级机动{number}队（虚构）", f"Provincial mobile team {number} (invented)"
        place = _near(city.lat or 0.0, city.lon or 0.0, rng)
        lines.append((f"JL-M{number:02}", zh, en, 1, PROVINCE, OF_FIVE, 5, 1, *place, *SHIFTS[0]))
    return lines


def _near(lat: float, lon: float, rng: np.random.Generator) -> tuple[str, str]:
    """A point not far from another."""
    moved = rng.normal(0, SPREAD_DEGREES / 2, 2).clip(-SPREAD_DEGREES, SPREAD_DEGREES)
    return f"{lat + moved[0]:.5f}", f"{lon + moved[1]:.5f}"
