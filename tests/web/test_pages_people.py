"""The pages of users and devices: adding, new passwords, taking access away, enrolling, shutting out."""

import re
from typing import Any

import pytest

from tests.web.pages_world import (
    CITY,
    COUNTY,
    NEXT_CITY,
    NOON,
    STREET,
    areas,
    at_noon,
    csv_rows,
    entered,
    first_cells,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    text,
    user_of,
)
from yinghuo.core.ledger.models import Entry
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people.actions import enrol_device
from yinghuo.core.people.models import Device, Role, User
from yinghuo.core.people.queries import device_by_token

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
WANG = {"username": "wang", "name_zh": "王工", "name_en": "Wang", "role": "duty", "area_code": COUNTY, "party_id": ""}


@pytest.fixture
def admin() -> User:
    """The administrator of the city."""
    areas()
    return user_of(Role.ADMIN)


def add(user: User, **given: str) -> Any:
    """Sends the form for somebody new."""
    return signed_in(user).post(page("add_user"), WANG | given)


def secret(answer: Any) -> str:
    """What a page shows once."""
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert found
    return found[1]


def phone(area_code: str = STREET, name: str = "phone 1") -> Device:
    """A sampler's phone."""
    return enrol_device(name, "phone", area_code=area_code, by="user:9", at=NOON)[0]


def test_users_of_the_area_are_listed_and_no_others(admin: User) -> None:
    user_of(Role.DUTY, NEXT_CITY, name="stranger")
    english, chinese = read_in_both(admin, page("people"))
    assert "1 user can sign in" in english
    assert "stranger" not in english
    assert "李工" in chinese


def test_users_are_for_administrators_and_managers_go_on_to_devices(admin: User) -> None:
    assert statuses(page("people"), Role.DUTY, Role.AUDITOR, Role.MANAGER) == [403, 403, 302]
    boss = User.objects.get(role=Role.MANAGER)
    assert signed_in(boss).get(page("people"))["Location"] == page("devices")
    assert signed_in(boss).get(page("add_user")).status_code == 403
    assert signed_in(boss).post(page("new_password", admin.pk)).status_code == 403


