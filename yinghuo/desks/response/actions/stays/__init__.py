"""Stays: reserved, begun, their end moved within the rules, ended, judged anew when the rules change."""

from yinghuo.desks.response.actions.stays.beginning import NewStay, begin_stay, reserve_stay, start_stay
from yinghuo.desks.response.actions.stays.ending import end_stay, go_home, object_to_stay
from yinghuo.desks.response.actions.stays.rejudging import confirm_term, rejudge
from yinghuo.desks.response.actions.stays.slips import give_slip, stay_of_code
from yinghuo.desks.response.actions.stays.terms import set_until

__all__ = [
    "NewStay",
    "begin_stay",
    "confirm_term",
    "end_stay",
    "give_slip",
    "go_home",
    "object_to_stay",
    "rejudge",
    "reserve_stay",
    "set_until",
    "start_stay",
    "stay_of_code",
]
