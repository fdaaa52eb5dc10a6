"""Simulated terminals as they stand between calls: made when first needed, remembered by the office."""

from functools import partial

from yinghuo.demo.meters.fleet import SimulatedTerminal
from yinghuo.demo.meters.lines import Line
from yinghuo.demo.meters.office import Office
from yinghuo.engines.meters.simulation.concentrators import Concentrator


def reaches(office: Office, terminal: SimulatedTerminal, point: int) -> bool:
    """Whether a terminal got hold of a meter's data: not, in the share of cases in which it can't use what it heard."""
    meter = terminal.meters[office.concentrators[terminal.address].points[point].meter.spec.address]
    return meter.manners.are_good or office.rng.random() >= meter.manners.useless


def concentrator_of(office: Office, terminal: SimulatedTerminal) -> Concentrator:
    """The terminal as it was left by its last call."""
    found = office.concentrators.get(terminal.address)
    if found is None:
        found = office.concentrators[terminal.address] = Concentrator(
            terminal.address,
            {point: meter.device for point, meter in terminal.by_point.items()},
            Line(terminal, rng=office.rng).pass_on,
            partial(reaches, office, terminal),
        )
    return found
