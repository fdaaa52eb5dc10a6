"""Merged pseudonyms are read together: a person's history and status follow the merge, and the merge taken back."""

from uuid import UUID

import pytest

from tests.desks.sampling.world import NOW, World
from yinghuo.core.people.actions import NewPerson, register_people
from yinghuo.core.people.identity import pseudonym
from yinghuo.core.people.models import Role, User
from yinghuo.core.rosters import actions
from yinghuo.desks.sampling.queries import person_history

pytestmark = pytest.mark.django_db
CARD, TYPED = "11010519491231002X", "E12345678"


def tubes_of(person: UUID) -> set[str]:
    return {row.tube for row in person_history(person, area_code="2201")}


def test_a_history_follows_a_merge_and_its_undoing() -> None:
    world = World()
    register_people([NewPerson(CARD, area_code="220106001"), NewPerson(TYPED, area_code="220106001")], by="x", at=NOW)
    one, other = pseudonym(CARD), pseudonym(TYPED)
    world.send("swabs", [world.swab(1, person=str(one)), world.swab(2, person=str(other))])
    world.judge()
    first, second = tubes_of(one), tubes_of(other)
    assert len(first) == len(second) == 1
    boss = User.objects.create(username="boss", role=Role.MANAGER, area_code="2201")
    standing = actions.merge(other, into=one, reason="护照即本人", user=boss, at=NOW)
    assert tubes_of(one) == tubes_of(other) == first | second
    actions.unmerge(standing.id, user=boss, at=NOW)
    assert (tubes_of(one), tubes_of(other)) == (first, second)
