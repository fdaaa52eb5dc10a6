"""The four tracks of an event and the steps of each: what waits for what, and by which clock."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinghuo.desks.response.rules.track_kinds import DISINFECTION, ISOLATION, TRACING, TRANSFER


class Track(TextChoices):
    """What runs side by side from the moment an event is opened."""

    TRACING = "tracing", pgettext_lazy("track", "Tracing")
    TRANSFER = "transfer", pgettext_lazy("track", "Transfer")
    ISOLATION = "isolation", pgettext_lazy("track", "Isolation")
    DISINFECTION = "disinfection", pgettext_lazy("track", "Disinfection")


KIND_OF = {
    Track.TRACING: TRACING,
    Track.TRANSFER: TRANSFER,
    Track.ISOLATION: ISOLATION,
    Track.DISINFECTION: DISINFECTION,
}


class Outcome(TextChoices):
    """What came of a step; a step that this event does not need says why."""

    DONE = "done", _("step done")
    NOT_NEEDED = "not_needed", _("not needed here")


class StepKey(StrEnum):
    """The steps, by the track that they belong to."""

    CORE_FACTS = "tracing.core_facts"
    VISITS = "tracing.visits"
    CONTACTS = "tracing.contacts"
    HANDED_ON = "tracing.handed_on"
    REPORT = "tracing.report"
    WHO_MOVES = "transfer.who"
    BEDS = "transfer.beds"
    ROUTE = "transfer.route"
    LEFT = "transfer.left"
    ARRIVED = "transfer.arrived"
    SITE = "isolation.site"
    ROOMS = "isolation.rooms"
    TOLD = "isolation.told"
    NEEDS = "isolation.needs"
    ASSAYS = "isolation.assays"
    PLACES = "disinfection.places"
    DOSES = "disinfection.doses"
    APPLIED = "disinfection.applied"
    CHECKED = "disinfection.checked"


class StepRule(NamedTuple):
    """A step: its track, what it waits for, the key of its clock in `rules.clocks` ("" for none)."""

    key: StepKey
    name: object
    waits_for: tuple[StepKey, ...] = ()
    clock: str = ""

    @property
    def track(self) -> Track:
        """The track that the step belongs to."""
        return Track(self.key.partition(".")[0])


K = StepKey
STEPS = (
    StepRule(K.CORE_FACTS, _("Core facts asked and entered"), clock="core_facts"),
    StepRule(K.VISITS, _("Where the cases were: visits collected")),
    StepRule(K.CONTACTS, _("Contacts determined by the rule in force"), (K.VISITS,)),
    StepRule(K.HANDED_ON, _("Contacts elsewhere handed on to their areas"), (K.CONTACTS,)),
    StepRule(K.REPORT, _("Report of the investigation written"), (K.CORE_FACTS, K.CONTACTS), "investigation"),
    StepRule(K.WHO_MOVES, _("Who is moved: walking, companions, special needs")),
    StepRule(K.BEDS, _("Places reserved in hospital or isolation site"), (K.WHO_MOVES,)),
    StepRule(K.ROUTE, _("Vehicles, route and reception agreed"), (K.BEDS,)),
    StepRule(K.LEFT, _("Handed over where the ride begins"), (K.ROUTE,)),
    StepRule(K.ARRIVED, _("Taken in, recorded on both sides"), (K.LEFT,), "case_transfer"),
    StepRule(K.SITE, _("Isolation site with enough rooms found")),
    StepRule(K.ROOMS, _("Rooms given, nobody unrelated together"), (K.SITE, K.CONTACTS), "contact_isolation"),
    StepRule(K.TOLD, _("Everybody told in writing: basis, start, end, how to object"), (K.CONTACTS,)),
    StepRule(K.NEEDS, _("Asked for needs: medicine, dialysis, pregnancy, children, animals"), (K.ROOMS,)),
    StepRule(K.ASSAYS, _("Assays by the rule in force arranged"), (K.ROOMS,)),
    StepRule(K.PLACES, _("Places to disinfect listed"), (K.VISITS,)),
    StepRule(K.DOSES, _("Agent and dose taken from the handbook"), (K.PLACES,)),
    StepRule(K.APPLIED, _("Disinfected, after those who were there have left"), (K.DOSES, K.LEFT), "disinfection"),
    StepRule(K.CHECKED, _("Effect checked"), (K.APPLIED,), "disinfection_check"),
)
BY_KEY = {step.key: step for step in STEPS}


def steps_of(track: Track) -> list[StepRule]:
    """The steps of a track, in the order in which they are usually done."""
    return [step for step in STEPS if step.track == track]


def waiting_for(key: str, settled: Collection[str]) -> list[StepKey]:
    """The steps that a step still waits for, given the keys of those that are done or not needed.

    >>> [str(key) for key in waiting_for("transfer.route", {"transfer.who"})]
    ['transfer.beds']
    """
    return [other for other in BY_KEY[StepKey(key)].waits_for if other not in settled]


def in_order(keys: Iterable[str]) -> list[str]:
    """Keys in the order of the table above."""
    places = {str(step.key): place for place, step in enumerate(STEPS)}
    return sorted(keys, key=lambda key: places[key])
