"""Keeping a plan of a wave, and sending its teams when a person accepts it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.actions.teams import TEAMS
from yinghuo.desks.response.actions.turns import take_turns
from yinghuo.desks.response.models import Sending, Team, TeamState, Wave
from yinghuo.desks.response.queries.dispatch_places import places_of
from yinghuo.desks.response.queries.dispatch_waves import Asked, planned


@transaction.atomic
def plan_wave(asked: Asked, *, wave_id: UUID, user: User, at: datetime) -> Wave:
    """Plans a wave over what is open now; nobody is sent. Refused("wave.nothing") without an order or a team."""
    take_turns(wave_id)
    if known := Wave.objects.filter(id=wave_id).first():
        return known
    plan = planned(user, asked, now=at)
    if not plan["runs"] and not plan["left"]:
        raise Refused("wave.nothing")
    body = {"of": asked.kind, "rounds": len(plan["runs"]), "left": len(plan["left"])}
    entry_id = ledger.enter("wave.planned", f"wave:{wave_id}", by=user.label, at=at, body=body)
    given = {"kind": asked.kind, "area_code": user.area_code, "made_at": at, "made_by": user.label}
    return Wave.objects.create(id=wave_id, plan=plan, entry_id=entry_id, **given)


@transaction.atomic
def accept_wave(wave_id: UUID, *, by: str, at: datetime) -> Wave:
    """Sends the teams of a plan: each takes the orders of its round. Accepting twice is once.

    Refused: "wave.unknown"; "wave.stale" when an order was taken or a team sent since: nothing is done then
    """
    wave = Wave.objects.select_for_update().filter(id=wave_id).first()
    if wave is None:
        raise Refused("wave.unknown")
    if wave.accepted_at is not None:
        return wave
    codes = [run["team"] for run in wave.plan["runs"]]
    teams = {one.code: one for one in Team.objects.select_for_update().filter(code__in=codes).order_by("id")}
    ids = [UUID(stop["order"]) for run in wave.plan["runs"] for stop in run["stops"]]
    orders = {one.id: one for one in Order.objects.select_for_update().filter(id__in=ids).order_by("id")}
    if any(teams[code].state != TeamState.READY for code in codes) or any(
        orders[one].state != State.OPEN for one in ids
    ):
        raise Refused("wave.stale")
    wave.accepted_at, wave.accepted_by = at, by
    body = {"of": wave.kind, "teams": codes, "orders": len(ids)}
    wave.entry_id = ledger.enter("wave.accepted", f"wave:{wave.id}", by=by, at=at, body=body)
    wave.save()
    for run in wave.plan["runs"]:
        _send(wave, run, teams[run["team"]], orders)
    return wave


def _send(wave: Wave, run: dict[str, Any], one: Team, orders: dict[UUID, Order]) -> None:
    assert wave.accepted_at is not None
    ids = [UUID(stop["order"]) for stop in run["stops"]]
    places = places_of([orders[each] for each in ids])
    for order_id in ids:
        work.take(order_id, by=one.label, at=wave.accepted_at)
    Sending.objects.bulk_create(
        Sending(
            id=uuid5(TEAMS, f"{wave.id} {stop['order']}"),
            team=one,
            order_id=order_id,
            kind=wave.kind,
            wave=wave,
            lat=places[order_id].lat,
            lon=places[order_id].lon,
            sent_at=wave.accepted_at,
            sent_by=wave.accepted_by,
            eta_at=datetime.fromisoformat(stop["arrive_at"]),
            because={"km": f"{stop['km']:.1f}", "known_by": places[order_id].known_by},
            entry_id=wave.entry_id,
        )
        for order_id, stop in zip(ids, run["stops"], strict=True)
    )
    one.state, one.order_id, one.free_at = TeamState.MOVING, ids[0], datetime.fromisoformat(run["end_at"])
    one.entry_id = wave.entry_id
    one.save(update_fields=["state", "order_id", "free_at", "entry_id"])
