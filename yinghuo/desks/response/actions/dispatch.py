"""Sending teams: a proposal, the confirmation by a person, delays, arrival, the end; the order follows each step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from yinghuo.core import ledger
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.models import Order
from yinghuo.core.work.rules import State
from yinghuo.desks.response.actions.dispatch_ends import end, free
from yinghuo.desks.response.actions.teams import TEAMS, locked
from yinghuo.desks.response.models import Outcome, Sending, Step, Team, TeamState
from yinghuo.desks.response.queries.dispatch import Proposals, proposals_for
from yinghuo.desks.response.queries.dispatch_places import places_of
from yinghuo.desks.response.queries.teams import teams_of
from yinghuo.desks.response.rules import dispatching as rules
from yinghuo.engines.dispatch import Choice

MOST_DELAY_MIN = 24 * 60


@dataclass(frozen=True)
class Confirmed:
    """What confirming several came to: the sendings, and for the others the order with the refusal."""

    sent: list[Sending]
    refused: list[tuple[UUID, Refused]]


def propose(order_ids: Sequence[UUID], *, now: datetime, by: str = "") -> Proposals:
    """A team for each of these orders, weighed together, with why and the next best; nothing is written.

    by: the label of who asks; teams are those of that user's area, all without one
    """
    orders = list(Order.objects.filter(id__in=list(order_ids), kind__in=rules.NEEDED).order_by("due_at", "id"))
    return proposals_for(orders, _teams_for(by), now=now)


@transaction.atomic
def confirm(order_id: UUID, team_id: UUID, *, by: str, at: datetime) -> Sending:
    """Sends a team to an order: the team's crew takes it. Doing it again changes nothing.

    An order whose team is delayed is handed over to the new one.
    Refused: "team.unknown", "order.unknown", "order.taken_by_other", "team.not_ready", "team.off_shift",
    "team.no_skill", "team.no_place"
    """
    one = locked(team_id)
    order = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise Refused("order.unknown")
    own = one.sendings.filter(order_id=order_id, ended_at__isnull=True).first()
    if own is not None:
        return own
    because = _because(order, one, at)
    _hand_over(order, one, by=by, at=at)
    work.take(order_id, by=one.label, at=at)
    return _sent(order, one, because, by=by, at=at)


def confirm_all(pairs: Sequence[tuple[UUID, UUID]], *, by: str, at: datetime) -> Confirmed:
    """Confirms (order, team) after (order, team); what is refused does not hold up the others."""
    done = Confirmed([], [])
    for order_id, team_id in pairs:
        try:
            done.sent.append(confirm(order_id, team_id, by=by, at=at))
        except Refused as refused:
            done.refused.append((order_id, refused))
    return done


@transaction.atomic
def arrive(team_id: UUID, order_id: UUID, *, by: str, at: datetime) -> Sending:
    """The team is there: so is its order; Refused("team.not_sent")."""
    one, sending = locked(team_id), _active(team_id, order_id)
    if sending.arrived_at is not None:
        return sending
    work.arrive(order_id, by=one.label, at=at)
    sending.arrived_at = at
    sending.save(update_fields=["arrived_at"])
    one.state, one.lat, one.lon, one.free_at = TeamState.WORKING, sending.lat, sending.lon, None
    one.save(update_fields=["state", "lat", "lon", "free_at"])
    ledger.enter("team.arrived", one.label, by=by, at=at, body={"order": str(order_id)})
    return sending


@transaction.atomic
def finish(team_id: UUID, order_id: UUID, *, by: str, at: datetime) -> Sending:
    """The team's work is done; the order waits for its check, the team is free where it is.

    Refused: "team.not_sent"; "team.steps_open" while steps of a track are not settled: they finish its order
    """
    one, sending = locked(team_id), _active(team_id, order_id)
    if Step.objects.filter(order_id=order_id, outcome="").exists():
        raise Refused("team.steps_open")
    work.finish(order_id, by=one.label, at=at)
    return end(one, sending, Outcome.DONE, by=by, at=at)


@transaction.atomic
def delay(team_id: UUID, *, minutes: int, reason: str, by: str, at: datetime) -> Team:
    """The team comes later, by so many minutes; its orders are proposed to others until it has arrived.

    Refused: "team.not_sent", "team.delay" (minutes not between 1 and a day), "access.reason"
    """
    one = locked(team_id)
    under_way = list(one.sendings.filter(ended_at__isnull=True, arrived_at__isnull=True))
    if not under_way:
        raise Refused("team.not_sent", team=one.code)
    if not 1 <= minutes <= MOST_DELAY_MIN:
        raise Refused("team.delay", most=MOST_DELAY_MIN)
    if not (why := reason.strip()):
        raise Refused("access.reason")
    for sending in under_way:
        sending.eta_at += timedelta(minutes=minutes)
        sending.delay_min += minutes
        sending.save(update_fields=["eta_at", "delay_min"])
    one.state = TeamState.DELAYED
    one.entry_id = ledger.enter("team.delayed", one.label, by=by, at=at, body={"minutes": minutes, "reason": why})
    one.save(update_fields=["state", "entry_id"])
    return one


@transaction.atomic
def call_back(team_id: UUID, order_id: UUID, *, reason: str, by: str, at: datetime) -> Sending:
    """Takes the order from the team; it waits for another. Refused: "team.not_sent", "access.reason"."""
    one, sending = locked(team_id), _active(team_id, order_id)
    _give_back(order_id, reason, by=by, at=at)
    return end(one, sending, Outcome.WITHDRAWN, by=by, at=at)


def _teams_for(by: str) -> Sequence[Team]:
    if not by.startswith("user:"):
        return list(Team.objects.order_by("code"))
    user = User.objects.filter(pk=by.removeprefix("user:")).first()
    return list(teams_of(user)) if user else []


def _because(order: Order, one: Team, at: datetime) -> Choice:
    """Why this team can go, weighed alone; Refused when it can't."""
    if one.state != TeamState.READY:
        raise Refused("team.not_ready", team=one.code, state=one.state)
    if order.id not in places_of([order]):
        raise Refused("team.no_place")
    made = proposals_for([order], [one], now=at).rows[0]
    if made.unserved is not None and made.unserved.why in ("no_skill", "too_few_members"):
        raise Refused("team.no_skill", team=one.code)
    if made.choice is None:
        raise Refused("team.out_of_reach", team=one.code)
    if made.choice.wait_min > 0:
        raise Refused("team.off_shift", team=one.code, at=timezone.localtime(at).strftime("%H:%M"))
    return made.choice


