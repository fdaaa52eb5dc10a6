"""The kinds of order that the response desk opens, with their clocks; each part of the desk adds its own."""

from yinghuo.core.work.rules import Kind
from yinghuo.desks.response.rules.cases import CHECK
from yinghuo.desks.response.rules.contest_kinds import CONTEST_KIND
from yinghuo.desks.response.rules.followups import NOT_REACHED
from yinghuo.desks.response.rules.track_kinds import TRACK_KINDS

ALL: list[Kind] = [CHECK, CONTEST_KIND, NOT_REACHED, *TRACK_KINDS]
