"""Words of events and cases: tones of their states, why two cases may be one, what an entry of a timeline is called."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from yinghuo.console.pieces import State, Tone
from yinghuo.desks.response.models import AssayResult, Class, EventState

EVENT_TONES: dict[EventState, Tone] = {
    EventState.DRAFT: "waiting",
    EventState.OPEN: "running",
    EventState.CONTAINED: "done",
    EventState.CLOSED: "off",
}
CLASS_TONES: dict[Class, Tone] = {
    Class.DRAFT: "waiting",
    Class.SUSPECTED: "running",
    Class.CONFIRMED: "wrong",
    Class.ASYMPTOMATIC: "wrong",
    Class.DISCARDED: "off",
}
RESULT_TONES: dict[AssayResult, Tone] = {
    AssayResult.POSITIVE: "wrong",
    AssayResult.NEGATIVE: "done",
    AssayResult.INDETERMINATE: "waiting",
    AssayResult.PENDING: "waiting",
}
EVENT = {state.value: State(tone, capfirst(state.label)) for state, tone in EVENT_TONES.items()}
CLASS = {held.value: State(tone, capfirst(held.label)) for held, tone in CLASS_TONES.items()}
RESULT = {result.value: State(tone, capfirst(result.label)) for result, tone in RESULT_TONES.items()}

REASONS: dict[str, Promise] = {
    "person.same": _("the same identity number"),
    "name.same": _("same name"),
    "name.one_character": _("names differ in one character"),
    "name.order": _("names have the same characters in another order"),
    "name.similar": _("names are similar"),
    "name.differs": _("names differ"),
    "birth.same": _("same birth date"),
    "birth.swapped": _("day and month of birth are exchanged"),
    "birth.one_digit": _("birth dates differ in one digit"),
    "birth.differs": _("birth dates differ"),
    "phone.same": _("same telephone"),
    "phone.one_digit": _("telephones differ in one digit"),
    "phone.differs": _("telephones differ"),
    "number.one_digit": _("identity numbers differ in one character"),
    "number.two_valid": _("two different, valid identity numbers"),
    "place.same_party": _("the same enterprise"),
    "place.same_street": _("the same street"),
    "place.same_county": _("the same county"),
    "time.days_3": _("within 3 days"),
    "time.days_14": _("within 14 days"),
}
# Entries about an event or a case; the ledger's own page calls them the same.
ENTRIES: dict[str, Promise] = {
    "answers.kept": _("Answers of the investigation kept"),
    "case.judged": _("Case judged"),
    "case.merged": _("Case merged"),
    "case.pair_decided": _("Likely duplicate of a case decided"),
    "case.result_kept": _("Result of a case kept"),
    "case.unmerged": _("Merge of a case undone"),
    "contacts.listed": _("Contacts of contacts listed"),
    "contacts.traced": _("Contacts traced"),
    "event.closed": _("Event ended"),
    "event.contained": _("Event contained"),
    "event.drafted": _("Event drafted"),
    "event.merged": _("Event merged"),
    "event.named": _("Event named"),
    "event.opened": _("Event opened"),
    "event.reopened": _("Event opened again"),
    "event.unmerged": _("Merge of an event undone"),
    "report.kept": _("Report kept"),
    "track.step": _("Step of a track settled"),
    "track.step_back": _("Step of a track taken back"),
    "tracks.opened": _("Four tracks opened"),
    "words.erased": _("Words of reports erased"),
    "words.opened": _("Words of a report opened"),
}
TONES: dict[str, Tone] = {"event.merged": "off", "case.merged": "off", "event.reopened": "waiting"}
DETAILS = ("reason", "step", "outcome", "name", "contacts", "count")  # of an entry's body, what a line says


def reasons_in_words(codes: list[str] | tuple[str, ...]) -> str:
    """Why two cases may be one, as one line of words; what speaks against it is left out."""
    said = [str(REASONS[code]) for code in codes if code in REASONS and not code.endswith((".differs", ".two_valid"))]
    return " · ".join(said)
