"""Setting the scenario up through the public actions: region, users, plants, campaigns, sites, people, devices."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from yinghuo.core.areas.actions import load_region
from yinghuo.core.bulletins.actions import load_daily, load_facts
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people import actions as people
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Role
from yinghuo.demo.scenario import Scenario
from yinghuo.desks.sampling import actions as sampling
from yinghuo.desks.sampling.models import Campaign, Site

BY = "system:demo"
DATA = Path(__file__).parent / "data" / "jilin-2022"
PASSWORD = "firefly-2022"  # noqa: S105 - printed on purpose: the demonstration's users are for everybody
PEOPLE_AT_ONCE = 5_000
LOGINS = {
    Role.ADMIN: ("admin", "22", "系统管理员（虚构）", "Administrator (invented)"),
    Role.MANAGER: ("manager", "2201", "采样管理员（虚构）", "Campaign manager (invented)"),
    Role.LABORATORY: ("laboratory", "2201", "检验员（虚构）", "Laboratory technician (invented)"),
    Role.DUTY: ("duty", "22", "值班员（虚构）", "Duty officer (invented)"),
    Role.RESPONSE: ("response", "22", "处置专员（虚构）", "Response officer (invented)"),
    Role.METERING: ("metering", "22", "计量工程师（虚构）", "Metering engineer (invented)"),
    Role.SAFETY: ("safety", "220106", "企业防疫专员（虚构）", "Enterprise safety officer (invented)"),
    Role.AUDITOR: ("auditor", "22", "审计员（虚构）", "Auditor (invented)"),
    Role.STATISTICIAN: ("statistician", "22", "统计员（虚构）", "Statistician (invented)"),
}


def named(kind: str, name: str) -> UUID:
    """The same id for the same thing in every run."""
    return uuid5(NAMESPACE_URL, f"yinghuo:demo:{kind}:{name}")


def region(at: datetime) -> None:
    """Areas with outlines, and the real bulletins of 2022."""
    load_region(by=BY, at=at)
    load_daily((DATA / "daily.csv").read_text(encoding="utf-8"), by=BY, at=at)
    load_facts((DATA / "other_facts.csv").read_text(encoding="utf-8"), by=BY, at=at)


def users(at: datetime) -> None:
    """One login for each role."""
    for role, (username, area_code, name_zh, name_en) in LOGINS.items():
        people.add_user(
            username=username,
            password=PASSWORD,
            role=role.value,
            area_code=area_code,
            name_zh=name_zh,
            name_en=name_en,
            by=BY,
            at=at,
        )


def plants(scenario: Scenario, at: datetime) -> list[UUID]:
    """The invented plants as enterprises; returns their ids in the scenario's order."""
    return [
        register_party(
            kind="enterprise",
            id=named("plant", plant.name_zh),
            name_zh=plant.name_zh,
            name_en=plant.name_en,
            area_code=plant.area_code,
            industry="C3612",  # manufacture of new-energy vehicles is C3612, of others C3611 (GB/T 4754-2017)
            by=BY,
            at=at,
        ).id
        for plant in scenario.plants
    ]


def campaigns(scenario: Scenario, at: datetime) -> list[Campaign]:
    """Both campaigns, by the scenario's own plan."""
    return [
        sampling.open_campaign(
            Campaign(
                id=named("campaign", one.name_zh),
                name_zh=one.name_zh,
                name_en=one.name_en,
                area_code=one.area_code,
                mode=one.capacity,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                round_h=one.round_h,
                recollect_h=one.recollect_h,
                planned_people=one.planned_people,
                planned_teams=one.planned_teams,
                planned_sites=sum(site.campaign == number for site in scenario.sites),
            ),
            by=BY,
            at=at,
        )
        for number, one in enumerate(scenario.campaigns)
    ]


def sites(scenario: Scenario, opened: list[Campaign], parties: list[UUID], at: datetime) -> list[Site]:
    """The sites, each with the tube codes issued to it."""
    made = []
    for one in scenario.sites:
        campaign = opened[one.campaign]
        fields = {"name_zh": one.name_zh, "name_en": one.name_en, "area_code": one.area_code}
        place = {"lat": one.lat, "lon": one.lon, "party_id": parties[one.plant]}
        made.append(sampling.add_site(campaign, by=BY, at=at, **fields, **place))
        if one.first:
            sampling.issue_tubes(campaign.id, first=one.first, last=one.last, by=BY, at=at)
    return made


def roster(scenario: Scenario, parties: list[UUID], at: datetime) -> Iterator[int]:
    """Registers everybody on the roster; yields how many more are done."""
    rows = scenario.people
    groups = scenario.groups.name_zh[rows.group].tolist()
    everybody = zip(rows.number.tolist(), rows.name.tolist(), rows.plant.tolist(), groups, strict=True)
    newcomers = [
        people.NewPerson(
            number=number,
            name=name,
            area_code=scenario.plants[plant].area_code,
            party_id=parties[plant],
            group=group,
        )
        for number, name, plant, group in everybody
    ]
    for start in range(0, len(newcomers), PEOPLE_AT_ONCE):
        part = newcomers[start : start + PEOPLE_AT_ONCE]
        people.register_people(part, by=BY, at=at)
        yield len(part)


def pseudonyms(scenario: Scenario) -> list[str]:
    """What this installation calls each person of the roster."""
    return [str(pseudonym(number)) for number in scenario.people.number.tolist()]


def devices(scenario: Scenario, made: list[Site], at: datetime, *, kept_in: Path) -> list[str]:
    """Enrols every device; returns the tokens in the scenario's order.

    kept_in: where the tokens are kept, so that a run that was broken off goes on with the same devices
    """
    tokens: dict[str, str] = json.loads(kept_in.read_text()) if kept_in.exists() else {}
    for number, one in enumerate(scenario.devices):
        key = f"{number}:{one.kind}:{one.code}"
        if key in tokens:
            continue
        site = made[one.site] if one.site >= 0 else None
        area_code = site.area_code if site else scenario.campaigns[0].area_code
        _, tokens[key] = people.enrol_device(
            one.code,
            one.kind,
            by=BY,
            at=at,
            area_code=area_code,
            site_id=site.id if site else None,
            party_id=named("laboratory", one.code) if one.kind == "laboratory" else None,
        )
        _keep(tokens, kept_in)
    return [tokens[f"{number}:{one.kind}:{one.code}"] for number, one in enumerate(scenario.devices)]


def _keep(tokens: dict[str, str], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(tokens))
    draft.replace(path)
