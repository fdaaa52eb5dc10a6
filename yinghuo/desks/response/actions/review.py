"""Playing the flow of a real curve through the teams, and keeping what came of it."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import CurveRun, FlowRun, Team
from yinghuo.desks.response.queries.curves import curves_of
from yinghuo.desks.response.queries.review_flow import crews, play
from yinghuo.desks.response.rules.flow import ASSUMED, METHOD, Assumed


@transaction.atomic
def play_flow(curve: CurveRun, *, by: str, at: datetime, assumed: Assumed = ASSUMED) -> FlowRun:
    """Plays the orders of a counted curve through the teams as they are registered; the same again is the same run.

    Refused("review.no_teams") when no team is registered in the curve's region
    """
    squads = list(Team.objects.filter(area_code__startswith=curve.area_code).order_by("code"))
    if not squads:
        raise Refused("review.no_teams", area=curve.area_code)
    names = " ".join(f"{one.code}:{one.home_lat}:{one.home_lon}" for one in squads)
    run_id = uuid5(NAMESPACE_URL, f"flow {curve.id} {assumed} {METHOD} {names}")
    known = FlowRun.objects.select_for_update().filter(id=run_id).first()
    return known or _keep(FlowRun(id=run_id, curve=curve, teams=len(squads)), squads, assumed, by=by, at=at)


def _keep(run: FlowRun, squads: list[Team], assumed: Assumed, *, by: str, at: datetime) -> FlowRun:
    parts = {code: one for code, one in curves_of(run.curve).items() if code != run.curve.area_code}
    run.seed = int.from_bytes(run.id.bytes[:4])
    played = play(parts, crews(squads), assumed, rng=np.random.default_rng(run.seed))
    run.area_code, run.assumed = run.curve.area_code, assumed._asdict()
    run.days, run.loads, run.played_at, run.by = played.days, played.loads, at, by
    body = {
        "curve": str(run.curve_id),
        "method": METHOD,
        "orders": sum(day[2] or 0 for day in played.days),
        "seed": run.seed,
    }
    run.entry_id = ledger.enter("flow.played", f"flow:{run.id}", by=by, at=at, body=body | {"teams": run.teams})
    run.save(force_insert=True)
    return run
