"""The pages about phones: making a code, who is silent; and the console's own door against guessing."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from tests.desks.sampling.phone_world import show, token_for
from tests.desks.sampling.world import START, STREET, World
from tests.web.pages_world import CITY, NEXT_CITY, NOON, areas, read, read_in_both, signed_in, text, user_of
from yinghuo.core.ledger.models import Entry
from yinghuo.core.people.models import Device, Role
from yinghuo.desks.sampling.actions.phones.tries import LOGIN
from yinghuo.desks.sampling.models import EnrolmentCode, Phone, Tries
from yinghuo.desks.sampling.queries.phones import Asked, phone_counts, phones

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-word"
BUSY = 5  # how much longer the budget of 200 ms may take while other suites use the same two cores


@pytest.fixture(autouse=True)
def at_noon(settings: Any) -> None:
    settings.SCENARIO_CLOCK = NOON.isoformat()


@pytest.fixture
def world() -> World:
    areas()
    made = World()
    made.judge()
    return made


def made_code(client: Client, **more: Any) -> tuple[str, str]:
    answer = client.post("/people/phones/enrol", {"kind": "phone", "name": "三号机", "area": STREET} | more)
    assert answer.status_code == 200, text(answer)
    found = re.search(r'<code class="secret">([0-9A-Z-]+)</code>', answer.content.decode())
    assert found, text(answer)
    return found[1], answer.content.decode()


def test_the_code_is_shown_as_a_picture_and_in_letters_and_enrols_a_phone(world: World) -> None:
    manager = user_of(Role.MANAGER)
    code, page = made_code(signed_in(manager), site=world.site.id)
    assert "<svg" in page
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]
    assert re.search(r"(29|30) min", text_of(page))
    assert Entry.objects.get(kind="enrolment.code_made").by == manager.label
    answer = show({"code": code})
    assert (answer.status_code, answer.json()["name"]) == (200, "三号机")
    assert Device.objects.get(name="三号机").site_id == world.site.id


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_picture_says_the_address_of_the_app_with_the_code(world: World, tmp_path: Path) -> None:
    """Drawn again from the shown code it is the same picture."""
    from yinghuo.desks.sampling.views.phones.enrolling import picture

    code, page = made_code(signed_in(user_of(Role.MANAGER)))
    again = picture(f"http://testserver/field/#enrol={code}", said="QR code of http://testserver/field/")
    assert again in page
    assert picture("http://testserver/field/#enrol=0000", said="QR code of http://testserver/field/") not in page


def test_a_phone_of_an_area_belongs_to_no_site(world: World) -> None:
    code, _page = made_code(signed_in(user_of(Role.MANAGER)))
    assert show({"code": code}).json()["area"] == STREET
    assert Device.objects.get(name="三号机").site_id is None


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"kind": "laboratory"}, {"area": ""}, {"area": "220200"}, {"site": "999999999"}]
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(world: World, wrong: dict[str, str]) -> None:
    given = {"kind": "phone", "name": "三号机", "area": STREET} | wrong
    answer = signed_in(user_of(Role.MANAGER)).post("/people/phones/enrol", given)
    assert answer.status_code == 422
    assert given["name"].strip() in answer.content.decode()
    assert not EnrolmentCode.objects.exists()


def test_a_manager_of_another_area_sees_neither_site_nor_campaign(world: World) -> None:
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    given = {"kind": "phone", "name": "三号机", "site": world.site.id}
    assert stranger.post("/people/phones/enrol", given).status_code == 422
    assert stranger.get(f"/sampling/{world.campaign.id}/phones").status_code == 404
    assert signed_in(user_of(Role.AUDITOR)).get("/people/phones/enrol").status_code == 403


def test_every_phone_stands_with_its_site_and_what_came_from_it(world: World) -> None:
    world.send("swabs", world.swabs(3), sent_at=START + timedelta(hours=12, seconds=7))
    world.judge()
    row = Phone.objects.get(device=world.phone.id)
    assert (row.facts, row.offset_ms, row.site_id) == (3, 7000, world.site.id)
    english, chinese = read_in_both(user_of(Role.MANAGER), f"/sampling/{world.campaign.id}/phones")
    assert "2 phones" in english
    assert "2 部手机" in chinese
    assert "not signed in yet" in english


def silence(world: World, *, signed_in_min: int, batch_min: int | None, works_min: int | None = 1) -> list[bool]:
    """Whether the phone stands as silent: minutes since it signed in, since its batch, since the site's last batch."""
    before = {"minutes": signed_in_min}
    Phone.objects.filter(device=world.phone.id).update(
        signed_in_at=NOON - timedelta(**before),
        last_batch_at=None if batch_min is None else NOON - timedelta(minutes=batch_min),
    )
    at = None if works_min is None else NOON - timedelta(minutes=works_min)
    Phone.objects.filter(device=world.other_phone.id).update(site_id=world.site.id, last_batch_at=at)
    asked = Asked(world.campaign.id, "22", NOON)
    rows = [row.device for row in phones(asked, only_silent=True)]
    assert phone_counts(asked).silent == len(rows)
    assert [row.device for row in phones(asked, only_silent=False) if row.silent] == rows
    return rows == [world.phone.id]


