"""Reading rosters: intakes, people with their groups, likely duplicates, who is the same person."""

from yinghuo.core.rosters.queries.intakes import intake, intakes, likely, likely_pairs, problems, standings
from yinghuo.core.rosters.queries.people import Asked, Group, groups, members, people_of
from yinghuo.core.rosters.queries.same import same_person

__all__ = [
    "Asked",
    "Group",
    "groups",
    "intake",
    "intakes",
    "likely",
    "likely_pairs",
    "members",
    "people_of",
    "problems",
    "same_person",
    "standings",
]
