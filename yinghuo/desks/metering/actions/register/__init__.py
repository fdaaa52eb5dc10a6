"""Writing the register: loading it from files, changing and retiring meters, admitting and blocking terminals."""

from yinghuo.desks.metering.actions.register.admission import admit, block
from yinghuo.desks.metering.actions.register.changing import Because, change_meter, change_terminal, retire_meter
from yinghuo.desks.metering.actions.register.loading import Counts, Loaded, check, load
from yinghuo.desks.metering.actions.register.reading import Problem

__all__ = [
    "Because",
    "Counts",
    "Loaded",
    "Problem",
    "admit",
    "block",
    "change_meter",
    "change_terminal",
    "check",
    "load",
    "retire_meter",
]
