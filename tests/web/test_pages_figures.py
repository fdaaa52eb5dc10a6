"""The pages of figures: all figures, one of them, its records, publishing it, counting it again."""

import re
from typing import Any

import pytest
from django.db import connection

from tests.desks.sampling.world import World
from tests.web.pages_world import (
    CITY,
    COUNTY,
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
from yinghuo.core.figures.models import Publication
from yinghuo.core.people.models import Role, User

__all__ = ["at_noon"]
pytestmark = pytest.mark.django_db
SWABS = "sampling.swabs"
DAY = {"first": "2022-05-08", "last": "2022-05-08"}


@pytest.fixture
def statistician() -> User:
    """The statistician of the city, on whose day fourteen people were swabbed."""
    areas()
    world = World()
    world.send("swabs", world.swabs(10))
    world.send("swabs", world.swabs(4, tube=2))
    world.judge()
    return user_of(Role.STATISTICIAN)


def figure(**asked: Any) -> str:
    """The address of the swabs of the day."""
    query = "&".join(f"{name}={value}" for name, value in (DAY | asked).items())
    return f"{page('figure', SWABS)}?{query}"


def publish(user: User, **asked: Any) -> Any:
    """Confirms the publication of the swabs of the day."""
    return signed_in(user).post(page("publish", SWABS), {"area": CITY} | DAY | asked)


def test_every_figure_is_listed_with_what_was_published_last(statistician: User) -> None:
    publish(statistician)
    english, chinese = read_in_both(statistician, page("figures"))
    assert "1 have been published" in english
    assert "Samples taken" in english
    assert "采样人次" in chinese


def test_a_figure_without_publication_shows_a_gap(statistician: User) -> None:
    answer = signed_in(statistician).get(page("figures"))
    assert len(first_cells(answer, "figures")) >= 10
    assert 'class="evidence"' not in answer.content.decode()


def test_the_csv_file_equals_the_table(statistician: User) -> None:
    publish(statistician)
    client = signed_in(statistician)
    _head, *rows = csv_rows(client, page("figures"))
    assert [row[0] for row in rows] == first_cells(client.get(page("figures")), "figures")


def test_a_figure_is_counted_for_the_area_and_days_of_the_address(statistician: User) -> None:
    english, chinese = read_in_both(statistician, figure(area=COUNTY))
    assert "Samples taken · Lüyuan District · 2022-05-08: 14 samples" in english
    assert "采样人次 · 绿园区 · 2022-05-08：14人次" in chinese


def test_without_a_question_a_figure_is_of_the_own_area_today(statistician: User) -> None:
    assert "Changchun · 2022-05-08: 14 samples" in read(signed_in(statistician), page("figure", SWABS))


def test_a_period_without_records_says_so(statistician: User) -> None:
    shown = read(signed_in(statistician), figure(first="2022-05-01", last="2022-05-02"))
    assert "2022-05-01 to 2022-05-02: 0 samples" in shown
    empty = f"{page('figure', 'sampling.mean_fill')}?first=2022-05-01&last=2022-05-02"
    assert "there is nothing to count from" in read(signed_in(statistician), empty)


def test_days_in_the_wrong_order_are_explained_and_kept(statistician: User) -> None:
    answer = signed_in(statistician).get(figure(first="2022-05-09"))
    assert "The last day is before the first day." in text(answer)
    assert 'value="2022-05-09"' in answer.content.decode()


@pytest.mark.parametrize("address", ["figure", "records", "publish"])
def test_a_figure_of_another_area_does_not_exist(statistician: User, address: str) -> None:
    client = signed_in(statistician)
    assert client.get(f"{page(address, SWABS)}?area={NEXT_CITY}").status_code == 404
    assert client.get(f"{page(address, SWABS)}?area=22").status_code == 404


def test_an_unknown_figure_is_not_found(statistician: User) -> None:
    assert signed_in(statistician).get(page("figure", "moon.phase")).status_code == 404


def test_the_value_leads_to_its_records_and_each_record_to_its_ledger_entry(statistician: User) -> None:
    client = signed_in(statistician)
    (records,) = set(re.findall(r'class="evidence" href="([^"]+)"', client.get(figure()).content.decode()))
    answer = client.get(records.replace("&amp;", "&"))
    assert len(first_cells(answer, "records")) == 14
    entry = re.search(r'href="(/ledger/[\w-]+)"', answer.content.decode())
    assert entry
    assert "Swabs recorded" in read(client, entry[1])
    assert client.get(f"{entry[1]}/proof.json").json()["checkpoint"]


def test_records_stay_within_their_queries_in_both_languages(statistician: User) -> None:
    read_in_both(statistician, f"{page('records', SWABS)}?first=2022-05-08")


def test_a_preview_of_records_has_no_links_that_would_lead_astray_on_another_page(statistician: User) -> None:
    answer = signed_in(statistician).get(f"{page('records', SWABS)}?first=2022-05-08&preview=1")
    assert len(first_cells(answer, "records")) == 8
    assert 'href="?' not in answer.content.decode()


def test_records_are_paged_without_losing_one(statistician: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinghuo.web.pages.figures.ROWS", 5)
    client, address, seen = signed_in(statistician), f"{page('records', SWABS)}?first=2022-05-08", []
    for _ in range(3):
        html = client.get(address).content.decode()
        seen += re.findall(r'<tr id="records-([^"]+)"', html)
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', html)
        address = page("records", SWABS) + (following[1].replace("&amp;", "&") if following else "")
    assert (len(seen), len(set(seen))) == (14, 14)


def test_publishing_says_exactly_what_will_happen_and_does_nothing_yet(statistician: User) -> None:
    english, _chinese = read_in_both(statistician, f"{page('publish', SWABS)}?area={CITY}&first=2022-05-08")
    assert "This becomes public: Samples taken · Changchun · 2022-05-08: 14 samples" in english
    assert "14 records" in english
    assert not Publication.objects.exists()


def test_publishing_keeps_the_value_and_enters_it(statistician: User) -> None:
    answer = publish(statistician)
    one = Publication.objects.get()
    assert answer["Location"] == page("publication", one.id)
    assert (one.value, one.records, one.by) == (14, 14, statistician.label)
    assert len(entered("figure.published", f"figure:{SWABS}")) == 1
    english, chinese = read_in_both(statistician, page("publication", one.id))
    assert "Samples taken · Changchun · 2022-05-08: 14 samples" in english
    assert one.evidence_root in chinese


def test_a_few_people_are_weighed_before_they_are_published(statistician: User) -> None:
    address = f"{page('publish', 'sampling.samplers')}?area={CITY}&first=2022-05-08"
    assert "they could be recognised" in read(signed_in(statistician), address)


def test_who_may_not_publish_sees_no_button_and_is_stopped(statistician: User) -> None:
    auditor = user_of(Role.AUDITOR)
    assert page("publish", SWABS) not in signed_in(auditor).get(figure()).content.decode()
    assert publish(auditor).status_code == 403
    assert not Publication.objects.exists()


def test_nothing_is_published_for_an_area_outside_the_own(statistician: User) -> None:
    assert publish(statistician, area=NEXT_CITY).status_code == 404
    assert not Publication.objects.exists()


def test_everybody_sees_figures_and_a_stranger_logs_in(statistician: User, client: Any) -> None:
    assert statuses(page("figures"), Role.SAFETY, Role.AUDITOR, Role.LABORATORY) == [200, 200, 200]
    assert client.get(page("figures"))["Location"].startswith("/login")


def test_a_publication_of_another_area_is_neither_listed_nor_found(statistician: User) -> None:
    publish(statistician)
    one, elsewhere = Publication.objects.get(), user_of(Role.STATISTICIAN, NEXT_CITY)
    assert "0 have been published" in read(signed_in(elsewhere), page("figures"))
    assert "has not been published yet" in read(signed_in(elsewhere), page("figure", SWABS))
    assert signed_in(elsewhere).get(page("publication", one.id)).status_code == 404


def test_counting_again_comes_to_the_same(statistician: User) -> None:
    publish(statistician)
    english, chinese = read_in_both(statistician, page("publication", Publication.objects.get().id) + "?recheck=1")
    assert "Counted again: it is as published" in english
    assert "重算结果：与公布一致" in chinese


def test_counting_again_shows_a_record_that_was_changed(statistician: User) -> None:
    publish(statistician)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM sampling_swab WHERE id = (SELECT id FROM sampling_swab LIMIT 1)")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    shown = read(signed_in(statistician), page("publication", Publication.objects.get().id) + "?recheck=1")
    assert "Counted again: it is not as published" in shown
    assert "differs" in shown


def test_publications_are_listed_on_the_page_of_their_figure_and_in_its_file(statistician: User) -> None:
    publish(statistician)
    publish(statistician, area=COUNTY)
    client = signed_in(statistician)
    _head, *rows = csv_rows(client, page("figure", SWABS))
    assert [row[2] for row in rows] == ["Lüyuan District", "Changchun"]
    assert len(first_cells(client.get(page("figure", SWABS)), "publications")) == 2
