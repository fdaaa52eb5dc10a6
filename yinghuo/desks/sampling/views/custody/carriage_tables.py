"""What the pages of carriage show: plans, vehicles' stops with what happened, laboratories' load."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console import pieces
from yinghuo.console.tables import Column, Table
from yinghuo.desks.sampling.models import BoxRow, CarriageLaboratory, CarriagePlan, Site
from yinghuo.desks.sampling.queries.custody.carriage import of_stop

REFUSED = {
    "carriage.no_box": lazy("No box waits at a site that has a place on the map. There is nothing to plan."),
    "carriage.no_laboratory": lazy("There is no laboratory with a vehicle in this area. Add one first."),
}


def headline(plan: CarriagePlan) -> str:
    """A plan in one line."""
    runs = plan.plan["runs"]
    words = {"vehicles": len(runs), "boxes": sum(run["boxes"] for run in runs), "name": plan.campaign.name}
    return _("%(name)s · carriage of boxes: %(boxes)s, vehicles: %(vehicles)s") % words


def effects(plan: CarriagePlan) -> list[str]:
    """What accepting the plan will do."""
    return [
        _("%(count)s work orders go to the duty officer, one for each vehicle.") % {"count": len(plan.plan["runs"])},
        _("Carriage orders of earlier plans that are not done are cancelled."),
    ]


def plans(rows: Sequence[CarriagePlan]) -> Table:
    """Plans, the latest first."""
    columns = [
        Column("made_at", lazy("Planned at"), kind="moment", link="href"),
        Column("state", lazy("State"), kind="state"),
        Column("vehicles", lazy("Vehicles used"), kind="number"),
        Column("boxes", lazy("Boxes"), kind="number"),
        Column("left", lazy("Not fetched"), kind="number"),
    ]
    shown = [
        {
            "id": plan.id,
            "made_at": plan.made_at,
            "href": reverse("carriage_plan", args=[plan.id]),
            "state": pieces.State("done", _("accepted"))
            if plan.accepted_at
            else pieces.State("waiting", _("proposed")),
            "vehicles": len(plan.plan["runs"]),
            "boxes": sum(run["boxes"] for run in plan.plan["runs"]),
            "left": sum(len(one["boxes"]) for one in plan.plan["left"]) + len(plan.plan["unplaced"]),
        }
        for plan in rows
    ]
    empty = pieces.Empty(lazy("There is no plan yet. Ask for one above."))
    return Table(name="plans", caption=lazy("Plans"), columns=columns, rows=shown, empty=empty)


def fleet(labs: Sequence[CarriageLaboratory]) -> Table:
    """Laboratories with their vehicles."""
    columns = [
        Column("name", lazy("Laboratory")),
        Column("assays_per_h", lazy("Assays an hour"), kind="number"),
        Column("vehicles", lazy("Vehicles (boxes)")),
    ]
    shown = [
        {
            "id": lab.pk,
            "name": lab.name,
            "assays_per_h": lab.assays_per_h,
            "vehicles": "  ".join(f"{one.plate} ({one.boxes})" for one in lab.vehicles.all()),
        }
        for lab in labs
    ]
    empty = pieces.Empty(lazy("No laboratory is known in your area yet. Add one with its place and its vehicles."))
    return Table(name="fleet", caption=lazy("Laboratories and vehicles"), columns=columns, rows=shown, empty=empty)


def stops(
    plan: CarriagePlan,
    sites: Mapping[str, Site],
    labs: Mapping[str, CarriageLaboratory],
    rows: dict[str, BoxRow],
) -> Table:
    """Every stop of every vehicle, planned and as it happened."""
    columns = [
        Column("vehicle", lazy("Vehicle")),
        Column("trip", lazy("Trip"), kind="number"),
        Column("place", lazy("Stop of the round")),
        Column("arrive_at", lazy("Planned arrival"), kind="time"),
        Column("boxes", lazy("Boxes"), kind="number", note="codes"),
        Column("collected", lazy("Collected"), kind="number"),
        Column("actual_at", lazy("Collected at"), kind="time"),
        Column("state", lazy("State"), kind="state"),
    ]
    shown: list[dict[str, Any]] = []
    for run in plan.plan["runs"]:
        laboratory = labs[run["laboratory"]].name if run["laboratory"] in labs else ""
        for stop in run["stops"]:
            place = sites[stop["site"]].name if stop["site"] in sites else laboratory
            shown.append(_stop(run["vehicle"], place, stop, rows) | {"id": f"{run['vehicle']}-{len(shown)}"})
    return Table(name="stops", caption=lazy("Vehicles and stops"), columns=columns, rows=shown, files=True)


def _stop(vehicle: str, place: str, stop: dict[str, Any], rows: dict[str, BoxRow]) -> dict[str, Any]:
    planned = datetime.fromisoformat(stop["arrive_at"])
    found = of_stop(stop["boxes"], rows)
    at_site = bool(stop["site"])
    return {
        "vehicle": vehicle,
        "trip": stop["trip"] if at_site else None,
        "place": place,
        "arrive_at": planned,
        "boxes": len(stop["boxes"]) if at_site else None,
        "codes": ", ".join(stop["boxes"][:3]) + (" …" if len(stop["boxes"]) > 3 else ""),
        "collected": found.collected if at_site else None,
        "actual_at": found.first_at,
        "state": _came(len(stop["boxes"]), found.collected, found.first_at, planned) if at_site else _THERE,
    }


_THERE = pieces.State("off", lazy("laboratory"))


def _came(planned: int, collected: int, first_at: datetime | None, planned_at: datetime) -> pieces.State:
    if not collected or first_at is None:
        return pieces.State("waiting", _("not collected"))
    if collected < planned:
        return pieces.State("running", _("in part"))
    late = first_at - planned_at
    if late.total_seconds() > 15 * 60:
        return pieces.State("late", _("later by %(span)s") % {"span": pieces.span_in_words(late)})
    return pieces.State("done", _("collected"))


def loads(plan: CarriagePlan, labs: Mapping[str, CarriageLaboratory]) -> Table:
    """What each laboratory gets, of what it can take."""
    columns = [
        Column("name", lazy("Laboratory")),
        Column("tubes", lazy("Tubes planned"), kind="bar"),
        Column("capacity", lazy("Can take"), kind="number", unit=lazy("tubes")),
        Column("state", lazy("State"), kind="state"),
    ]
    shown = [
        one
        | {
            "name": labs[one["id"]].name if one["id"] in labs else one["id"],
            "state": pieces.State("late", _("over its capacity"))
            if one["tubes"] > one["capacity"]
            else pieces.State("done", _("within its capacity")),
        }
        for one in plan.plan["laboratories"]
    ]
    return Table(name="loads", caption=lazy("Load of the laboratories"), columns=columns, rows=shown)


def left(plan: CarriagePlan, sites: Mapping[str, Site]) -> list[str]:
    """Boxes that the plan does not fetch, with why."""
    said = [
        _("%(site)s: %(boxes)s cannot be fetched in time with these vehicles.")
        % {"site": sites[one["site"]].name if one["site"] in sites else "", "boxes": ", ".join(one["boxes"])}
        for one in plan.plan["left"]
    ]
    if plan.plan["unplaced"]:
        boxes = ", ".join(plan.plan["unplaced"])
        said.append(_("The site of these boxes has no place on the map: %(boxes)s.") % {"boxes": boxes})
    return said
