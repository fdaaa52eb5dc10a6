"""Exchanges with a meter, carried by exchanges with the terminal before it."""

from collections.abc import Callable
from typing import Any

from yinghuo.desks.metering.head_end.drivers import Steps
from yinghuo.desks.metering.head_end.jobs import Failed
from yinghuo.desks.metering.head_end.line import Answer, Exchange
from yinghuo.desks.metering.models import Cause


def through(inner: Steps, *, wrap: Callable[[bytes], Exchange], unwrap: Callable[[Any], list[Any]]) -> Steps:
    """The same steps, each request wrapped for the terminal and each answer unwrapped.

    A refusal or silence of the meter reaches the inner steps as the Failed that it would be on a line of its own.
    """
    step = next(inner, None)
    while step is not None:
        if not isinstance(step, Exchange):
            yield step
            step = next(inner, None)
            continue
        try:
            outer: Answer = yield wrap(step.request)
            answer = outer._replace(frame=_fitting(step, unwrap(outer.frame)))
        except Failed as error:
            step = _thrown(inner, error)
        else:
            step = _sent(inner, answer)


def _fitting(exchange: Exchange, frames: list[Any]) -> Any:
    for frame in frames:
        if exchange.fits(frame):
            return frame
    if frames:
        raise Failed(Cause.WRONG, str(frames[0].address))
    raise Failed(Cause.SILENT, "behind its terminal")


def _sent(inner: Steps, answer: Answer) -> Any:
    try:
        return inner.send(answer)
    except StopIteration:
        return None


def _thrown(inner: Steps, error: Failed) -> Any:
    try:
        return inner.throw(error)
    except StopIteration:
        return None
