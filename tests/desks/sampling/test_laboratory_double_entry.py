"""Results typed twice: only what two people typed alike, or a third decided, becomes a result."""

import pytest

from tests.desks.sampling.laboratory_world import KIT, NEGATIVE, POSITIVE, LaboratoryWorld
from tests.desks.sampling.world import code
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory.double_entry import Entry, decide_typing, type_result
from yinghuo.desks.sampling.models import Keyed, Result, Tube, Typing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> LaboratoryWorld:
    world = LaboratoryWorld()
    world.received(1, 3)
    return world


def entry(tube: int = 1, ct: dict[str, float | None] = NEGATIVE) -> Entry:
    return Entry(code(tube), KIT.name, ct)


def test_one_person_alone_makes_no_result(world: LaboratoryWorld) -> None:
    assert type_result(entry(), who=world.li).state == "once"
    assert type_result(entry(), who=world.li).state == "once"
    assert (Keyed.objects.count(), Result.objects.count()) == (1, 0)
    with pytest.raises(Refused, match=r"typing.same_person"):
        type_result(entry(ct=POSITIVE), who=world.li)


def test_what_two_people_typed_alike_is_a_result(world: LaboratoryWorld) -> None:
    type_result(entry(ct=POSITIVE), who=world.li)
    assert type_result(entry(ct=POSITIVE), who=world.wang).state == "agreed"
    fact = Result.objects.get()
    assert (fact.tube, fact.result, fact.ct["N"], fact.laboratory) == (code(1), "positive", 26.25, world.party)


def test_where_two_differ_a_third_person_decides_and_says_why(world: LaboratoryWorld) -> None:
    type_result(entry(ct=POSITIVE), who=world.li)
    case = type_result(entry(ct=NEGATIVE), who=world.wang)
    assert (case.state, Result.objects.count()) == ("differs", 0)
    with pytest.raises(Refused, match=r"typing.third"):
        decide_typing(case.id, POSITIVE, reason="read again", who=world.wang)
    third = world.technician("zhou", world.party)
    with pytest.raises(Refused, match=r"typing.differs"):
        type_result(entry(), who=third)
    with pytest.raises(Refused, match=r"access.reason"):
        decide_typing(case.id, POSITIVE, reason="", who=third)
    assert decide_typing(case.id, POSITIVE, reason="printout read", who=third).state == "decided"
    assert decide_typing(case.id, NEGATIVE, reason="again", who=third).state == "decided"
    assert Result.objects.get().result == "positive"


def test_a_wrong_tube_code_cannot_make_a_second_specimen(world: LaboratoryWorld) -> None:
    tubes = Tube.objects.count()
    with pytest.raises(Refused, match=r"typing.unknown_tube"):
        type_result(Entry("JL0000009998", KIT.name, NEGATIVE), who=world.li)
    assert (Tube.objects.count(), Typing.objects.count()) == (tubes, 0)


def test_a_tube_of_another_area_cannot_be_typed(world: LaboratoryWorld) -> None:
    stranger = world.technician("sun", world.laboratory_of("邻市检验所（虚构）", "2202"), area="2202")
    with pytest.raises(Refused, match=r"typing.unknown_tube"):
        type_result(entry(), who=stranger)


def test_two_people_use_one_kit(world: LaboratoryWorld) -> None:
    type_result(entry(), who=world.li)
    with pytest.raises(Refused, match=r"kit.unknown"):
        type_result(Entry(code(1), "No such kit", NEGATIVE), who=world.wang)
