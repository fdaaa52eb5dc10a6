"""Carriage: laboratories and vehicles, a plan of who fetches which boxes when, and the orders of a plan accepted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from yinghuo.core import ledger
from yinghuo.core.refusal import Refused
from yinghuo.core.work import actions as work
from yinghuo.core.work.rules import ACTIVE
from yinghuo.desks.sampling.custody_rules import CARRIAGE
from yinghuo.desks.sampling.models import Campaign, CarriageLaboratory, CarriagePlan, CarriageVehicle
from yinghuo.desks.sampling.queries.custody import carriage as queries
from yinghuo.engines import carriage as engine

RUNS = UUID("7d2c1b60-5f3e-5a57-9a0e-2f4f1c0b6d11")  # the space in which a plan's vehicle names its order
REPLACED = """
    SELECT id FROM work_order
    WHERE kind = %(kind)s AND campaign_id = %(campaign)s AND state = ANY(%(active)s) AND detail ->> 'plan' <> %(plan)s
"""


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for: hours until all vehicles are back, mean speed on the road."""

    hours: int = 8
    speed_kmh: int = 40


@transaction.atomic
def add_laboratory(*, by: str, at: datetime, **fields: Any) -> CarriageLaboratory:
    """Adds a laboratory as carriage sees it; the same Chinese name in the same area again is the same laboratory."""
    keys = {name: fields.pop(name) for name in ("area_code", "name_zh")}
    made_one, made = CarriageLaboratory.objects.get_or_create(**keys, defaults=fields)
    if made:
        body = {"area": made_one.area_code, "assays_per_h": made_one.assays_per_h, "name": made_one.name_zh}
        ledger.enter("laboratory.placed", f"laboratory:{made_one.pk}", by=by, at=at, body=body)
    return made_one


@transaction.atomic
def add_vehicle(laboratory: CarriageLaboratory, *, plate: str, boxes: int, by: str, at: datetime) -> CarriageVehicle:
    """Adds a vehicle of a laboratory; Refused("vehicle.exists") when the plate belongs to another one."""
    known = CarriageVehicle.objects.select_for_update().filter(plate=plate).first()
    if known:
        if (known.laboratory_id, known.boxes) != (laboratory.pk, boxes):
            raise Refused("vehicle.exists", plate=plate)
        return known
    vehicle = CarriageVehicle.objects.create(
        plate=plate, boxes=boxes, laboratory=laboratory, area_code=laboratory.area_code
    )
    body = {"boxes": boxes, "laboratory": laboratory.pk}
    ledger.enter("vehicle.added", f"vehicle:{plate}", by=by, at=at, body=body)
    return vehicle


@transaction.atomic
def plan_carriage(campaign: Campaign, asked: Asked, *, plan_id: UUID, by: str, at: datetime) -> CarriagePlan:
    """Plans for all boxes of a campaign that wait at its sites; the same id again is the same plan.

    Refused: "carriage.no_box" when none waits, "carriage.no_laboratory" without a laboratory with a vehicle
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    known = CarriagePlan.objects.filter(id=plan_id).first()
    if known:
        return known
    waiting = queries.waiting(campaign.id)
    fleet = queries.fleet(campaign, hours=asked.hours)
    if not waiting.boxes:
        raise Refused("carriage.no_box")
    if not fleet.laboratories:
        raise Refused("carriage.no_laboratory")
    plan = CarriagePlan.objects.create(
        id=plan_id,
        campaign=campaign,
        area_code=campaign.area_code,
        made_at=at,
        made_by=by,
        asked=asdict(asked),
        plan=_planned(waiting, fleet, asked, at),
    )
    body = {"boxes": sum(len(boxes) for boxes in waiting.boxes.values()), "plan": str(plan.id)}
    ledger.enter("carriage.planned", f"campaign:{campaign.id}", by=by, at=at, body=body)
    return plan


@transaction.atomic
def accept_plan(plan_id: UUID, *, by: str, at: datetime) -> CarriagePlan:
    """Makes an order of each vehicle's run; orders of earlier plans that are not done are cancelled.

    Refused("carriage.unknown"); a plan accepted before stays as it is
    """
    plan = CarriagePlan.objects.select_for_update().filter(id=plan_id).first()
    if plan is None:
        raise Refused("carriage.unknown")
    if plan.accepted_at:
        return plan
    known = {"kind": CARRIAGE, "campaign": plan.campaign_id, "active": list(ACTIVE), "plan": str(plan.id)}
    work.cancel_from_select(REPLACED, known, by=by, at=at, reason="replaced by a later plan")
    work.open_many(_orders(plan, at), kind=CARRIAGE, by=by, at=at)
    plan.accepted_at, plan.accepted_by = at, by
    plan.save(update_fields=["accepted_at", "accepted_by"])
    ledger.enter("carriage.accepted", f"campaign:{plan.campaign_id}", by=by, at=at, body={"plan": str(plan.id)})
    return plan


def _orders(plan: CarriagePlan, at: datetime) -> list[work.NewOrder]:
    return [
        work.NewOrder(
            id=uuid5(RUNS, f"{plan.id}/{run['vehicle']}"),
            subject=f"vehicle:{run['vehicle']}",
            area_code=plan.area_code,
            campaign_id=plan.campaign_id,
            detail={"plan": str(plan.id), "stops": len(run["stops"]), "boxes": run["boxes"]},
            opened_at=at,
            finish_by=max(datetime.fromisoformat(run["back_at"]), at) + timedelta(minutes=30),
        )
        for run in plan.plan["runs"]
    ]


def _planned(waiting: queries.Waiting, fleet: queries.Fleet, asked: Asked, at: datetime) -> dict[str, Any]:
    rules = engine.Rules(speed_kmh=float(asked.speed_kmh), horizon_min=asked.hours * 60)
    loads = engine.split(waiting.pickups, fleet.laboratories, rules)
    runs, left = engine.routes(
        loads,
        pickups={one.id: one for one in waiting.pickups},
        laboratories={one.id: one for one in fleet.laboratories},
        vehicles=fleet.vehicles,
        rules=rules,
    )
    codes = {site: iter(boxes) for site, boxes in waiting.boxes.items()}
    return {
        "runs": [_run(run, codes, at) for run in runs],
        "left": [{"site": one.pickup, "boxes": [next(codes[one.pickup]) for _ in range(one.boxes)]} for one in left],
        "unplaced": waiting.unplaced,
        "laboratories": [_load(one, loads) for one in fleet.laboratories],
    }


def _run(run: engine.Run, codes: dict[str, Any], at: datetime) -> dict[str, Any]:
    stops = [_stop(stop, codes, at) for stop in run.stops]
    return {
        "vehicle": run.vehicle,
        "laboratory": run.laboratory,
        "boxes": sum(stop.boxes for stop in run.stops),
        "back_at": stops[-1]["arrive_at"],
        "stops": stops,
    }


def _stop(stop: engine.Stop, codes: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "site": stop.pickup,
        "arrive_at": (at + timedelta(minutes=stop.arrive_min)).isoformat(),
        "leave_at": (at + timedelta(minutes=stop.leave_min)).isoformat(),
        "boxes": [next(codes[stop.pickup]) for _ in range(stop.boxes)],
        "trip": stop.trip + 1,
    }


def _load(laboratory: engine.Laboratory, loads: Sequence[engine.Load]) -> dict[str, Any]:
    tubes = sum(load.tubes for load in loads if load.laboratory == laboratory.id)
    return {"id": laboratory.id, "tubes": tubes, "capacity": laboratory.capacity_tubes}
