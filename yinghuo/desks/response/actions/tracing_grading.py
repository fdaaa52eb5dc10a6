"""From what the engine found to grades: numbers become people and places again, each meeting is graded by the rule."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from yinghuo.core.people.models import Person
from yinghuo.desks.response.queries.visits_loading import Loaded
from yinghuo.desks.response.rules.contacts import ContactRule, Meeting, grade_of, highest

EPOCH = date(1970, 1, 1)


class Met(NamedTuple):
    """One pair at one place on one day: `of` is the case's person, or the close contact's for a second generation."""

    of: UUID
    venue: UUID
    day: date
    minutes: int
    first_at: datetime
    last_at: datetime


@dataclass
class Graded:
    """One person: the grade, the because of the meeting that decides it, and all that was met."""

    person: UUID
    grade: str
    because: dict[str, Any]
    met: list[Met] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        """When a case was met for the last time."""
        return max(one.last_at for one in self.met)


class Home(NamedTuple):
    """Where a person belongs; `group` is the household, room or workshop line."""

    area_code: str
    party_id: UUID | None
    group: str


def grade_all(found: Any, loaded: Loaded, rule: ContactRule) -> list[Graded]:
    """Everybody whom the engine found, graded by the highest of all meetings; ascending by pseudonym."""
    rows = _rows(found, loaded)
    homes = homes_of({person for person, _, _ in rows} | {met.of for _, met, _ in rows})
    sums: dict[tuple[UUID, UUID, date, str], list[tuple[Met, bool | None]]] = defaultdict(list)
    for person, met, (kind, protected) in rows:
        sums[person, met.of, met.day, kind].append((met, protected))
    grades: dict[UUID, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    everything: dict[UUID, list[Met]] = defaultdict(list)
    for (person, of, day, kind), parts in sums.items():
        minutes = sum(met.minutes for met, _ in parts)
        protected = all(worn for _, worn in parts)
        meeting = Meeting(kind, minutes, day, protected, _together(homes, person, of))
        grades[person].append(grade_of(meeting, rule))
        everything[person] += [met for met, _ in parts]
    return [Graded(person, *highest(grades[person]), everything[person]) for person in sorted(grades)]


def homes_of(people: set[UUID]) -> Mapping[UUID, Home]:
    """Area, party and group of those people that are registered."""
    rows = Person.objects.filter(id__in=people).values_list("id", "area_code", "party_id", "group")
    return {row[0]: Home(*row[1:]) for row in rows}


def _rows(found: Any, loaded: Loaded) -> list[tuple[UUID, Met, tuple[str, bool]]]:
    """The engine's rows with their names, and the kind of place and protection of each."""
    columns = {name: found[name].to_pylist() for name in found.column_names}
    rows = []
    for case, person, place, day, seconds, first, last in zip(*columns.values(), strict=True):
        met = Met(
            loaded.people[case],
            loaded.places[place],
            EPOCH + timedelta(days=day),
            seconds // 60,
            datetime.fromtimestamp(first, UTC),
            datetime.fromtimestamp(last, UTC),
        )
        rows.append((loaded.people[person], met, (loaded.kind_of[place], loaded.protected.get((person, place), False))))
    return rows


def _together(homes: Mapping[UUID, Home], one: UUID, other: UUID) -> bool:
    """Whether two are of one household, room or workshop line."""
    first, second = homes.get(one), homes.get(other)
    return bool(first and second and first.group) and first == second
