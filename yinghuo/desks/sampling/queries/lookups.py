"""Looking a result up: who is meant, and where they stand, in a few index probes; results are read off the tubes."""

import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from yinghuo.core.people import identity
from yinghuo.core.people.models import Person
from yinghuo.desks.sampling.lookup_rules import CODE_DAYS, LATEST_SWABS, REVIEW_CARRIES, certificate_rule
from yinghuo.desks.sampling.models import LookupCode, Swab
from yinghuo.desks.sampling.rules import Status, status_of
from yinghuo.engines import slips
from yinghuo.engines.certificates import Certificate, masked

# One probe for the person, one for the latest swabs, two for each swab: what corrects it, and its tube.
STAND = """
    SELECT p.identity, s.at, t.swabs, coalesce(t.result, ''), t.result_at, c.recollect_h, coalesce(c.area_code, ''),
           t.voided_at IS NOT NULL
    FROM (SELECT %(person)s::uuid AS id) AS asked
    LEFT JOIN people_person p ON p.id = asked.id
    LEFT JOIN LATERAL (
        SELECT swab.at, CASE said.what WHEN 'moved' THEN said.to_tube ELSE swab.tube END AS tube
        FROM (
            SELECT tube, id, at FROM sampling_swab WHERE person = asked.id ORDER BY at DESC LIMIT %(latest)s
        ) AS swab
        LEFT JOIN LATERAL (
            SELECT c.what, c.to_tube FROM sampling_corrected c WHERE c.tube = swab.tube AND c.swab = swab.id
            ORDER BY c.at DESC, c.id DESC LIMIT 1
        ) AS said ON true
        WHERE said.what IS DISTINCT FROM 'undone'
    ) AS s ON true
    LEFT JOIN sampling_tube t ON t.tube = s.tube
    LEFT JOIN sampling_campaign c ON c.id = t.campaign_id
    ORDER BY s.at DESC
"""
NOBODY = UUID(int=0)
DOTS = str.maketrans("", "", "·•・‧.")


class Sample(NamedTuple):
    """One swab of a person, and the tube that it is in."""

    at: datetime
    members: int
    result: str
    result_at: datetime | None
    recollect_h: int | None
    area_code: str
    voided: bool = False

    @property
    def status(self) -> Status:
        """What this tube alone says of the person."""
        if self.voided:
            return Status.NOT_SAMPLED
        return status_of(self.result, members=self.members)


class Standing(NamedTuple):
    """Where a person stands. `sample` is the one that says so, None where there is none; `name` is masked."""

    name: str
    status: Status | None
    sample: Sample | None

    @property
    def review_by(self) -> datetime | None:
        """Until when somebody under review is to be swabbed singly."""
        one = self.sample
        if self.status != Status.UNDER_REVIEW or not one or not one.result_at or one.recollect_h is None:
            return None
        return one.result_at + timedelta(hours=one.recollect_h)

    @property
    def certificate(self) -> Certificate | None:
        """What a certificate would say; negative results alone have one."""
        one = self.sample
        if self.status != Status.NEGATIVE or not one or not one.result_at:
            return None
        rule = certificate_rule(one.area_code, timezone.localdate(one.at))
        if rule is None:
            return None
        return Certificate(self.name, one.at, one.result_at, one.at + timedelta(hours=rule.hours), one.area_code)


def standing(person: UUID) -> Standing:
    """Where a person stands by their latest swabs."""
    with connection.cursor() as cursor:
        cursor.execute(STAND, {"person": person, "latest": LATEST_SWABS})
        rows = cursor.fetchall()
    sealed = rows[0][0]
    name = masked(identity.unseal(person, sealed)["name"]) if sealed else ""
    samples = [Sample(at, members or 1, *rest) for _sealed, at, members, *rest in rows if at]
    return Standing(name, *decided(samples))


def decided(samples: Sequence[Sample]) -> tuple[Status | None, Sample | None]:
    """What samples, the latest first, say of a person, and which of them says it.

    A tube that is not negative weighs on its people until they were swabbed singly, whatever a later pooled tube says.
    """
    if not samples:
        return None, None
    for one in samples:
        if samples[0].at - one.at > REVIEW_CARRIES:
            break
        if one.status in (Status.UNDER_REVIEW, Status.POSITIVE):
            return one.status, one
        if one.members == 1 and not one.voided:
            break
    return samples[0].status, samples[0]


def by_identity(number: str, name: str) -> UUID | None:
    """The person with this identity number and name; None for a wrong name as for a number that nobody has.

    Both take the same work, so that the time taken does not tell them apart.
    """
    person = identity.pseudonym(number)
    row = Person.objects.filter(id=person).values_list("identity").first()
    sealed = row[0] if row else None
    known = identity.unseal(person, sealed) if sealed else identity.unseal(NOBODY, _nobody())
    same = hmac.compare_digest(plain(known["name"]).encode(), plain(name).encode())
    return person if sealed and same and plain(name) else None


def by_code(text: str, *, now: datetime) -> UUID | None:
    """The person whose swab a code from a slip belongs to; None for an unknown code and for one that is over."""
    code = slips.read(text)
    if code is None:
        return None
    given = LookupCode.objects.filter(code=code_hash(code), at__gt=now - timedelta(days=CODE_DAYS)).first()
    if given is None:
        return None
    return Swab.objects.filter(tube=given.tube, id=given.swab).values_list("person", flat=True).first()


def code_hash(code: str) -> UUID:
    """What is kept of a code: HMAC-SHA256 under LOOKUP_KEY, the first 16 bytes."""
    return UUID(bytes=hmac.digest(settings.LOOKUP_KEY, b"slip 1\n" + code.encode(), "sha256")[:16])


def plain(name: str) -> str:
    """A name as all who type it mean it: no spaces, no dots, one width, one case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().translate(DOTS).split())


@cache
def _nobody() -> bytes:
    return identity.seal(NOBODY, {"number": "", "name": "", "phone": ""})
