"""Simulated meters and terminals that can be talked to over TCP: behind `yinghuo simulate-meters`, tests and benches.

`Field(Plan(...))` is a context manager: inside it the meters answer. Everything here is simulated, and says so.
"""

from yinghuo.demo.meters.field import Field
from yinghuo.demo.meters.fleet import Plan

__all__ = ["Field", "Plan"]