def _hand_over(order: Order, to: Team, *, by: str, at: datetime) -> None:
    """Takes the order from a team that is delayed; any other crew keeps it."""
    late = Sending.objects.filter(order_id=order.id, ended_at__isnull=True).select_related("team").first()
    if late is None or order.state != State.TAKEN or order.crew != late.team.label:
        return
    before = locked(late.team_id)
    if before.state != TeamState.DELAYED:
        raise Refused("order.taken_by_other")
    _give_back(order.id, f"{before.code} → {to.code}", by=by, at=at)
    end(before, late, Outcome.REPLACED, by=by, at=at)


def _give_back(order_id: UUID, reason: str, *, by: str, at: datetime) -> None:
    work.send_back(order_id, reason=reason, by=by, at=at)
    work.reopen(order_id, reason=reason, by=by, at=at)


def _sent(order: Order, one: Team, choice: Choice, *, by: str, at: datetime) -> Sending:
    place = places_of([order])[order.id]
    entry_id = ledger.new_id()
    because = _told(choice) | {"known_by": place.known_by}
    sending = Sending.objects.create(
        id=uuid5(TEAMS, f"{one.code} {order.id} {at.isoformat()}"),
        team=one,
        order_id=order.id,
        kind=order.kind,
        lat=place.lat,
        lon=place.lon,
        sent_at=at,
        sent_by=by,
        eta_at=choice.arrive_at,
        because=because,
        entry_id=entry_id,
    )
    one.state, one.order_id, one.free_at = TeamState.MOVING, order.id, choice.arrive_at + rules.FREE_AFTER
    one.entry_id = entry_id
    one.save(update_fields=["state", "order_id", "free_at", "entry_id"])
    body = {"order": str(order.id), "of": order.kind} | because
    ledger.enter("team.sent", one.label, by=by, at=at, body=body, entry_id=entry_id)
    return sending


def _told(choice: Choice) -> dict[str, Any]:
    """The because as the ledger keeps it: exact text, no floats."""
    spare = None if choice.spare_min is None else f"{choice.spare_min:.0f}"
    return {
        "km": f"{choice.distance_km:.1f}",
        "way_min": f"{choice.way_min:.0f}",
        "spare_min": spare,
        "load_h": f"{choice.load_h:.1f}",
    }


def _active(team_id: UUID, order_id: UUID) -> Sending:
    found = Sending.objects.filter(team_id=team_id, order_id=order_id, ended_at__isnull=True).first()
    if found is None:
        raise Refused("team.not_sent")
    return found


__all__ = ["Confirmed", "arrive", "call_back", "confirm", "confirm_all", "delay", "finish", "free", "propose"]
