"""Which team goes to which task, and in which order vehicles visit their stops; both may leave some out, and say why.

`assign` matches teams with tasks by skills, way, clock, load and shift; `route` plans rounds of several stops.
"""

from yinghuo.engines.dispatch.assigning import Assignment, Choice, Rules, assign
from yinghuo.engines.dispatch.insertion import insert
from yinghuo.engines.dispatch.reasons import WHY, Unserved
from yinghuo.engines.dispatch.rounds import Plan, Run, Stop, Vehicle, Visit
from yinghuo.engines.dispatch.routing import route
from yinghuo.engines.dispatch.solving import Search
from yinghuo.engines.dispatch.teams import Task, Team
from yinghuo.engines.dispatch.ways import Plane, Roads

__all__ = [
    "WHY",
    "Assignment",
    "Choice",
    "Plan",
    "Plane",
    "Roads",
    "Rules",
    "Run",
    "Search",
    "Stop",
    "Task",
    "Team",
    "Unserved",
    "Vehicle",
    "Visit",
    "assign",
    "insert",
    "route",
]
