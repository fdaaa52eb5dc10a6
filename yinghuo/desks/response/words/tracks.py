"""Words of the tracks: sentences for what is refused, the field that each belongs to, doubts, kinds of entry."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yinghuo.core.refusal import Refused
from yinghuo.desks.response.models import NeedKind
from yinghuo.desks.response.rules.disinfection import Target
from yinghuo.desks.response.rules.facilities import RideNeed

SENTENCES: dict[str, Promise] = {
    "step.unknown": _("This step is not known. The board may have changed: open it again."),
    "step.outcome": _("A step is done or not needed. Nothing was changed."),
    "step.waits": _("This step waits for others that are not settled yet. Settle those first; the board names them."),
    "step.settled": _("This step is settled otherwise already. Take it back first, with the reason."),
    "step.needed": _("Other steps were settled upon this one. Take those back first."),
    "track.ended": _("This track is ended. Nothing was changed."),
    "note.too_long": _("The note is longer than %(most)s characters. Shorten it."),
    "event.unknown": _("This event is not known in your area."),
    "facility.unknown": _("This facility is not known, or takes nobody in any more."),
    "facility.hospital": _("A hospital has to be registered as a party of the kind hospital first."),
    "facility.beds": _("This kind of bed is not known, or the number is out of bounds. Nothing was kept."),
    "facility.full": _("All %(beds)s beds that this hospital told of are held. Choose another."),
    "room.unknown": _("This room is not known, or is withdrawn."),
    "room.full": _("All %(beds)s beds of room %(room)s are held. Choose another."),
    "room.unrelated": _("Room %(room)s is held by people who do not belong to this person. Choose another."),
    "stay.unknown": _("This stay is not known in your area."),
    "stay.running": _("This person is isolated already. End that stay first."),
    "stay.ended": _("This stay has ended. Nothing was changed."),
    "stay.end": _("Say why the stay ends, with one of the words of the list."),
    "stay.over": _("By the rule in force the last day was %(until)s: there is no ground to isolate this person."),
    "stay.no_ground": _("The rule in force (%(rule)s) gives no ground to isolate this person in this way."),
    "stay.until": _("The end lies before today. To end the stay now, release the person."),
    "stay.at_home": _("This person is at home already. Nothing was changed."),
    "stay.code": _("No stay has this code. Check it against the slip."),
    "stay.code_over": _("This stay has ended; its code no longer opens anything."),
    "stay.code_often": _("Too many wrong codes came from here. Try again in %(minutes)s minutes."),
    "term.unknown": _("This proposal is not known."),
    "ride.unknown": _("This ride is not known in your area."),
    "ride.ended": _("This ride was called off. Nothing was changed."),
    "ride.held": _("A hospital bed is held for this person already."),
    "ride.case_bed": _("A case goes to a hospital bed, not to a room for contacts. Choose a bed."),
    "ride.needs": _("One of the needs of the ride is not known."),
    "ride.same_hand": _("Whoever handed the person over cannot take them in, too: the other side has to record it."),
    "need.unknown": _("This request is not known."),
    "need.kind": _("Choose what is needed from the list."),
    "need.text": _("Write something, at most %(longest)s characters."),
    "need.number": _("Leave out phone and identity numbers: whoever comes knows your room."),
    "need.many": _("There are %(most)s open requests of yours already. They are not forgotten."),
    "need.not_met": _("This request has not been reported as met yet."),
    "place.unknown": _("This place is not known in your area."),
    "place.missing": _("Say which place is to be disinfected."),
    "place.target": _("Choose what is to be disinfected from the list."),
    "place.amount": _("Give the area, or for this target the litres of solution, above 0."),
    "place.stock": _("The stock is too weak: the dose needs at least %(needs)s mg/L."),
    "place.waits": _("Somebody has not left this place yet. Disinfect after the ride has left."),
    "place.not_done": _("This place is not reported as disinfected yet; check it afterwards."),
    "place.method": _("Choose the method of the check from the list."),
}
STATUSES: dict[str, int] = {"stay.code_often": 429}
FIELDS = {
    "access.reason": "reason",
    "note.too_long": "note",
    "room.full": "to",
    "room.unrelated": "to",
    "room.unknown": "to",
    "stay.until": "until",
    "facility.full": "to",
    "ride.case_bed": "to",
    "need.text": "text",
    "need.number": "text",
    "place.missing": "place",
    "place.stock": "stock_percent",
    "place.amount": "area_m2",
}
DOUBTS: dict[str, Promise] = {
    "stay.beyond_ceiling": _("Isolated beyond what the rule allows"),
    "stay.past_end": _("Still isolated after the last day"),
    "transfer.elsewhere": _("Taken in elsewhere than was reserved"),
    "transfer.not_arrived": _("Left and not taken in after three hours"),
    "transfer.not_left": _("Taken in, but the hand-over was not recorded"),
}
REASON = _("Give the reason.")
VALUES: dict[str, dict[str, str | Promise]] = {
    "need": dict(NeedKind.choices),
    "ride": dict(RideNeed.choices),
    "target": dict(Target.choices),
}


def value(key: str, told: str | list[str]) -> str:
    """A code, or several, of an order's detail in words; the code itself where there are none."""
    codes = [told] if isinstance(told, str) else told
    return " · ".join(str(VALUES[key].get(code, code)) for code in codes)


def why(refused: Refused) -> str:
    """The sentence of a refusal in the reader's language; KeyError for one that is not of the tracks."""
    words = REASON if refused.code == "access.reason" else SENTENCES[refused.code]
    return str(words) % refused.facts
