"""Pages of labels: printing, printing again for a reason, giving codes, the PDF, and who may."""

import re
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.desks.sampling.custody_world import CustodyWorld
from tests.desks.sampling.world import code
from tests.web.pages_world import (
    NEXT_CITY,
    areas,
    at_noon,
    page,
    read,
    read_in_both,
    signed_in,
    statuses,
    user_of,
)
from yinghuo.core.people.models import Role, User
from yinghuo.desks.sampling.actions.custody.labels import draw_run
from yinghuo.desks.sampling.models import LabelRun, SiteRange
from yinghuo.desks.sampling.views.custody import labels

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.LABEL_FOLDER = tmp_path / "labels"


@pytest.fixture
def world() -> CustodyWorld:
    areas()
    return CustodyWorld()


@pytest.fixture
def manager(world: CustodyWorld) -> User:
    assert world
    return user_of(Role.MANAGER)


def form_of(world: CustodyWorld, user: User, **more: str) -> dict[str, str]:
    """What a browser would send from the form for a print."""
    shown = signed_in(user).get(page("print_labels", world.campaign.id)).content.decode()
    given = re.search(r'name="id" value="([^"]+)"', shown)
    assert given
    return {"id": given[1], "kind": "tube", "first": code(1), "last": code(40), "size": "a4-4x10"} | more


def test_a_print_leads_to_its_pdf_and_stands_in_the_list(world: CustodyWorld, manager: User) -> None:
    client = signed_in(manager)
    answer = client.post(page("print_labels", world.campaign.id), form_of(world, manager, site_id=str(world.site.pk)))
    run = LabelRun.objects.get()
    assert answer["Location"] == page("label_run", run.id)
    english, chinese = read_in_both(manager, page("label_run", run.id))
    assert "40 labels, JL0000000001 to JL0000000040" in english
    assert "打开" in chinese
    file = client.get(page("label_file", run.id))
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    english, _chinese = read_in_both(manager, page("labels", world.campaign.id))
    assert "tubes JL0000000001 JL0000000040 40 1" in english
    assert "tubes JL0000000041 JL0000009999 9,959 0" in english


def test_printing_again_asks_for_a_reason_and_keeps_what_was_typed(world: CustodyWorld, manager: User) -> None:
    client, address = signed_in(manager), page("print_labels", world.campaign.id)
    client.post(address, form_of(world, manager))
    refused = client.post(address, form_of(world, manager, first=code(7)))
    assert refused.status_code == 422
    assert "Say why they are printed again" in refused.content.decode()
    assert f'value="{code(7)}"' in refused.content.decode()
    assert client.post(address, form_of(world, manager, first=code(7), reason="wet")).status_code == 302
    assert "reprint wet" in read(client, page("labels", world.campaign.id))


def test_many_labels_are_drawn_by_the_worker_and_the_page_says_how_far_it_is(
    world: CustodyWorld, manager: User
) -> None:
    client = signed_in(manager)
    client.post(page("print_labels", world.campaign.id), form_of(world, manager, last=code(2_000)))
    run = LabelRun.objects.get()
    assert ProcrastinateJob.objects.get(task_name="draw_labels").args == {"run_id": str(run.id)}
    assert "0 of 2,000" in read(client, page("label_run", run.id))
    assert client.get(page("label_file", run.id)).status_code == 404
    draw_run(run.id, every=100)
    assert "Open the PDF" in read(client, page("label_run", run.id))


def test_a_file_that_was_lost_is_drawn_again(world: CustodyWorld, manager: User, tmp_path: Path) -> None:
    client = signed_in(manager)
    client.post(page("print_labels", world.campaign.id), form_of(world, manager))
    run = LabelRun.objects.get()
    (tmp_path / "labels" / f"{run.id}.pdf").unlink()
    assert "Open the PDF" in read(client, page("label_run", run.id))


def test_codes_are_given_to_a_site_on_a_page_and_a_clash_is_said_at_the_field(
    world: CustodyWorld, manager: User
) -> None:
    client, address = signed_in(manager), page("give_codes", world.campaign.id)
    read_in_both(manager, address)
    given = {"site_id": str(world.site.pk), "first": code(1), "last": code(100)}
    assert client.post(address, given).status_code == 302
    clash = client.post(address, given | {"site_id": str(world.other_site.pk), "first": code(50)})
    assert clash.status_code == 422
    assert "belong to 一号点 already" in clash.content.decode()
    assert SiteRange.objects.count() == 1
    assert f"{code(101)} – JL0000009999" in read(client, page("labels", world.campaign.id)).replace("–", " – ").replace(
        "  ", " "
    )


def test_of_very_many_sites_one_is_named_by_its_number(
    world: CustodyWorld, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "MOST_LISTED", 0)
    client, address = signed_in(manager), page("give_codes", world.campaign.id)
    assert "<select" not in client.get(address).content.decode()
    sent = {"first": code(1), "last": code(50)}
    assert client.post(address, sent | {"site_id": "999999"}).status_code == 422
    assert client.post(address, sent | {"site_id": world.site.id}).status_code == 302
    assert SiteRange.objects.get().site_id == world.site.id


def test_only_who_manages_campaigns_prints(world: CustodyWorld) -> None:
    assert statuses(page("print_labels", world.campaign.id), Role.LABORATORY, Role.AUDITOR) == [403, 403]
    assert statuses(page("give_codes", world.campaign.id), Role.STATISTICIAN, Role.ADMIN) == [403, 200]


def test_labels_of_another_area_do_not_exist(world: CustodyWorld, manager: User) -> None:
    signed_in(manager).post(page("print_labels", world.campaign.id), form_of(world, manager))
    run = LabelRun.objects.get()
    stranger = signed_in(user_of(Role.MANAGER, NEXT_CITY))
    addresses = [page(name, world.campaign.id) for name in ("labels", "print_labels", "give_codes")]
    addresses += [page("label_run", run.id), page("label_file", run.id)]
    assert [stranger.get(address).status_code for address in addresses] == [404] * 5
