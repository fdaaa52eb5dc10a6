"""This morning's round leaves something under way on every page, and playing it again changes nothing."""

from datetime import datetime

import pytest

from yinghuo.core.ledger.models import Entry
from yinghuo.core.rosters.models import Intake
from yinghuo.core.work.models import Order
from yinghuo.demo import world
from yinghuo.demo.morning import Morning
from yinghuo.demo.morning.round import POSITIVE_TUBE
from yinghuo.demo.morning.setting import set_up
from yinghuo.desks.sampling.models import LabelRun, Message, Plate, Result, Swab, Tube
from yinghuo.web.worker import catch_up

NOW = datetime.fromisoformat("2022-05-10T07:30+08:00")
PEOPLE = [f"2299991990{n:08d}" for n in range(400)]


def play() -> None:
    for _step in Morning(0.1, now=NOW, settled=catch_up, identities=PEOPLE).play():
        pass
    catch_up()


@pytest.mark.django_db
def test_the_morning_leaves_something_under_way_on_every_page() -> None:
    world.region(NOW)
    play()
    scene = set_up(0.1, NOW, people_there=len(PEOPLE))
    assert Swab.objects.count() == 360
    intake = Intake.objects.get()
    assert (intake.stage, intake.rows) == ("done", 43)
    assert LabelRun.objects.get().count == 80
    assert {plate.state for plate in Plate.objects.all()} == {"released", "running"}
    assert Message.objects.get().taken == "kept"
    assert Tube.objects.get(tube=scene.tube(*POSITIVE_TUBE)).result == "positive"
    assert Order.objects.filter(kind="sampling.recollect").count() == 10
    assert set(Order.objects.values_list("kind", flat=True)) >= {"sampling.recollect", "response.case_draft"}
    assert Tube.objects.get(tube=scene.tube(0, 2)).swabs == 9


@pytest.mark.django_db
def test_played_again_it_changes_nothing() -> None:
    world.region(NOW)
    play()
    before = (Swab.objects.count(), Result.objects.count(), Order.objects.count(), Entry.objects.count())
    play()
    assert (Swab.objects.count(), Result.objects.count(), Order.objects.count(), Entry.objects.count()) == before
