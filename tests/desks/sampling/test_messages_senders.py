"""Senders: who is not admitted is held, what is held or faulty is replayed exactly once, made-up names fill nothing."""

import pytest

from tests.desks.sampling.messages_world import DETECTED, LATER, Laboratory, ack_of, facts, only_row, simple
from tests.desks.sampling.world import NOW
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import message_rules
from yinghuo.desks.sampling.actions.messages import admit_sender, end_sender, map_code, replay
from yinghuo.desks.sampling.actions.messages.senders import Named
from yinghuo.desks.sampling.models import Message, MessageSender, Result

pytestmark = pytest.mark.django_db


def test_an_unknown_sender_is_held_and_not_believed() -> None:
    world = Laboratory(admitted=False)
    assert ack_of(world.take(simple("M1")).answer) == ("AE", "M1", ["MSH-3 sender.unknown"])
    assert (str(only_row().taken), Result.objects.count()) == ("held", 0)


def test_a_held_message_is_replayed_exactly_once() -> None:
    world = Laboratory(admitted=False)
    world.take(simple("M1"))
    admit_sender(Named("LIS", "LAB-1"), device_id=world.laboratory.id, by="user:1", at=NOW)
    assert replay(only_row().id, by="user:1", at=LATER).ack == "AA"
    with pytest.raises(Refused, match=r"message\.done"):
        replay(only_row().id, by="user:1", at=LATER)
    assert ack_of(world.take(simple("M1")).answer)[0] == "AA"
    assert (len(facts()), only_row().raw, only_row().replayed_by) == (1, "", "user:1")


def test_a_code_that_is_mapped_makes_a_faulty_message_good() -> None:
    world = Laboratory()
    world.take(simple("M1", value="POS^Positive^L"))
    row = only_row()
    assert replay(row.id, by="user:1", at=LATER).ack == "AE"
    assert world.sender
    map_code(world.sender.id, of="value", code="POS", means="positive", by="user:1", at=NOW)
    assert replay(row.id, by="user:1", at=LATER).ack == "AA"
    assert [one["result"] for one in facts()] == ["positive"]


def test_a_sender_from_another_address_is_held() -> None:
    world = Laboratory(admitted=False)
    admit_sender(Named("LIS", "LAB-1", "10.0.0.0/8"), device_id=world.laboratory.id, by="user:1", at=NOW)
    assert ack_of(world.take(simple("M1")).answer)[2] == ["MSH-3 sender.elsewhere"]


def test_a_sender_that_was_ended_is_believed_no_longer() -> None:
    world = Laboratory()
    assert world.sender
    end_sender(world.sender.id, by="user:1", at=NOW, reason="moved")
    assert world.take(simple("M1")).ack == "AE"
    assert MessageSender.objects.get().ended_because == "moved"


def test_of_senders_that_are_not_admitted_only_so_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Laboratory()
    monkeypatch.setattr(message_rules, "MOST_HELD", 2)
    monkeypatch.setattr(message_rules, "MOST_HELD_TOGETHER", 3)
    for number in range(4):
        world.take(simple(f"M{number}", application="ONE"))
    for number in range(4):
        answer = world.take(simple("M1", application=f"MADE-UP-{number}")).answer
    assert ack_of(answer)[2] == ["MSH-3 sender.full"]
    assert Message.objects.count() == 3
    assert world.take(simple("M1")).ack == "AA"


def test_a_message_held_while_its_number_was_used_is_not_taken_over_it() -> None:
    world = Laboratory(admitted=False)
    world.take(simple("M1", value=DETECTED))
    held = only_row()
    admit_sender(Named("LIS", "LAB-1"), device_id=world.laboratory.id, by="user:1", at=NOW)
    world.take(simple("M1"))
    assert ack_of(replay(held.id, by="user:1", at=LATER).answer) == ("AE", "M1", ["MSH-10 id.again"])
    assert [one["result"] for one in facts()] == ["negative"]
