"""Publishing a figure so that anybody can count it again, and counting it again."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.figures import queries
from yinghuo.core.figures.models import Publication
from yinghuo.core.figures.registry import get
from yinghuo.core.ledger import sequencer
from yinghuo.core.ledger.models import Checkpoint, Entry
from yinghuo.core.refusal import Refused


@dataclass(frozen=True)
class Recheck:
    """What a published figure comes to when it is counted again at the size that it was published at.

    differs: what is not as published: "value", "records", "entries", "root" as counted now;
             "ledger" when the stored publication is not what its ledger entry says
    version: the query's version now; another one than the publication's means that the query was changed since
    """

    publication: Publication
    value: Decimal | None
    records: int
    entries: int
    root: str
    version: str
    differs: tuple[str, ...]

    @property
    def same(self) -> bool:
        """True when nothing behind the figure was changed."""
        return not self.differs


def publish(key: str, *, area: str, first: datetime, last: datetime, by: str, at: datetime) -> Publication:
    """Publishes a figure: signs the ledger as it stands, counts at that size, enters value and evidence root.

    The same question at the same moment `at` is the same publication.
    Refused("figure.unknown"), Refused("figure.period"); Refused("figure.guarded") for a figure that is never published
    by itself; Refused("figure.empty") when there is nothing to average.
    """
    if get(key).guard:
        raise Refused("figure.guarded", key=key)
    sequencer.sequence_all()
    sequencer.checkpoint(at=at)
    asked = queries.ask(key, area=area, first=first, last=last, size=_signed_size())
    (counted,) = queries.compute_many([asked])
    return _keep(counted, queries.evidence_root(asked).hex(), by=by, at=at)


def recheck(publication: Publication) -> Recheck:
    """Counts a publication again from the records as they are now, at the size that it was published at.

    Later facts play no part; a record that was changed, taken away or slipped in shows.
    """
    asked = queries.ask(
        publication.key,
        area=publication.area_code,
        first=publication.first,
        last=publication.last,
        size=publication.size,
    )
    (now,) = queries.compute_many([asked])
    root = queries.evidence_root(asked).hex()
    pairs = {
        "value": (now.value, publication.value),
        "records": (now.records, publication.records),
        "entries": (now.entries, publication.entries),
        "root": (root, publication.evidence_root),
        "ledger": (_entered(publication), _statement(publication)),
    }
    differs = tuple(name for name, (found, published) in pairs.items() if found != published)
    return Recheck(publication, now.value, now.records, now.entries, root, asked.figure.version, differs)


@transaction.atomic
def _keep(counted: queries.Value, root: str, *, by: str, at: datetime) -> Publication:
    if counted.value is None:
        raise Refused("figure.empty", key=counted.figure.key, area=counted.area)
    question = {
        "key": counted.figure.key,
        "area_code": counted.area,
        "first": counted.first,
        "last": counted.last,
        "as_of": at,
    }
    existing = Publication.objects.filter(**question).first()
    if existing:
        return existing
    publication = Publication(
        **question,
        id=ledger.new_id(),
        value=counted.value,
        records=counted.records,
        entries=counted.entries,
        size=counted.size,
        query_version=counted.figure.version,
        evidence_root=root,
        by=by,
    )
    subject, body = f"figure:{publication.key}", _statement(publication)
    publication.entry_id = ledger.enter("figure.published", subject, by=by, at=at, body=body)
    publication.save(force_insert=True)
    return publication


def _statement(publication: Publication) -> dict[str, object]:
    """What the ledger holds of a publication: everything that somebody needs to count it again."""
    return {
        "area": publication.area_code,
        "entries": publication.entries,
        "first": _moment(publication.first),
        "last": _moment(publication.last),
        "publication": str(publication.id),
        "records": publication.records,
        "root": publication.evidence_root,
        "size": publication.size,
        "value": publication.value_text,
        "version": publication.query_version,
    }


def _entered(publication: Publication) -> dict[str, object] | None:
    entry = Entry.objects.filter(id=publication.entry_id, subject=f"figure:{publication.key}").first()
    return json.loads(entry.body) if entry else None


def _signed_size() -> int:
    newest = Checkpoint.objects.order_by("-size").first()
    return newest.size if newest else 0


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
