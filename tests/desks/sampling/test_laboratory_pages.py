"""The laboratory's pages: from the worklist to the release, in both languages, within role, laboratory and area."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desks.sampling.laboratory_world import KIT, POSITIVE, LaboratoryWorld, readings
from tests.desks.sampling.test_laboratory_files import HEAD, FileWorld
from tests.desks.sampling.world import NOW, code
from tests.web.pages_world import areas, page, read, read_in_both, signed_in, text
from yinghuo.core.people.models import Role, User
from yinghuo.desks.sampling.actions.laboratory.instruments import map_columns, save_instrument
from yinghuo.desks.sampling.actions.laboratory.reading import read_plate, release_plate
from yinghuo.desks.sampling.jobs.result_files import work_off
from yinghuo.desks.sampling.models import AssayKit, Instrument, Plate, Pool, Result, ResultFile, Typing
from yinghuo.engines.instrument_files import Columns
from yinghuo.engines.plates import well_name
from yinghuo.web import catalogue

catalogue.compile_all()
pytestmark = pytest.mark.django_db
PAGES = ("laboratory", "plates", "new_plate", "result_files", "typing", "pools", "kits", "new_kit", "instruments")


@pytest.fixture(autouse=True)
def now(settings: object) -> None:
    settings.SCENARIO_CLOCK = NOW.isoformat()  # type: ignore[attr-defined]


@pytest.fixture
def world() -> FileWorld:
    areas()
    return FileWorld()


def browser(world: LaboratoryWorld, name: str = "li") -> Client:
    return signed_in(User.objects.get(username=name))


def csv_of(plate: Plate, special: dict[str, dict[str, float | None]]) -> bytes:
    """What an instrument with one row for each target says."""
    lines = ["Well,Target Name,CT"]
    for number, ct in readings(plate, **special).items():
        lines += [f"{well_name(number)},{name},{'Undetermined' if v is None else v}" for name, v in ct.items()]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_reads_well_in_both_languages(world: FileWorld, name: str) -> None:
    world.received(1, 3)
    english, chinese = read_in_both(User.objects.get(username="li"), page(name))
    assert english != chinese


def test_the_worklist_says_how_many_wait_and_how_many_are_late(world: FileWorld) -> None:
    world.received(1, 3)
    english, chinese = read_in_both(User.objects.get(username="li"), page("laboratory"))
    assert "3 tubes wait for an assay" in english
    assert "3 管待检测" in chinese
    assert code(1) in english


@pytest.mark.parametrize("role", [Role.DUTY, Role.SAFETY, Role.STATISTICIAN])
def test_the_laboratory_is_not_for_other_roles(world: FileWorld, role: Role) -> None:
    who = world.technician(f"x{role}", None, role=role)
    assert signed_in(who.user).get(page("laboratory")).status_code == 403


def test_an_auditor_reads_and_does_nothing(world: FileWorld) -> None:
    who = world.technician("auditor", None, role=Role.AUDITOR)
    assert signed_in(who.user).get(page("plates")).status_code == 200
    assert signed_in(who.user).get(page("new_plate")).status_code == 403


def test_a_plate_of_another_laboratory_or_area_does_not_exist(world: FileWorld) -> None:
    world.received(1, 3)
    plate = world.plate()
    world.technician("zhao", world.laboratory_of("第二检验所（虚构）"))
    world.technician("boss", None, area="2202", role=Role.MANAGER)
    for name in ("zhao", "boss"):
        assert browser(world, name).get(page("plate", plate.id)).status_code == 404
        assert browser(world, name).post(page("act_on_plate", plate.id, "start")).status_code == 404


def test_a_plate_goes_from_filling_to_released_on_its_page(world: FileWorld) -> None:
    world.received(1, 5)
    li, wang = browser(world), browser(world, "wang")
    instrument = save_instrument(uuid4(), "Cycler 8", None, who=world.li)
    map_columns(instrument.id, Columns("well", "Well", target="Target Name", ct="CT"), who=world.li)
    form = {"id": uuid4(), "kit": KIT.name, "instrument_id": instrument.id, "barcode": "", "pools": 0, "most": 3}
    at = li.post(page("new_plate"), form)["Location"]
    assert li.post(page("new_plate"), form)["Location"] == at
    plate = Plate.objects.get()
    assert plate.wells.filter(kind="tube").count() == 3
    li.post(page("act_on_plate", plate.id, "scan"), {"tube": code(5)})
    li.post(page("act_on_plate", plate.id, "empty"), {"well": ["2"]})
    assert list(plate.wells.exclude(tube="").order_by("number").values_list("tube", flat=True)) == [
        code(1),
        code(3),
        code(5),
    ]
    layout = li.get(page("plate_for_instrument", plate.id)).content.decode()
    assert f"A1,{code(1)},UNKN,tube" in layout
    li.post(page("act_on_plate", plate.id, "start"))
    body = csv_of(plate, {code(5): POSITIVE})
    given = {"instrument_id": instrument.id, "file": SimpleUploadedFile("run.csv", body)}
    assert li.post(page("read_plate", plate.id), given)["Location"] == at
    assert "A second person releases what you read" in text(li.get(at))
    assert li.post(page("act_on_plate", plate.id, "release")).status_code == 409
    wang.post(page("act_on_plate", plate.id, "rerun"), {"well": ["3"]})
    wang.post(page("act_on_plate", plate.id, "release"))
    assert dict(Result.objects.values_list("tube", "result")) == {code(1): "negative", code(5): "positive"}
    read(li, at)


def test_a_bad_row_of_a_plates_file_is_shown_and_nothing_is_kept(world: FileWorld) -> None:
    world.received(1, 1)
    plate = world.plate()
    instrument = save_instrument(uuid4(), "Cycler 8", None, who=world.li)
    map_columns(instrument.id, Columns("well", "Well", target="Target Name", ct="CT"), who=world.li)
    body = csv_of(plate, {}) + b"\nZ9,N,25\n"
    given = {"instrument_id": instrument.id, "file": SimpleUploadedFile("run.csv", body)}
    answer = browser(world).post(page("read_plate", plate.id), given)
    assert answer.status_code == 422
    assert "“Z9” is no well" in text(answer)
    plate.refresh_from_db()
    assert plate.state == "running"


def test_a_file_is_handed_in_read_and_its_error_file_is_in_the_readers_language(world: FileWorld) -> None:
    body = (HEAD + "JL0000000001,-,-,27\nJL0000000002,=1+1,-,27\n").encode("gb18030")
    form = {"id": uuid4(), "kit": KIT.name, "instrument_id": world.instrument.id, "assayed_at": ""}
    at = browser(world).post(page("result_files"), form | {"file": SimpleUploadedFile("结果.csv", body)})["Location"]
    assert "waiting to be read" in text(browser(world).get(at))
    work_off(NOW)
    again = form | {"id": uuid4(), "file": SimpleUploadedFile("again.csv", body)}
    assert browser(world).post(page("result_files"), again)["Location"] == at
    file = ResultFile.objects.get()
    chinese = signed_in(User.objects.get(username="wang"), language="zh-hans").get(page("rejected_rows", file.id))
    lines = b"".join(chinese.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "行号,未采用原因,该行内容"
    assert lines[1].startswith("3,“=1+1”不是 Ct 值")
    read_in_both(User.objects.get(username="wang"), at)
    browser(world, "wang").post(page("act_on_file", file.id, "release"))
    work_off(NOW)
    assert Result.objects.count() == 1


def test_a_result_is_typed_by_two_and_the_second_does_not_see_the_first(world: FileWorld) -> None:
    world.received(1, 1)
    form = {"tube": code(1), "kit": KIT.name, "ct_ORF1ab": "25,5", "ct_N": "26.25", "ct_IC": "28"}
    browser(world).post(page("typing"), form)
    case = Typing.objects.get()
    assert "25.50" not in text(browser(world, "wang").get(page("typed", case.id)))
    assert "25.50" in text(browser(world).get(page("typed", case.id)))
    browser(world, "wang").post(page("typing"), form | {"ct_N": "36.25"})
    third = world.technician("zhou", world.party)
    assert "36.25" in text(signed_in(third.user).get(page("typed", case.id)))
    decided = {"ct_ORF1ab": "25.5", "ct_N": "26.25", "ct_IC": "28", "reason": "the printout says so"}
    signed_in(third.user).post(page("typed", case.id), decided)
    assert Result.objects.get().result == "positive"


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"tube": "JL0000009998"}, "There is no tube JL0000009998"), ({"ct_N": "abc"}, "A Ct is a number")],
)
def test_what_was_typed_wrongly_is_said_at_the_field_and_not_lost(
    world: FileWorld, typed: dict[str, str], said: str
) -> None:
    world.received(1, 1)
    form = {"tube": code(1), "kit": KIT.name, "ct_ORF1ab": "25.5", "ct_N": "", "ct_IC": "28"} | typed
    answer = browser(world).post(page("typing"), form)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="25.5"' in answer.content.decode()


def test_a_pool_is_mixed_and_taken_apart_on_its_page(world: FileWorld) -> None:
    world.received(1, 3)
    form = {"id": uuid4(), "tubes": f"{code(1)}\n{code(2)}", "code": ""}
    at = browser(world).post(page("pools"), form)["Location"]
    read_in_both(User.objects.get(username="wang"), at)
    browser(world).post(at, {"reason": "spilt"})
    assert Pool.objects.get().state == "decode"


def test_limits_of_a_kit_are_added_as_a_row_and_none_is_overwritten(world: FileWorld) -> None:
    form = {
        "name": KIT.name,
        "valid_from": "2022-05-08",
        "targets": "ORF1ab 36 38\nN 36 38",
        "positive_needs": 1,
        "internal_control": "IC",
        "control_valid_below_ct": "35",
        "controls": "G12 阴性\nH12 阳性",
        "source": "edition 2",
    }
    assert browser(world).post(page("new_kit"), form).status_code == 302
    assert browser(world).post(page("new_kit"), form).status_code == 302
    assert list(AssayKit.objects.order_by("id").values_list("source", flat=True)) == [KIT.source, "edition 2"]
    wrong = browser(world).post(page("new_kit"), form | {"controls": "H12 positive", "source": "edition 3"})
    assert "A plate needs a positive and a negative control" in text(wrong)
    assert "edition 3" in wrong.content.decode()


def test_columns_are_named_beside_a_sample_of_the_file(world: FileWorld) -> None:
    sample = "Block,96\nWell,Sample Name,Target Name,CT\nA1,JL0000000001,FAM,25.1\n".encode("utf-8-sig")
    form = {"id": uuid4(), "name": "Cycler 9", "file": SimpleUploadedFile("sample.csv", sample)}
    at = browser(world).post(page("instruments"), form)["Location"]
    assert "JL0000000001" in text(browser(world).get(at))
    chosen = {"by": "tube", "key": "Sample Name", "target": "Target Name", "ct": "CT"}
    assert browser(world).post(at, chosen | {"names": "FAM = ORF1ab"}).status_code == 302
    assert Instrument.objects.get(name="Cycler 9").mapping["names"] == {"FAM": "ORF1ab"}
    wrong = browser(world).post(at, chosen | {"ct": "Sample Name"})
    assert "Name each column once" in text(wrong)


def test_a_tubes_page_shows_every_message_and_which_one_counts(world: FileWorld) -> None:
    world.received(1, 1)
    plate = world.plate()
    read_plate(plate.id, readings(plate, **{code(1): POSITIVE}), who=world.li)
    release_plate(plate.id, who=world.wang)
    world.send("results", [world.result(1, "negative", at=NOW.replace(hour=11), message="M2")])
    world.judge()
    english = text(browser(world).get(page("tube", code(1))))
    assert "ORF1ab 25.50 &lt; 38" in english or "ORF1ab 25.50 < 38" in english
    assert "M2" in english
    assert "counts: the latest" in english
    assert "replaced by a later message" in english
