"""Pages of the exchange: a file tried out and confirmed, its faults, a file given out, nobody from elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.desks.response.exchange_world import AREA, LI, WANG, WRONG, begun, line_list, taken
from tests.web.pages_world import areas, at_noon, read, signed_in, text, user_of
from yinghuo.core.people.models import Role
from yinghuo.desks.response.models import Case, Event, Import
from yinghuo.web import catalogue

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.ROSTERS_FOLDER = tmp_path / "files"
    catalogue.compile_all()
    areas()


@pytest.fixture
def officer() -> Client:
    return signed_in(user_of(Role.RESPONSE))


def sent(client: Client, data: bytes, **given: Any) -> Any:
    """The form with a file, sent."""
    told = {"form": "line_list", "source": "市疾控", "area_code": AREA, "policy": "skip", "event": ""} | given
    return client.post(reverse("new_import"), {"file": SimpleUploadedFile("名单.csv", data), **told})


def test_a_file_is_tried_out_then_confirmed(officer: Client) -> None:
    answer = sent(officer, line_list(WANG.replace("绿园区", ""), WRONG))
    one = Import.objects.get()
    assert answer.url == reverse("import", args=[one.id])
    page = read(officer, answer.url)
    assert "2 records would be new" in page
    assert "is no date that exists" in page
    assert not Case.objects.exists()
    officer.post(reverse("import_step", args=[one.id, "apply"]))
    assert Case.objects.count() == 1
    assert "2 records were new" in read(officer, answer.url)
    assert "名单.csv" in read(officer, reverse("exchange"))


def test_the_error_file_has_row_and_cause(officer: Client) -> None:
    one = begun(line_list(WRONG), area_code=AREA)
    answer = officer.get(reverse("import_faults", args=[one.id]), {"as": "csv"})
    assert "day of onset,is no date that exists" in text(answer)


def test_a_form_sent_wrong_keeps_what_was_typed(officer: Client) -> None:
    answer = sent(officer, b"\x00\xff\x00", source="某系统")
    assert answer.status_code == 422
    page = text(answer)
    assert "neither UTF-8 nor GB18030" in page
    assert "某系统" in answer.content.decode()


def test_columns_are_corrected_on_the_page(officer: Client) -> None:
    one = begun("病例编号,何时病倒\nA-1,2022-05-06\n".encode())
    answer = officer.post(reverse("import_step", args=[one.id, "columns"]), {"key": "0", "onset_on": "1"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert one.mapping["columns"] == {"key": 0, "onset_on": 1}
    assert officer.post(reverse("import_step", args=[one.id, "columns"]), {"onset_on": "1"}).status_code == 422


def test_a_file_is_given_out_under_pseudonyms(officer: Client) -> None:
    taken(line_list(WANG.replace("绿园区", ""), LI.replace("正阳街道", "")))
    event = Event.objects.get()
    answer = officer.post(reverse("give_out"), {"form": "fhir", "variant": "json", "event": str(event.id)})
    assert json.loads(answer.content)["resourceType"] == "Bundle"
    assert "王小明".encode() not in answer.content
    assert "Pseudonyms" in read(officer, reverse("exchange"))


def test_names_without_words_are_not_given_out(officer: Client) -> None:
    asked = {"form": "line_list", "variant": "csv", "event": "", "reveal": "reach"}
    answer = officer.post(reverse("give_out"), asked)
    assert answer.status_code == 422
    assert "Say what the names are needed for" in text(answer)


def test_an_import_of_another_area_does_not_exist() -> None:
    one = begun(line_list(WANG.replace("绿园区", "")))
    stranger = signed_in(user_of(Role.RESPONSE, area_code="2202"))
    for name in ("import", "import_faults"):
        assert stranger.get(reverse(name, args=[one.id])).status_code == 404
    assert stranger.post(reverse("import_step", args=[one.id, "apply"])).status_code == 404


def test_roles_without_the_exchange_are_kept_out() -> None:
    duty = signed_in(user_of(Role.AUDITOR))
    assert duty.get(reverse("exchange")).status_code == 403
    assert duty.get(reverse("give_out")).status_code == 403


def test_every_page_reads_in_both_languages(officer: Client) -> None:
    one = begun(line_list(WANG.replace("绿园区", ""), WRONG))
    for address in (reverse("exchange"), reverse("new_import"), reverse("give_out"), reverse("import", args=[one.id])):
        assert read(officer, address)
        chinese = officer.get(address, headers={"accept-language": "zh-hans"})
        assert chinese.status_code == 200
