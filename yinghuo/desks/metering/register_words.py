"""Words of the register: what keeps a row from being loaded, kinds of ledger entries, classes of customers."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State, Tone, Words
from yinghuo.desks.metering.actions.register.reading import Problem
from yinghuo.desks.metering.models.register import Admission

CAUSES: dict[str, Words] = {
    "missing": lazy("a value is missing"),
    "form": lazy("“%(value)s” is not of the form that this column has"),
    "repeated": lazy("“%(value)s” stands in the file a second time"),
    "unknown": lazy("“%(value)s” is neither in the register nor in the files"),
    "taken": lazy("point %(value)s has another meter already"),
    "zero": lazy("must be greater than zero"),
    "ratings": lazy("the greatest current, %(value)s A, is less than the rated one"),
    "before": lazy("%(value)s is before the day it was installed"),
    "dialled": lazy("a terminal that is dialled needs both host and port"),
}
ENTRIES: dict[str, Words] = {
    "register.loaded": lazy("Register loaded"),
    "meter.changed": lazy("Meter changed"),
    "meter.retired": lazy("Meter retired"),
    "terminal.admitted": lazy("Terminal admitted"),
    "terminal.blocked": lazy("Terminal blocked"),
    "terminal.changed": lazy("Terminal changed"),
    "terminal.held": lazy("Unknown terminal held"),
}
REFUSALS: dict[str, tuple[str | None, Words]] = {  # field of the form, None for above it
    "meter.point_taken": ("point", lazy("Another meter hangs at this measuring point.")),
    "meter.ratings": (None, lazy("Ratios and ratings must be above zero, the greatest current not below the rated.")),
    "terminal.dialled": ("port", lazy("a terminal that is dialled needs both host and port")),
}
CLASSES: dict[str, Words] = {
    "hospital": lazy("hospital"),
    "industrial": lazy("industrial"),
    "commercial": lazy("commercial"),
    "residential": lazy("residential"),
}
ADMISSION_TONES: dict[str, Tone] = {
    Admission.HELD: "waiting",
    Admission.ADMITTED: "done",
    Admission.BLOCKED: "off",
}


def cause_in_words(problem: Problem) -> str:
    """Why a row cannot be loaded."""
    return str(CAUSES[problem.cause]) % {"value": problem.value}


def in_words(problem: Problem) -> str:
    """A problem in one line: file, row, column, cause."""
    place = {"file": f"{problem.file}.csv", "row": problem.row, "column": problem.column}
    return _("%(file)s row %(row)s, %(column)s: ") % place + cause_in_words(problem)


def class_in_words(name: str) -> Words:
    """A class of customers; the register's own word for one that is not known here."""
    return CLASSES.get(name, name)


def admission_state(admission: str) -> State:
    """A terminal's admission as a chip."""
    return State(ADMISSION_TONES[admission], capfirst(Admission(admission).label))
