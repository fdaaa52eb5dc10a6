"""Capacity of a sampling round: queues in the long run, a single day played, what the rules ask for."""

from yinghuo.engines.capacity.days import PLAIN_UP_TO, Break, Day, SimulatedDay, simulate_day
from yinghuo.engines.capacity.finishing import Finish, project_finish
from yinghuo.engines.capacity.queueing import Queue, erlang_c, servers_for
from yinghuo.engines.capacity.rounds import DAY_H, Norms, Pace, Round, plan_round, staff_pace

__all__ = [
    "DAY_H",
    "PLAIN_UP_TO",
    "Break",
    "Day",
    "Finish",
    "Norms",
    "Pace",
    "Queue",
    "Round",
    "SimulatedDay",
    "erlang_c",
    "plan_round",
    "project_finish",
    "servers_for",
    "simulate_day",
    "staff_pace",
]
