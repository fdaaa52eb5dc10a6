"""Rosters in words: columns, causes of problems, stages, policies, reasons why two may be one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import State
from yinghuo.console.tabs import Tab, tabs
from yinghuo.core.people.models import User
from yinghuo.core.rosters.models import Intake, Problem, Verdict
from yinghuo.core.rosters.rules import Stage

PAGES = (
    ("rosters", "roster.see", lazy("Files")),
    ("roster_people", "roster.see", lazy("People on rosters")),
    ("roster_groups", "roster.see", lazy("Groups")),
    ("duplicates", "roster.see", lazy("Likely duplicates")),
)
FIELD_WORDS: dict[str, Promise] = {
    "number": lazy("Identity number"),
    "document": lazy("Other document"),
    "name": lazy("Name"),
    "birth": lazy("Birth date"),
    "phone": lazy("Telephone"),
    "area": lazy("Area"),
    "party": lazy("Unit"),
    "group": lazy("Group"),
    "role": lazy("Role in the group"),
}
_LOST = lazy("Excel has rounded this number and its last digits are lost. Make the column text and enter it again.")
_SEVERAL = lazy("Several have this name. Write the code instead.")
CAUSES: dict[tuple[str, str], Promise] = {
    ("number", "lost_digits"): _LOST,
    ("phone", "lost_digits"): _LOST,
    ("number", "first_generation"): lazy("15 digits: no longer valid. Enter the number of 18 characters."),
    ("number", "form"): lazy("Not an identity number: 17 digits, then a digit or X."),
    ("number", "date"): lazy("The birth date inside the number cannot be."),
    ("number", "check"): lazy("The last character does not fit the others: something is mistyped."),
    ("number", "missing"): lazy("Nothing tells this person apart: give a number, or birth date and telephone."),
    ("name", "missing"): lazy("The name is missing."),
    ("birth", "date"): lazy("Not a birth date. Write it as 1990-01-31."),
    ("birth", "differs"): lazy("Not the birth date inside the identity number. One of the two is wrong."),
    ("phone", "form"): lazy("Not a telephone number."),
    ("area", "unknown"): lazy("No area of this name or code in the area of the roster."),
    ("area", "several"): _SEVERAL,
    ("party", "unknown"): lazy("No unit of this name or credit code is registered in the area of the roster."),
    ("party", "several"): _SEVERAL,
    ("", "columns"): lazy("The row has more cells than the head row."),
}
TOO_LONG = lazy("The text is too long.")
CHARACTERS = lazy("The cell holds line breaks or characters that cannot be read.")
TWICE = lazy("The same person as in row %(row)s; that row counts.")
KNOWN = lazy("Known already; this roster takes in new people only.")
STAGES: dict[str, State] = {
    Stage.WAITING: State("waiting", Stage.WAITING.label),
    Stage.READING: State("running", Stage.READING.label),
    Stage.STOPPED: State("off", Stage.STOPPED.label),
    Stage.READY: State("waiting", Stage.READY.label),
    Stage.APPLYING: State("running", Stage.APPLYING.label),
    Stage.DONE: State("done", Stage.DONE.label),
    Stage.WITHDRAWN: State("off", Stage.WITHDRAWN.label),
}
VERDICTS: dict[str, State] = {
    Verdict.OPEN: State("waiting", Verdict.OPEN.label),
    Verdict.ONE: State("done", Verdict.ONE.label),
    Verdict.TWO: State("done", Verdict.TWO.label),
}
REASONS: dict[str, Promise] = {
    "name.same": lazy("same name"),
    "name.one_character": lazy("names differ in one character"),
    "name.order": lazy("names have the same characters in another order"),
    "name.similar": lazy("names are similar"),
    "name.differs": lazy("names differ"),
    "birth.same": lazy("same birth date"),
    "birth.swapped": lazy("day and month of birth are exchanged"),
    "birth.one_digit": lazy("birth dates differ in one digit"),
    "birth.differs": lazy("birth dates differ"),
    "phone.same": lazy("same telephone"),
    "phone.one_digit": lazy("telephones differ in one digit"),
    "phone.differs": lazy("telephones differ"),
    "number.one_digit": lazy("identity numbers differ in one character"),
    "number.two_valid": lazy("two different, valid identity numbers"),
}


def roster_tabs(user: User, here: str) -> list[Tab]:
    """The pages of rosters, as far as this user may see them."""
    return tabs(PAGES, user, here)


def cause_in_words(problem: Problem) -> str:
    """What is wrong with a cell, and what to do."""
    match problem.cause:
        case "twice":
            return str(TWICE) % {"row": problem.other_row}
        case "known":
            return str(KNOWN)
        case "too_long":
            return str(TOO_LONG)
        case "characters":
            return str(CHARACTERS)
    return str(CAUSES.get((problem.field, problem.cause), problem.cause))


def column_of(problem: Problem, intake: Intake) -> str:
    """The column as the file calls it; what it means where the file has none."""
    column = intake.mapping.get(problem.field)
    return intake.shape["heads"][column] if column is not None else str(FIELD_WORDS.get(problem.field, "–"))


def reasons_in_words(reasons: list[str]) -> str:
    """Why two may be one, as one line."""
    return " · ".join(str(REASONS.get(reason, reason)) for reason in reasons)
