"""Words of contacts and venues: tones of states, the because of a grade as a sentence, kinds of place and air."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from yinghuo.console.pieces import State, Tone
from yinghuo.console.templatetags.page import day as day_in_words
from yinghuo.desks.response.models import ContactState, ContestOutcome, Grade, VenueKind

STATE_TONES: dict[ContactState, Tone] = {
    ContactState.FOUND: "waiting",
    ContactState.MANAGED: "running",
    ContactState.RELEASED: "done",
    ContactState.CASE: "wrong",
    ContactState.DROPPED: "off",
}
STATES = {state.value: State(tone, capfirst(state.label)) for state, tone in STATE_TONES.items()}
GRADES = {grade.value: capfirst(grade.label) for grade in Grade}
OUTCOMES = {"": State("waiting", lazy("not decided yet"))} | {
    outcome.value: State("done", capfirst(outcome.label)) for outcome in ContestOutcome
}
CODES: dict[str, Promise] = {
    "long_enough": lazy("at least %(least)s min, as long as the rule asks"),
    "too_short": lazy("under %(least)s min, the least that the rule asks"),
    "shared_place": lazy("no more than shared transport or a shared venue"),
    "protected": lazy("protected throughout"),
    "same_group": lazy("of one household, room or line"),
    "unprotected": lazy("no protection known of"),
    "together_unprotected": lazy("living or eating together, where masks come off"),
    "with_close": lazy("with a close contact"),
}
RULE_NAMES: dict[str, Promise] = {
    "8th edition": pgettext_lazy("rules of contacts", "protocol in force to May 2022"),
    "9th edition": pgettext_lazy("rules of contacts", "9th edition"),
    "20 measures": pgettext_lazy("rules of contacts", "measures of 11 November 2022"),
}


def kind_in_words(kind: str) -> str:
    """A kind of place."""
    return str(capfirst(VenueKind(kind).label)) if kind in VenueKind.values else kind


def because_in_words(because: Mapping[str, Any]) -> str:
    """What a grade rests on, in one line: place, minutes, day, reasons; "" where nobody wrote it down."""
    if not {"kind", "minutes", "day", "codes"} <= set(because):
        return ""
    words = {
        "place": kind_in_words(because["kind"]),
        "minutes": because["minutes"],
        "day": day_in_words(date.fromisoformat(because["day"])),
        "why": str(_(", ")).join(
            str(CODES[code]) % {"least": because.get("least", "")} for code in because["codes"] if code in CODES
        ),
    }
    return _("%(place)s, %(minutes)s min on %(day)s: %(why)s") % words


def rule_in_words(name: str) -> str:
    """The name of a version of the rules; as it stands for one that came with an import."""
    return str(RULE_NAMES.get(name, name))
