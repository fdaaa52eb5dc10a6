"""The steps of the response desk's scenario, in order; each is safe to play twice."""

from collections.abc import Callable

from yinghuo.demo.response import cases, curves, earlier, exchange, followups, levels, review, teams, tracing, tracks
from yinghuo.demo.response.scene import Scene

STEPS: tuple[tuple[str, Callable[[Scene], None]], ...] = (
    ("teams", teams.play),
    ("earlier events", earlier.play),
    ("report, event, cases", cases.play),
    ("visits and contacts", tracing.play),
    ("teams on their way", teams.send),
    ("four tracks, isolation", tracks.play),
    ("levels of places and areas", levels.play),
    ("follow-up", followups.play),
    ("epidemic curve", curves.play),
    ("exchange", exchange.play),
    ("daily flow and after action", review.play),
)