def test_users_are_paged_and_the_csv_file_holds_all_pages(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinghuo.web.pages.people.ROWS", 2)
    for name in ("a", "b", "c"):
        user_of(Role.DUTY, name=name)
    client = signed_in(admin)
    html = client.get(page("people")).content.decode()
    (following,) = re.findall(r'href="(\?[^"]*after=[^"]*)" rel="next"', html)
    _head, *rows = csv_rows(client, page("people"))
    second = client.get(page("people") + following)
    assert len(first_cells(second, "users")) == 2
    shown = [*first_cells(client.get(page("people")), "users"), *first_cells(second, "users")]
    assert [row[0] for row in rows] == shown
    from_second = client.get(page("people") + following + "&as=csv").getvalue().decode("utf-8-sig")
    assert from_second.splitlines()[1].startswith(rows[0][0])


def test_somebody_new_can_sign_in_with_the_password_that_is_shown_once(admin: User, client: Any) -> None:
    answer = add(admin)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.login(username="wang", password=secret(answer))
    wang = User.objects.get(username="wang")
    assert (wang.role, wang.area_code, wang.name_zh) == ("duty", COUNTY, "王工")
    assert len(entered("user.added", wang.label)) == 1
    assert secret(answer) not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_user_name_that_is_taken_is_explained_and_what_was_typed_stays(admin: User) -> None:
    add(admin)
    for other in ({}, {"role": "laboratory"}):
        answer = add(admin, **other)
        assert answer.status_code == 422
        assert "taken" in text(answer)
        assert 'value="王工"' in answer.content.decode()
    assert User.objects.filter(username="wang").count() == 1


def test_nobody_is_added_outside_the_own_area(admin: User) -> None:
    for area_code in (NEXT_CITY, "22", ""):
        assert add(admin, area_code=area_code).status_code == 422
    assert not User.objects.filter(username="wang").exists()


def test_a_safety_officer_needs_an_enterprise_of_the_area(admin: User) -> None:
    def register(area_code: str, name: str) -> str:
        party = register_party(kind="enterprise", name_zh=name, area_code=area_code, by="user:9", at=NOON)
        return str(party.id)

    here, elsewhere = register(CITY, "汽车厂"), register(NEXT_CITY, "化工厂")
    assert "Choose the enterprise" in text(add(admin, role="safety"))
    assert add(admin, role="safety", party_id=elsewhere).status_code == 422
    assert add(admin, role="safety", party_id=here).status_code == 200
    assert str(User.objects.get(username="wang").party_id) == here


def test_a_user_of_another_area_does_not_exist(admin: User) -> None:
    stranger, client = user_of(Role.DUTY, NEXT_CITY), signed_in(admin)
    assert client.get(page("user", stranger.pk)).status_code == 404
    assert client.post(page("deactivate_user", stranger.pk)).status_code == 404
    assert client.post(page("new_password", stranger.pk)).status_code == 404
    stranger.refresh_from_db()
    assert stranger.is_active


def test_taking_access_away_is_weighed_first_and_then_ends_every_session(admin: User) -> None:
    duty = user_of(Role.DUTY)
    session = signed_in(duty)
    english, _chinese = read_in_both(admin, page("deactivate_user", duty.pk))
    assert "signed out at once" in english
    assert session.get(page("orders")).status_code == 200
    assert signed_in(admin).post(page("deactivate_user", duty.pk)).status_code == 302
    assert session.get(page("orders")).status_code == 302
    assert len(entered("user.deactivated", duty.label)) == 1
    assert "no access" in read(signed_in(admin), page("user", duty.pk))


def test_the_last_administrator_cannot_shut_themselves_out(admin: User) -> None:
    answer = signed_in(admin).post(page("deactivate_user", admin.pk))
    assert answer.status_code == 409
    assert "last administrator" in text(answer)


def test_a_new_password_is_shown_once_and_ends_the_old(admin: User, client: Any) -> None:
    add(admin)
    wang = User.objects.get(username="wang")
    answer = signed_in(admin).post(page("new_password", wang.pk))
    assert "no-store" in answer["Cache-Control"]
    assert client.login(username="wang", password=secret(answer))
    assert len(entered("user.password_set", wang.label)) == 1
    read_in_both(admin, page("user", wang.pk))


def test_devices_of_the_area_are_listed_and_no_others(admin: User) -> None:
    phone()
    phone(NEXT_CITY, "stranger")
    english, chinese = read_in_both(admin, page("devices"))
    assert "1 device may send facts" in english
    assert "stranger" not in english
    assert "正阳街道" in chinese
    client = signed_in(admin)
    _head, *rows = csv_rows(client, page("devices"))
    assert [row[0] for row in rows] == first_cells(client.get(page("devices")), "devices") == ["phone 1"]


def test_an_empty_list_of_devices_says_what_to_do(admin: User) -> None:
    shown = read(signed_in(admin), page("devices"))
    assert "No device is enrolled in your area." in shown


def test_devices_are_for_who_manages_them(admin: User) -> None:
    assert statuses(page("devices"), Role.DUTY, Role.MANAGER) == [403, 200]
    assert statuses(page("enrol_device"), Role.LABORATORY) == [403]


def test_a_device_is_enrolled_with_a_token_that_is_shown_once(admin: User) -> None:
    given = {"name": "phone 7", "kind": "phone", "area_code": STREET, "site_id": ""}
    answer = signed_in(admin).post(page("enrol_device"), given)
    assert "no-store" in answer["Cache-Control"]
    found = device_by_token(secret(answer))
    assert found
    one = Device.objects.get(name="phone 7")
    assert found.id == one.id
    assert len(entered("device.enrolled", one.label)) == 1
    assert secret(answer) not in read(signed_in(admin), page("device", one.id))


def test_a_device_is_not_enrolled_outside_the_own_area_or_for_an_unknown_site(admin: User) -> None:
    given = {"name": "phone 7", "kind": "phone", "area_code": NEXT_CITY, "site_id": "4711"}
    answer = signed_in(admin).post(page("enrol_device"), given)
    assert answer.status_code == 422
    assert "There is no site of this number in your area." in text(answer)
    assert 'value="phone 7"' in answer.content.decode()
    assert not Device.objects.exists()


def test_a_device_of_another_area_does_not_exist(admin: User) -> None:
    one, client = phone(NEXT_CITY), signed_in(admin)
    assert client.get(page("device", one.id)).status_code == 404
    assert client.post(page("device", one.id), {"reason": "lost"}).status_code == 404
    one.refresh_from_db()
    assert one.revoked_at is None


def test_a_device_is_shut_out_for_a_reason_only(admin: User) -> None:
    one, client = phone(), signed_in(admin)
    english, _chinese = read_in_both(admin, page("device", one.id))
    assert "What it sends from now on is not accepted" in english
    assert client.post(page("device", one.id), {"reason": " "}).status_code == 422
    assert client.post(page("device", one.id), {"reason": "lost on the way"}).status_code == 302
    one.refresh_from_db()
    assert (one.revoked_at is not None, one.revoked_because) == (True, "lost on the way")
    assert len(entered("device.revoked", one.label)) == 1
    shown = read(client, page("device", one.id))
    assert "lost on the way" in shown
    assert "Shut this device out" not in shown
