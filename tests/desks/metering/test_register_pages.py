"""Pages of the register: lists by key within the reader's area, one meter, one terminal, weighty acts, the head-end."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.desks.metering.register_world import NOW, TERMINALS, meter, terminal, transformer, usual, write
from tests.web.pages_world import (
    CITY,
    NEXT_CITY,
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
    user_of,
)
from yinghuo.core.parties.actions import register_party
from yinghuo.core.people.models import Role
from yinghuo.desks.metering.actions import register
from yinghuo.desks.metering.models import LastValue, Meter, Terminal
from yinghuo.desks.metering.models.head_end import OnDemandRead, TerminalSession
from yinghuo.web import catalogue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
FIRST = "220000000001"
LISTS = ("meters", "terminals", "transformers", "head_end")


@pytest.fixture
def world(tmp_path: Path) -> None:
    catalogue.compile_all()
    areas()
    register.load(usual(tmp_path), by="system:test", at=NOW)


@pytest.fixture
def engineer(world: None) -> Client:
    return signed_in(user_of(Role.METERING))


def last(address: str, *, hours_ago: float, value: str = "1234.5000", quantity: int = 1) -> None:
    at = NOW - timedelta(hours=hours_ago)
    one = Meter.objects.get(address=address)
    LastValue.objects.create(meter=one, quantity=quantity, at=at, value=value, quality="measured", received_at=at)


def session(address: str, **more: object) -> None:
    given = {"online_since": NOW, "last_seen_at": NOW, "updated_at": NOW, "sent_hour": 40, "answered_hour": 39}
    given |= {"failed_hour": {"silent": 1}, "last_cause": "silent", "last_failed_at": NOW, "median_ms": 180}
    TerminalSession.objects.create(terminal_id=address, **(given | more))


@pytest.mark.parametrize("name", LISTS)
def test_only_roles_of_the_desk_open_its_pages(world: None, name: str) -> None:
    assert statuses(page(name), Role.METERING, Role.AUDITOR, Role.SAFETY, Role.MANAGER) == [200, 200, 403, 403]


def test_an_engineer_sees_the_own_city_alone(engineer: Client) -> None:
    assert [row[0] for row in csv_rows(engineer, page("meters"))[1:]] == [f"22000000000{n}" for n in range(1, 5)]
    assert [row[0] for row in csv_rows(engineer, page("terminals"))[1:]] == list(TERMINALS[:2])
    for other in (page("meter", "220000000005"), page("terminal", TERMINALS[2])):
        assert engineer.get(other).status_code == 404
    neighbour = signed_in(user_of(Role.METERING, NEXT_CITY))
    assert [row[0] for row in csv_rows(neighbour, page("meters"))[1:]] == ["220000000005"]
    assert len(csv_rows(neighbour, page("transformers"))) == 1


def test_nobody_acts_outside_the_own_area_or_role(world: None) -> None:
    neighbour, auditor = signed_in(user_of(Role.METERING, NEXT_CITY)), signed_in(user_of(Role.AUDITOR))
    acts = [page("admit_terminal", TERMINALS[0]), page("block_terminal", TERMINALS[0]), page("retire_meter", FIRST)]
    for act in [*acts, page("read_now", FIRST)]:
        given = {"reason": "x", "on": "2022-05-08"}
        assert (neighbour.post(act, given).status_code, auditor.post(act, given).status_code) == (404, 403)
    assert Meter.objects.get(address=FIRST).retired_on is None


def test_the_list_says_who_is_silent(world: None) -> None:
    last(FIRST, hours_ago=1)
    last("220000000002", hours_ago=30)
    english, chinese = read_in_both(user_of(Role.METERING), page("meters"))
    assert "4 meters, 1 silent for over a day" in english
    assert "silent for 1 d 6 h" in english
    assert "1,234.50" in english
    assert "电能表 4 只，其中 1 只超过一天无数据" in chinese
    client = signed_in(user_of(Role.METERING, name="other"))
    found = {one: first_cells(client.get(page("meters"), {"standing": one}), "meters") for one in ("silent", "never")}
    assert found == {"silent": ["220000000002"], "never": ["220000000003", "220000000004"]}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"digits": "2200000000"}, [1, 2, 3, 4]),
        ({"digits": "0003"}, [3]),
        ({"digits": "003"}, []),
        ({"terminal": TERMINALS[1]}, [4]),
        ({"transformer": "T1", "protocol": "dlt645"}, [1, 2, 3, 4]),
        ({"customer_class": "hospital"}, [4]),
        ({"customer_class": "castle"}, [1, 2, 3, 4]),
        ({"protocol": "dlt698"}, []),
        ({"standing": "retired"}, [2]),
        ({"standing": "in_use"}, [1, 3, 4]),
    ],
)
def test_the_list_is_filtered_by_its_address(engineer: Client, asked: dict[str, str], found: list[int]) -> None:
    because = register.Because("taken down", "user:1", NOW)
    register.retire_meter("220000000002", on=NOW.date(), because=because)
    assert first_cells(engineer.get(page("meters"), asked), "meters") == [f"22000000000{n}" for n in found]


def test_lists_are_paged_by_key_and_their_files_are_whole(engineer: Client, tmp_path: Path) -> None:
    terminals = [terminal(f"2201{n:04X}") for n in range(1, 61)]
    transformers = [transformer(f"T{n:03}") for n in range(60)]
    write(tmp_path, terminals=terminals, transformers=transformers, meters=[meter(n, point=n) for n in range(10, 70)])
    register.load(tmp_path, by="system:test", at=NOW)
    for name, count in (("meters", 64), ("terminals", 60), ("transformers", 61)):
        first = engineer.get(page(name))
        after = first.content.decode().partition("after=")[2].partition('"')[0]
        second = engineer.get(f"{page(name)}?after={after}")
        shown = [*first_cells(first, name), *first_cells(second, name)]
        assert (len(first_cells(first, name)), len(set(shown))) == (50, count)
        assert len(csv_rows(engineer, page(name))) == count + 1


def test_a_meter_shows_its_data_values_and_history(world: None) -> None:
    party = register_party(kind="hospital", name_zh="医院", name_en="Hospital", area_code=CITY, by="x", at=NOW)
    because = register.Because("the hospital took it over", "user:1", NOW)
    register.change_meter("220000000004", {"party_id": party.id, "contract_kw": "500"}, because)
    last("220000000004", hours_ago=2, value="231.4000", quantity=41)
    english, chinese = read_in_both(user_of(Role.METERING), page("meter", "220000000004"))
    for words in ("Hospital", "CT 120 · PT 1", "500.0 kW", "Three phases, four wires", "Voltage, phase A 231.4 V"):
        assert words in english
    for words in ("2 h 00 min ago", "measured", "Register loaded", "Meter changed", "the hospital took it over"):
        assert words in english
    assert "A 相电压" in chinese
    assert "档案已导入" in chinese


def test_a_meter_is_read_now_once_however_often_the_button_is_pressed(engineer: Client) -> None:
    for _time in range(2):
        assert engineer.post(page("read_now", FIRST)).status_code == 302
    assert OnDemandRead.objects.get().meter.address == FIRST
    assert "Waiting for its turn" in read(engineer, page("meter", FIRST))


def test_a_meter_is_retired_for_a_reason_and_not_before_it_was_installed(engineer: Client) -> None:
    asked = engineer.get(page("retire_meter", FIRST))
    assert "This will happen" in asked.content.decode()
    early = engineer.post(page("retire_meter", FIRST), {"reason": "burnt", "on": "2019-01-01"})
    assert early.status_code == 422
    assert "burnt" in early.content.decode()
    assert "installed on" in early.content.decode()
    assert engineer.post(page("retire_meter", FIRST), {"reason": "burnt", "on": "2022-05-07"}).status_code == 302
    assert len(entered("meter.retired", f"meter:{FIRST}")) == 1
    assert "taken down 2022-05-07" in read(engineer, page("meter", FIRST))


def test_a_held_terminal_stands_first_and_is_admitted_for_a_reason(engineer: Client) -> None:
    Terminal.objects.create(address="2201FFFE", protocol="gdw376", area_code=CITY, registered_at=NOW)
    listed = engineer.get(page("terminals"))
    assert first_cells(listed, "terminals")[0] == "2201FFFE"
    assert "0 of 2 terminals on-line, 1 is held" in listed.content.decode()
    assert engineer.post(page("admit_terminal", "2201FFFE"), {"reason": ""}).status_code == 422
    assert engineer.post(page("admit_terminal", "2201FFFE"), {"reason": "hung up today"}).status_code == 302
    assert engineer.post(page("admit_terminal", "2201FFFE"), {"reason": "pressed twice"}).status_code == 302
    assert len(entered("terminal.admitted", "terminal:2201FFFE")) == 1
    assert engineer.post(page("block_terminal", "2201FFFE"), {"reason": "stolen"}).status_code == 302
    shown = read(engineer, page("terminal", "2201FFFE"))
    assert "hung up today" in shown
    assert "Terminal blocked" in shown
    assert "pressed twice" not in shown


def test_a_terminal_shows_how_it_is_doing(world: None) -> None:
    session(TERMINALS[0])
    english, chinese = read_in_both(user_of(Role.METERING), page("terminal", TERMINALS[0]))
    assert "Terminal 22010001 · on-line" in english
    assert "97.5%" in english
    assert "39 of 40 requests" in english
    assert "采集终端 22010001 · 在线" in chinese
    assert "近一小时采集成功率" in chinese


def test_the_head_end_page_says_what_failed_and_why_and_reads_itself_again(world: None) -> None:
    session(TERMINALS[0])
    session(TERMINALS[1], online_since=None, failed_hour={"silent": 2, "garbled": 1}, sent_hour=10, answered_hour=7)
    session(TERMINALS[2], failed_hour={"lost": 99})
    client = signed_in(user_of(Role.METERING, name="one"))
    answer = client.get(page("head_end"))
    assert 'hx-trigger="every 5s' in answer.content.decode()
    assert first_cells(answer, "causes") == ["no answer", "answer damaged"]
    assert first_cells(answer, "failing") == list(TERMINALS[:2])
    english, chinese = read_in_both(user_of(Role.METERING), page("head_end"))
    assert "Head-end · 1 of 2 terminals on-line, 92.0% answered" in english
    assert "采集主站 · 终端在线 1／2 台，采集成功率 92.0%" in chinese


def test_the_page_says_so_when_the_head_end_is_not_running(world: None) -> None:
    client = signed_in(user_of(Role.METERING))
    assert "No head-end has written here yet" in read(client, page("head_end"))
    session(TERMINALS[0], updated_at=NOW - timedelta(minutes=10))
    shown = read(client, page("head_end"))
    assert "The head-end is not running" in shown
    assert "written nothing since 2022-05-08 11:50" in shown
    assert "0 of admitted" not in shown
    assert first_cells(client.get(page("terminals"), {"online": "yes"}), "terminals") == []


def test_a_meter_is_changed_by_its_form_and_the_ledger_knows_what_stood_there(engineer: Client) -> None:
    shown = engineer.get(page("change_meter", FIRST))
    given = shown.context["form"].initial | {
        "contract_kw": "80.5",
        "point": "2",
        "reason": "moved",
        "transformer_id": "",
    }
    taken = engineer.post(page("change_meter", FIRST), given)
    assert taken.status_code == 422
    assert "Another meter hangs at this measuring point." in taken.content.decode()
    assert "80.5" in taken.content.decode()
    assert engineer.post(page("change_meter", FIRST), given | {"terminal_id": TERMINALS[2]}).status_code == 422
    assert engineer.post(page("change_meter", FIRST), given | {"point": "9"}).status_code == 302
    one = Meter.objects.get(address=FIRST)
    assert (one.point, one.transformer_id, str(one.contract_kw)) == (9, None, "80.5")
    (entry,) = entered("meter.changed", f"meter:{FIRST}")
    changed = {"contract_kw": [None, "80.5"], "point": ["1", "9"], "transformer_id": ["T1", None]}
    assert json.loads(entry.body) == {"reason": "moved", "changed": changed}
    assert engineer.post(page("change_meter", FIRST), given | {"point": "9"}).status_code == 302
    assert len(entered("meter.changed", f"meter:{FIRST}")) == 1


def test_a_terminal_is_moved_within_the_own_area_only(engineer: Client) -> None:
    address = page("change_terminal", TERMINALS[0])
    given = {"name": "one", "area_code": "220106", "host": "", "port": "", "reason": "it hangs there"}
    assert engineer.post(address, given | {"area_code": NEXT_CITY}).status_code == 422
    lonely = engineer.post(address, given | {"host": "192.0.2.1"})
    assert lonely.status_code == 422
    assert "needs both host and port" in lonely.content.decode()
    assert engineer.post(address, given).status_code == 302
    assert Terminal.objects.get(address=TERMINALS[0]).area_code == "220106"
    assert "it hangs there" in read(engineer, page("terminal", TERMINALS[0]))
