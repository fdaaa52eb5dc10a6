"""The codes of levels, places and measures in words: why, what is above the rule, what a step waits for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "no_community_risk": _("nobody infectious was there: no area is needed"),
    "vehicle": _("a vehicle is no area: it is disinfected and its passengers are traced"),
    "lived_in": _("a case lived there"),
    "frequent": _("frequent activity and a high risk of transmission"),
    "stayed": _("cases stayed there for some time"),
    "below": _("too short or too few for a level"),
    "level_abolished": _("this level no longer exists"),
    "from_memory": _("the rule for areas of this date is from memory and not checked"),
}
FACTORS: dict[str, Promise] = {
    "cases": _("Infectious people"),
    "hours": _("Their hours"),
    "people": _("Others there"),
    "air": _("Ventilation"),
    "onward": _("Infected there"),
    "positives": _("Found positive"),
}
FAULTS: dict[str, Promise] = {
    "unknown_level": _("the rule in force has no such level"),
    "too_wide": _("wider than the rule allows"),
    "above_suggestion": _("higher than the rule makes of the place"),
    "no_level": _("the place does not have the level that this needs"),
    "no_end": _("no last day is set"),
    "too_long": _("longer than the ceiling"),
    "no_basis": _("none of the bases that allow it is named"),
}
WAITS: dict[str, Promise] = {
    "days": _("days without a new infection"),
    "round": _("a round that is all negative"),
    "positive": _("a new round: the last one was positive"),
    "confirming": _("somebody to confirm the step"),
}
FLAGS: dict[str, Promise] = {
    "response.level_above_rule": _("Level above the rule"),
    "response.level_overdue": _("Level kept longer than the rule"),
    "response.measure_above_rule": _("Measure above its ceiling"),
    "response.measure_overdue": _("Measure beyond its last day"),
}
REFUSALS: dict[str, Promise] = {
    "level.unknown": _("There is no such level or measure here."),
    "level.place_unknown": _("This place, or its extent, is not known. Nothing was written; choose another."),
    "level.no_basis": _("What restricts people needs a legal basis. Nothing was written; name one."),
    "level.basis_not_in_force": _("Not in force on %(day)s: %(keys)s. Nothing was written; name another basis."),
    "level.asked_for": _("A level is proposed for this place already. Decide on that one first."),
    "level.same": _("This place has this level already. Nothing was changed."),
    "level.not_ready": _("This step must still wait (%(waits_for)s). The level stays as it is."),
    "level.too_low": _("The rule's next step is %(to)s; no step is skipped. The level stays as it is."),
    "level.state": _("This was decided in between; it is now: %(state)s. Nothing was changed."),
    "level.own": _("Whoever proposed this cannot decide on it. It waits for another person."),
    "level.above_needs_reason": _("This is above the rule (%(faults)s). Say why it is confirmed all the same."),
    "level.within_rule": _("This level is within the rule; it comes down by its steps alone."),
    "measure.ends_before": _("The last day lies before the first, %(day)s. Nothing was written."),
    "place.no_evidence": _("A result needs its evidence. Nothing was written; say where it can be looked up."),
    "place.counts": _("%(positive)s positive of %(swabbed)s swabbed cannot be. Nothing was written."),
    "place.later_than_now": _("%(day)s has not come yet. Nothing was written."),
}


def in_words(codes: list[str] | tuple[str, ...], words: dict[str, Promise]) -> str:
    """Codes in words, one after the other; a code without words as it is."""
    return "; ".join(str(words.get(code, code)) for code in codes)
