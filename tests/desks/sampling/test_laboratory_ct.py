"""Any target's Ct is kept with a result, by every door, and the same file of a door twice is one result."""

import pytest

from tests.desks.sampling.world import NOW, START, World, code, stamp
from yinghuo.core.doors.senders import Sender
from yinghuo.core.ledger.verify import verify
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import keep_result_batch
from yinghuo.desks.sampling.actions.results_csv import as_batch
from yinghuo.desks.sampling.models import Result

pytestmark = pytest.mark.django_db
CT = {"ORF1ab": 25.5, "N": 26.0, "RdRp": None, "IC": 28.1}


@pytest.fixture
def world() -> World:
    return World()


def test_any_targets_ct_is_kept_and_stands_in_the_digest(world: World) -> None:
    world.send("swabs", world.swabs(1))
    world.send("results", [world.result(1, "positive", ct=CT, because="ORF1ab 25.50 < 38", well="PL1 A1", pool="MX1")])
    world.judge()
    fact = Result.objects.get()
    assert (fact.ct, fact.because, fact.well, fact.pool) == (CT, "ORF1ab 25.50 < 38", "PL1 A1", "MX1")
    assert verify().faults == []


@pytest.mark.parametrize("ct", [{"N": 100}, {"N": -1}, {"": 20}, {"N": "x"}, {f"T{n}": 20 for n in range(21)}])
def test_a_ct_that_is_none_makes_the_item_malformed(world: World, ct: dict[str, object]) -> None:
    answer = world.send("results", [world.result(1, ct=ct)])
    assert (answer.kept, len(answer.malformed)) == ([], 1)


def test_a_csv_file_may_name_any_target(world: World) -> None:
    head = "tube,message,at,result,technician,ct:RdRp,ct:IC\n"
    body = (head + f'{code(1)},M1,{stamp(START)},negative,T001,Undetermined,"28,1"\n').encode()
    sender = Sender(world.laboratory, NOW)
    for _again in range(2):
        keep_result_batch(as_batch(body, sender), sender)
    assert Result.objects.get().ct == {"RdRp": None, "IC": 28.1}


def test_a_csv_file_with_an_unknown_column_is_refused(world: World) -> None:
    with pytest.raises(Refused, match=r"csv.columns"):
        as_batch(b"tube,message,at,result,technician,ctx\n", Sender(world.laboratory, NOW))
