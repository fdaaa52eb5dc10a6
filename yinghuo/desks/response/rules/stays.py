"""How long somebody may be isolated: basis, first and last day by the rule in force, the days of assays.

Day 0 is the date of last contact, not the day on which isolation began: who is found late is held shorter, not longer.
That agrees with the contact's own last day (`Contact.until`) and is in the person's favour; the texts of the protocols
were not checked for it. The last day of a stay is served in full: it ends at the end of that day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.response.rules.versions import Managed, Version, version_on  # noqa: F401 - for the doctests


class Basis(TextChoices):
    """The legal basis of a stay; articles from memory of the law of 2013, not checked against its text."""

    CONTACT = (
        "contact_39",
        _("Law on Prevention and Treatment of Infectious Diseases, art. 39: observation of contacts"),
    )
    PLACE = "place_41", _("Law on Prevention and Treatment of Infectious Diseases, art. 41: isolation within a place")


class Terms(NamedTuple):
    """What a version of the rules says of one person: its name, last day in a facility, last day of all."""

    rule: str
    counted_from: date
    facility_until: date | None
    until: date
    assays: tuple[date, ...]

    def last(self, *, stage: str) -> date:
        """The last day of a stay of that stage ("facility" or "home"): no rule allows a later one."""
        return self.facility_until or self.until if stage == "facility" else self.until


def managed_as(version: Version, grade: str) -> Managed | None:
    """How a version manages a grade; None for general contacts and what the version no longer determines."""
    return {"close": version.close, "second": version.second}.get(grade)


def terms_of(grade: str, counted_from: date, version: Version) -> Terms | None:
    """What a version says of a contact of that grade whose last contact was on `counted_from`; None: no restriction.

    >>> terms = terms_of("close", date(2022, 5, 6), version_on(date(2022, 5, 7)))
    >>> terms.facility_until.isoformat(), terms.until.isoformat()
    ('2022-05-20', '2022-05-27')
    >>> terms_of("second", date(2022, 11, 20), version_on(date(2022, 11, 21))) is None
    True
    """
    managed = managed_as(version, grade)
    if managed is None:
        return None
    in_facility = counted_from + timedelta(days=managed.facility_days) if managed.facility_days else None
    assays = tuple(counted_from + timedelta(days=day) for day in managed.assay_days)
    return Terms(version.name, counted_from, in_facility, counted_from + timedelta(days=managed.days), assays)


def assays_due(terms: Terms, *, first_on: date, until: date) -> Iterator[date]:
    """The days on which somebody isolated from `first_on` to `until` is sampled; what was missed is due at once.

    >>> terms = terms_of("close", date(2022, 7, 1), version_on(date(2022, 7, 1)))
    >>> [day.day for day in assays_due(terms, first_on=date(2022, 7, 4), until=date(2022, 7, 8))]
    [4, 6, 8]
    """
    yield from sorted({max(day, first_on) for day in terms.assays if max(day, first_on) <= until})
