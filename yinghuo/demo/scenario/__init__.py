"""The sampling of two months and one day at an invented car maker, made from a seed: values only, no database.

`build` makes the world and what happened in it; an `Outbox` turns that into what the devices send. Everything odd in it
was put there on purpose, and is listed with its truth in `Scenario.oddities`.
"""

from yinghuo.demo.scenario.batches import Outbox
from yinghuo.demo.scenario.build import build
from yinghuo.demo.scenario.sending import Batch
from yinghuo.demo.scenario.shapes import Odd, Oddity, Outcome, Scenario
from yinghuo.demo.scenario.wire import Ids

__all__ = ["Batch", "Ids", "Odd", "Oddity", "Outbox", "Outcome", "Scenario", "build"]
