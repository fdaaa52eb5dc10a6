"""Pages about messages: what waits is said first, faults are plain, and a replay stores its result once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.desks.sampling.messages_world import DETECTED, Laboratory, facts, simple
from tests.desks.sampling.world import NOW, code
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
    text,
    user_of,
)
from yinghuo.core.people.models import Role
from yinghuo.desks.sampling.models import Message, MessageSender, Result
from yinghuo.web import catalogue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Laboratory:
    catalogue.compile_all()
    areas()
    return Laboratory()


def file(*messages: str, tail: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile("results.hl7", ("".join(messages) + tail).encode())


def test_the_list_says_what_waits_and_what_became_of_each(world: Laboratory) -> None:
    world.take(simple("M1"))
    world.take(simple("M2", value="POS^Positive^L"))
    english, chinese = read_in_both(user_of(Role.LABORATORY), page("messages"))
    assert "1 message waits for somebody" in english
    assert "1 条报文待处理" in chinese
    client = signed_in(user_of(Role.MANAGER))
    assert [row[1] for row in csv_rows(client, page("messages"))] == ["Number", "M2", "M1"]
    faulty = client.get(page("messages") + "?taken=faulty&as=csv").getvalue().decode()
    assert ("M2" in faulty, "M1" in faulty) == (True, False)


def test_the_list_is_paged_by_key(world: Laboratory) -> None:
    for number in range(55):
        world.take(simple(f"M{number}", tube=number + 1))
    client = signed_in(user_of(Role.LABORATORY))
    first = client.get(page("messages"))
    after = first.content.decode().partition("after=")[2].partition('"')[0]
    second = client.get(f"{page('messages')}?after={after}")
    assert (len(first_cells(first, "messages")), len(first_cells(second, "messages"))) == (50, 5)


def test_one_message_shows_its_segments_and_its_faults_in_plain_words(world: Laboratory) -> None:
    world.take(simple("M2", value="POS^Positive^L"))
    english, chinese = read_in_both(user_of(Role.LABORATORY), page("message", Message.objects.get().id))
    assert "OBX[1]-5" in english
    assert "The result code is not known" in english
    assert "结果代码不认识" in chinese
    assert "2: " + code(1) in english
    assert "李" not in english


def test_a_replay_after_mapping_stores_the_result_once(world: Laboratory) -> None:
    world.take(simple("M2", value="POS^Positive^L"))
    manager, technician = signed_in(user_of(Role.MANAGER)), signed_in(user_of(Role.LABORATORY))
    assert world.sender
    mapped = {"of": "value", "code": "POS", "means": "positive"}
    assert manager.post(page("message_sender", world.sender.id), mapped).status_code == 302
    here = page("message", Message.objects.get().id)
    assert technician.post(here).status_code == 302
    assert technician.post(here).status_code == 409
    assert [one["result"] for one in facts()] == ["positive"]
    assert len(entered("message.replayed", f"message:{Message.objects.get().id}")) == 1


def test_a_code_mapped_to_the_wrong_kind_is_said_at_the_field(world: Laboratory) -> None:
    assert world.sender
    wrong = {"of": "observation", "code": "XYZ-1", "means": "positive"}
    answer = signed_in(user_of(Role.MANAGER)).post(page("message_sender", world.sender.id), wrong)
    assert answer.status_code == 422
    assert "An observation stands for a gene" in text(answer)
    assert 'value="XYZ-1"' in answer.content.decode()


def test_a_file_is_taken_message_by_message(world: Laboratory) -> None:
    client = signed_in(user_of(Role.LABORATORY))
    sent = file(
        "FHS|^~\\&|LIS\rBHS|^~\\&|LIS\r", simple("M1"), simple("M2", tube=2, value="?^^L"), tail="BTS|3\rFTS|1\r"
    )
    answer = client.post(page("message_file"), {"file": sent})
    assert "2 messages read · 1 accepted, 1 not" in text(answer)
    assert "3 counted, 2 in the file" in text(answer)
    assert Result.objects.get().tube == code(1)
    by = user_of(Role.LABORATORY, name="other").label
    assert Message.objects.get(control_id="M1").by != by


def test_a_file_without_messages_is_said_at_the_field(world: Laboratory) -> None:
    answer = signed_in(user_of(Role.LABORATORY)).post(page("message_file"), {"file": file("hello")})
    assert answer.status_code == 422
    assert "no line begins with MSH" in text(answer)


def test_a_file_of_another_areas_laboratory_is_held(world: Laboratory) -> None:
    client = signed_in(user_of(Role.LABORATORY, NEXT_CITY))
    client.post(page("message_file"), {"file": file(simple("M1"))})
    assert (str(Message.objects.get().taken), Message.objects.get().area_code) == ("held", NEXT_CITY)
    assert not Result.objects.exists()


def test_an_unknown_sender_knocks_and_is_admitted_by_the_manager() -> None:
    catalogue.compile_all()
    areas()
    world = Laboratory(admitted=False)
    world.take(simple("M1", value=DETECTED))
    province = user_of(Role.MANAGER, "22")
    assert "LIS LAB-1" in read(signed_in(province), page("message_senders"))
    form = {"application": "LIS", "facility": "LAB-1", "device_id": str(world.laboratory.id), "networks": "ten"}
    client = signed_in(province)
    wrong = client.post(reverse("admit_sender"), form)
    assert (wrong.status_code, "“ten” is no address" in text(wrong)) == (422, True)
    assert client.post(reverse("admit_sender"), form | {"networks": ""}).status_code == 302
    assert client.post(page("message", Message.objects.get().id)).status_code == 302
    assert [one["result"] for one in facts()] == ["positive"]
    again = client.post(reverse("admit_sender"), form | {"networks": ""})
    assert "admitted already" in text(again)


def test_a_sender_is_ended_for_a_reason(world: Laboratory) -> None:
    assert world.sender
    client = signed_in(user_of(Role.MANAGER))
    here = page("end_sender", world.sender.id)
    assert client.post(here, {"reason": ""}).status_code == 422
    assert client.post(here, {"reason": "moved"}).status_code == 302
    assert MessageSender.objects.get().ended_at
    read_in_both(user_of(Role.MANAGER, name="m2"), page("message_sender", world.sender.id))


def test_who_may_see_send_and_admit(world: Laboratory) -> None:
    world.take(simple("M1"))
    roles = (Role.LABORATORY, Role.MANAGER, Role.AUDITOR, Role.SAFETY)
    assert statuses(page("messages"), *roles) == [200, 200, 200, 403]
    one = page("message", Message.objects.get().id)
    assert signed_in(user_of(Role.AUDITOR, name="a2")).post(one).status_code == 403
    assert signed_in(user_of(Role.AUDITOR, name="a3")).get(page("message_file")).status_code == 403
    assert signed_in(user_of(Role.LABORATORY, name="l2")).get(page("admit_sender")).status_code == 403


def test_outside_the_area_there_is_nothing(world: Laboratory) -> None:
    world.take(simple("M1"))
    assert world.sender
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    assert stranger.get(page("message", Message.objects.get().id)).status_code == 404
    assert stranger.get(page("message_sender", world.sender.id)).status_code == 404
    assert csv_rows(stranger, page("messages"))[1:] == []
    assert NOW and CITY


@pytest.mark.parametrize("name", ["messages", "message_senders", "message_file", "admit_sender"])
def test_every_page_is_there_in_both_languages_when_nothing_is(world: Laboratory, name: str) -> None:
    read_in_both(user_of(Role.MANAGER), page(name))
