"""Publications: a figure with its proof, counted again by anybody; later facts change nothing, tampering shows."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.figure_world import (
    DAY,
    NOON,
    keep,
    keep_swabs,
    named,
    result,
    sealed,
    site,
    superuser,
    swab,
    three_batches,
)
from yinghuo.core.figures import queries
from yinghuo.core.figures.actions import publish, recheck
from yinghuo.core.figures.models import Publication
from yinghuo.core.figures.registry import all_figures, get
from yinghuo.core.ledger import sequencer
from yinghuo.core.ledger.models import Checkpoint, Entry
from yinghuo.core.ledger.verify import verify
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.facts import RESULTS, SEALED, SWABS

pytestmark = pytest.mark.django_db
KEY = "sampling.swabs"


def published(key: str = KEY, area: str = "2201") -> Publication:
    return publish(key, area=area, **DAY, by="user:7", at=NOON)


def test_a_published_figure_holds_its_value_and_its_proof() -> None:
    three_batches()
    publication = published()
    entry = Entry.objects.get(id=publication.entry_id)
    body = json.loads(entry.body)
    assert (publication.value, publication.records, publication.entries) == (9, 9, 3)
    assert (entry.kind, entry.subject, entry.by) == ("figure.published", "figure:sampling.swabs", "user:7")
    assert (body["value"], body["root"], body["records"]) == ("9", publication.evidence_root, 9)
    assert body["version"] == get(KEY).version
    assert Checkpoint.objects.filter(size=publication.size).exists()


def test_publishing_counts_facts_that_still_waited_for_their_index() -> None:
    keep(SWABS, swab(1, tube="A001", person=1, where=site("220104001")), sequence=False)
    assert published().value == 1


def test_publishing_twice_at_one_moment_is_once() -> None:
    three_batches()
    assert published() == published()
    assert Entry.objects.filter(kind="figure.published").count() == 1


def test_a_mean_of_nothing_cannot_be_published() -> None:
    with pytest.raises(Refused, match=r"figure\.empty"):
        published("sampling.mean_fill")
    assert not Publication.objects.exists()


def test_a_mean_is_rounded_half_up_and_published_as_it_reads() -> None:
    here = site("220104001")
    tubes = ["A001"] * 9 + [f"B{n:03}" for n in range(7)]
    keep_swabs(*(swab(n, tube=tube, person=n, where=here) for n, tube in enumerate(tubes)))
    publication = published("sampling.mean_fill")
    assert (publication.value, publication.value_text) == (2, "2")
    keep_swabs(swab(99, tube="B000", person=99, where=here))
    later = publish("sampling.mean_fill", area="2201", **DAY, by="user:7", at=NOON + timedelta(hours=1))
    assert later.value_text == "2.13"  # 17 / 8 = 2.125
    assert recheck(later).same


def test_postgresql_refuses_to_change_a_publication() -> None:
    three_batches()
    published()
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Publication.objects.update(value=10)


def test_counting_again_gives_the_same() -> None:
    three_batches()
    again = recheck(Publication.objects.get(id=published().id))
    assert (again.same, again.differs, again.value) == (True, (), 9)


def test_a_late_fact_changes_only_later_publications() -> None:
    three_batches()
    then = published()
    here = site("220104001")
    keep_swabs(swab(100, tube="A009", person=100, where=here, minute=1))
    again = recheck(then)
    later = publish(KEY, area="2201", **DAY, by="user:7", at=NOON + timedelta(days=3))
    assert again.same
    assert (again.value, later.value) == (9, 10)
    assert recheck(later).same


def test_a_site_entered_later_does_not_move_older_facts_into_its_area() -> None:
    here = site("220104001")
    keep_swabs(swab(1, tube="A001", person=1, where=here), swab(2, tube="A001", person=2, where=here.id + 1))
    then = published()
    assert site("220104001").id == here.id + 1
    assert recheck(then).same
    sequencer.sequence_all()
    assert recheck(then).same
    assert (then.value, queries.compute(KEY, area="2201", **DAY).value) == (1, 2)


@pytest.mark.parametrize(
    ("statement", "differs"),
    [
        ("UPDATE sampling_swab SET person = %s WHERE tube = 'A000' AND id = %s", ("root",)),
        ("UPDATE sampling_swab SET doubt = %s::text WHERE tube = 'A000' AND id = %s", ("root",)),
        ("DELETE FROM sampling_swab WHERE %s IS NOT NULL AND id = %s", ("value", "records", "root")),
    ],
)
def test_a_record_changed_or_taken_away_shows(statement: str, differs: tuple[str, ...]) -> None:
    three_batches()
    publication = published()
    assert superuser(statement, named("person", "other"), named("swab", 1)) == 1
    again = recheck(publication)
    assert (again.same, again.differs) == (False, differs)
    assert "facts.changed" in {fault.code for fault in verify().faults}


def test_a_record_slipped_into_an_old_batch_shows() -> None:
    three_batches()
    publication = published()
    superuser(
        "INSERT INTO sampling_swab (tube, id, at, site, person, device, entry_id, doubt)"
        " SELECT 'A777', %s, at, site, person, device, entry_id, '' FROM sampling_swab LIMIT 1",
        named("swab", 777),
    )
    again = recheck(publication)
    assert again.differs == ("value", "records", "root")
    assert again.value == 10


def test_a_publication_rewritten_together_with_its_records_differs_from_the_ledger() -> None:
    three_batches()
    publication = published()
    superuser("DELETE FROM sampling_swab WHERE id = %s", named("swab", 1))
    forged = recheck(publication)
    superuser(
        "UPDATE figures_publication SET value = %s, records = %s, evidence_root = %s",
        forged.value,
        forged.records,
        forged.root,
    )
    assert recheck(Publication.objects.get()).differs == ("ledger",)


def test_a_publication_whose_entry_is_gone_is_not_the_same() -> None:
    three_batches()
    publication = published()
    superuser("DELETE FROM ledger_entry WHERE id = %s", publication.entry_id)
    assert recheck(publication).differs == ("ledger",)


def test_every_figure_of_sampling_can_be_published_and_counted_again() -> None:
    here = site("220104001")
    keep_swabs(swab(1, tube="A001", person=1, where=here), swab(2, tube="A001", person=2, where=here))
    keep(SEALED, sealed(1, tube="A001", where=here))
    keep(RESULTS, result(1, tube="A001", said="positive", vehicle="V1"))
    keep_swabs(swab(3, tube="A002", person=1, where=here, minute=1_000))
    made = {figure.key: published(figure.key) for figure in all_figures() if figure.key.startswith("sampling.")}
    assert all(recheck(one).same for one in made.values())
    assert made["sampling.recollected"].value == 1
    assert verify().ok
