"""Contacts due today, put into an installation from outside: `python -m tests.browser.field.followups_world`."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

STREET, BY, CODES = "220106001", "user:1", 12
CASE_NAME, NAMES = "首发病例", ["赵大", "钱二", "孙三"]


def make() -> dict[str, object]:
    """An event, three contacts in one dormitory for each phone, the lists of yesterday and today, codes for phones."""
    from yinghuo.core.people import actions as people
    from yinghuo.desks.response.jobs.followups import generate
    from yinghuo.desks.response.models import Contact, Event
    from yinghuo.desks.response.rules.followups import day_of
    from yinghuo.desks.sampling.actions import phones

    now = datetime.now(UTC)
    today = day_of(now)
    common = {"area_code": STREET, "entry_id": uuid4()}
    event = Event.objects.create(id=uuid4(), number="2201-9001", state="open", detected_at=now, **common)
    buildings = [f"{number}号楼" for number in range(1, CODES + 1)]
    for number, building in enumerate(buildings):
        for place, name in enumerate(NAMES):
            who = people.NewPerson(f"F{number:02d}{place}", name, group=f"{place + 1}01室", area_code=STREET)
            people.register_people([who], by=BY, at=now)
            one = Contact.objects.create(
                id=uuid4(),
                event=event,
                person=who.pseudonym,
                grade="close",
                state="managed",
                last_on=today - timedelta(days=2),
                until=today + timedelta(days=19),
                rule="8th edition",
                found_at=now,
                **common,
            )
            _at_home(one, building, now)
    generate(today - timedelta(days=1), now=now)
    generate(today, now=now)
    codes = [phones.make_code(phones.NewCode("team", f"随访{n}组", STREET), by=BY, at=now)[1] for n in range(CODES)]
    return {"codes": codes, "buildings": buildings}


def _at_home(contact: object, building: str, now: datetime) -> None:
    from yinghuo.desks.response.models import Venue, Visit

    area = {"area_code": STREET, "entry_id": uuid4()}
    kind = {"name_zh": building, "building": building, "kind": "dormitory"}
    venue = Venue.objects.filter(building=building).first() or Venue.objects.create(id=uuid4(), **kind, **area)
    Visit.objects.create(
        id=uuid4(),
        person=contact.person,  # type: ignore[attr-defined]
        venue=venue.id,
        begins_at=now - timedelta(days=2),
        source="access",
        **area,
    )


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