def test_a_phone_that_signed_in_and_is_silent_while_its_site_works_stands_out(world: World) -> None:
    assert silence(world, signed_in_min=60, batch_min=31)
    assert silence(world, signed_in_min=60, batch_min=None)
    assert not silence(world, signed_in_min=60, batch_min=29)
    assert not silence(world, signed_in_min=29, batch_min=300)
    assert not silence(world, signed_in_min=19 * 60, batch_min=300)
    assert not silence(world, signed_in_min=60, batch_min=31, works_min=31)
    assert not silence(world, signed_in_min=60, batch_min=31, works_min=None)
    assert silence(world, signed_in_min=60, batch_min=31)
    page = read(signed_in(user_of(Role.MANAGER)), f"/sampling/{world.campaign.id}/phones?only=silent")
    assert "1 of 2 phones" in page
    assert re.search(r"silent for 3[1-9] min", page)  # the tests may be slow


def test_a_phone_stands_where_it_signed_in_last(world: World) -> None:
    from django.test import Client as Door

    from yinghuo.desks.sampling.models import Campaign

    Campaign.objects.update(ends_at=NOON + timedelta(days=1))
    token = token_for(world)
    headers = {"Authorization": f"Bearer {token}"}
    assert Door().get(f"/api/v1/phone/manifest?site={world.other_site.id}", headers=headers).status_code == 200
    world.judge()
    row = Phone.objects.get(device=Device.objects.get(name="二号机").id)
    assert row.site_id == world.other_site.id
    assert row.signed_in_at is not None


def test_sixty_thousand_phones_come_page_by_page_in_no_time(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_device"
            " (id, name, kind, token_hash, area_code, enrolled_at, enrolled_by, revoked_because)"
            " SELECT gen_random_uuid(), 'P' || n, 'phone', encode(sha256(n::text::bytea), 'hex'), %s, now(), 'u', ''"
            " FROM generate_series(1, 60000) n",
            [STREET],
        )
        cursor.execute(
            "INSERT INTO sampling_site (campaign_id, area_code, name_zh, name_en, team)"
            " SELECT %s, %s, 'S' || n, 'S' || n, '' FROM generate_series(1, 6000) n",
            [world.campaign.id, STREET],
        )
        cursor.execute("ANALYZE people_device, sampling_site")
        cursor.execute(
            "INSERT INTO sampling_phone (device, site_id, facts, signed_in_at, last_batch_at)"
            " SELECT d.id, s.id, 9, %(at)s - interval '2 hours', %(at)s - (random() * interval '40 minutes')"
            " FROM (SELECT id, row_number() OVER () AS n FROM people_device WHERE name LIKE 'P%%') d"
            " JOIN (SELECT id, row_number() OVER () AS n FROM sampling_site) s ON s.n = 1 + d.n %% 6000"
            " ON CONFLICT DO NOTHING",
            {"at": NOON},
        )
        cursor.execute("ANALYZE people_device, sampling_phone, sampling_site")
    client, took = signed_in(user_of(Role.MANAGER)), []
    address = f"/sampling/{world.campaign.id}/phones"
    for path in (address, f"{address}?only=silent", address):
        started = time.perf_counter()
        answer = client.get(path)
        took.append(time.perf_counter() - started)
        assert answer.status_code == 200
    after = re.search(r"after=([\w%-]+)", answer.content.decode())
    assert after
    started = time.perf_counter()
    assert client.get(f"{address}?after={after[1]}").status_code == 200
    took.append(time.perf_counter() - started)
    print("\npages of 60,000 phones:", ", ".join(f"{one * 1e3:.0f} ms" for one in took))
    assert min(took[2:]) < BUSY * 0.2


def test_all_phones_are_seen_once_page_by_page(world: World) -> None:
    Phone.objects.bulk_create(
        Phone(device=device.id, site_id=world.site.id)
        for device in Device.objects.bulk_create(
            Device(
                id=UUID(int=n),
                name=f"P{n}",
                kind="phone",
                token_hash=f"{n:064x}",
                area_code=STREET,
                enrolled_at=START,
                enrolled_by="user:1",
            )
            for n in range(1, 8)
        )
    )
    asked, seen, after = Asked(world.campaign.id, "22", NOON), [], None
    while page := phones(asked, only_silent=False, after=after, limit=2):
        seen += [row.device for row in page]
        after = (page[-1].site_id, page[-1].device)
    assert len(seen) == len(set(seen)) == 9


def test_wrong_passwords_are_counted_and_a_right_one_is_not() -> None:
    user = user_of(Role.MANAGER, CITY, name="li")
    user.set_password(PASSWORD)
    user.save()

    def sign_in(password: str, address: str) -> int:
        given = {"username": "li", "password": password}
        return Client(REMOTE_ADDR=address).post("/login", given).status_code

    assert {sign_in(PASSWORD, "10.0.0.9") for _ in range(2)} == {302}
    Tries.objects.filter(door="login").exclude(address="").update(count=LOGIN.per_address - 1)
    assert sign_in("wrong", "10.0.0.9") == 200
    assert sign_in(PASSWORD, "10.0.0.9") == 429
    assert sign_in(PASSWORD, "10.0.0.10") == 302
