"""Events and cases; venues and visits; contacts; teams; tracks, stays, needs; levels; follow-up; exchange; curves."""

from yinghuo.desks.response.models.cases import *  # noqa: F403
from yinghuo.desks.response.models.casework import *  # noqa: F403
from yinghuo.desks.response.models.contacts import *  # noqa: F403
from yinghuo.desks.response.models.curves import *  # noqa: F403
from yinghuo.desks.response.models.exchange import *  # noqa: F403
from yinghuo.desks.response.models.followups import *  # noqa: F403
from yinghuo.desks.response.models.levels import *  # noqa: F403
from yinghuo.desks.response.models.published import *  # noqa: F403
from yinghuo.desks.response.models.review import *  # noqa: F403
from yinghuo.desks.response.models.teams import *  # noqa: F403
from yinghuo.desks.response.models.tracks import *  # noqa: F403
from yinghuo.desks.response.models.venues import *  # noqa: F403
