"""How messages show: a chip for what became of one, faults in plain words, segments by their names."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import State, Tone, Words
from yinghuo.console.tabs import Page, Tab, tabs
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.message_rules import FAULT_WORDS
from yinghuo.desks.sampling.models import Message, Taken
from yinghuo.engines.messages.reports import Fault

TONES: dict[Taken, Tone] = {
    Taken.KEPT: "done",
    Taken.NOTED: "off",
    Taken.HELD: "waiting",
    Taken.FAULTY: "wrong",
    Taken.CONFLICT: "wrong",
    Taken.FOREIGN: "wrong",
}
SEGMENTS: dict[str, Words] = {
    "MSH": _("message head"),
    "PID": _("persons; not kept"),
    "ORC": _("order (ORC)"),
    "OBR": _("assay ordered"),
    "OBX": _("observation (OBX)"),
    "NTE": _("note (NTE)"),
    "SPM": _("specimen: the tube"),
}
PAGES: list[Page] = [
    ("messages", "message.see", _("Messages")),
    ("message_senders", "message.see", _("Senders")),
]


def message_tabs(user: User, here: str) -> list[Tab]:
    """The pages of this part, as far as this user may see them."""
    return tabs(PAGES, user, here)


def state_of(message: Message) -> State:
    """What became of a message, as a chip."""
    taken = Taken(message.taken)
    return State(TONES[taken], taken.label)


def sender_of(message: Message) -> str:
    """Who sent a message, as it names itself."""
    return "FHIR" if message.application == "FHIR" else f"{message.application} {message.facility}".strip()


def fault_row(number: int, stored: Mapping[str, Any]) -> dict[str, Any]:
    """A fault as a row of a table."""
    fault = Fault(**stored)
    words = FAULT_WORDS.get(fault.code, fault.code)
    return {"id": number, "place": fault.place or "–", "words": words, "detail": fault.detail, "code": fault.code}
