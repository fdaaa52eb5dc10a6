"""Hospitals, isolation sites, rooms, stays, needs, disinfection: what the four tracks work on."""

from yinghuo.desks.response.models.tracks.disinfection import CheckMethod, Disinfection
from yinghuo.desks.response.models.tracks.facilities import BedKind, Capacity, Facility, FacilityKind, Room, RoomSort
from yinghuo.desks.response.models.tracks.needs import Need, NeedKind
from yinghuo.desks.response.models.tracks.stays import End, Occupancy, Stage, Stay, StayTerm, TermSort
from yinghuo.desks.response.models.tracks.steps import Step
from yinghuo.desks.response.models.tracks.transfers import Transfer

__all__ = [
    "BedKind",
    "Capacity",
    "CheckMethod",
    "Disinfection",
    "End",
    "Facility",
    "FacilityKind",
    "Need",
    "NeedKind",
    "Occupancy",
    "Room",
    "RoomSort",
    "Stage",
    "Stay",
    "StayTerm",
    "Step",
    "TermSort",
    "Transfer",
]
