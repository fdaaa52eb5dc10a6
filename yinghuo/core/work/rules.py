"""The state table of work orders, the step from one state to the next, and the kinds of order with their clocks."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.refusal import Refused


class State(TextChoices):
    """Where an order stands."""

    OPEN = "open", _("open")
    TAKEN = "taken", _("taken")
    ARRIVED = "arrived", _("on site")
    DONE = "done", _("done, to be checked")
    CLOSED = "closed", _("closed")
    RETURNED = "returned", _("sent back")
    CANCELLED = "cancelled", _("cancelled")


NEXT: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.TAKEN, State.DONE, State.CANCELLED}),
    State.TAKEN: frozenset({State.ARRIVED, State.DONE, State.RETURNED, State.CANCELLED}),
    State.ARRIVED: frozenset({State.DONE, State.RETURNED, State.CANCELLED}),
    State.DONE: frozenset({State.CLOSED, State.OPEN}),
    State.CLOSED: frozenset({State.OPEN}),
    State.RETURNED: frozenset({State.OPEN, State.DONE, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
ACTIVE = (State.OPEN, State.TAKEN, State.ARRIVED, State.RETURNED, State.DONE)
ENDED = (State.CLOSED, State.CANCELLED)


class Settlement(TextChoices):
    """What came of a doubt: the fact stands, another fact corrects it, or there was nothing to doubt."""

    CONFIRMED = "confirmed", _("confirmed: it is as recorded")
    CORRECTED = "corrected", _("corrected by a further fact")
    DISMISSED = "dismissed", _("dismissed: nothing to settle")


@dataclass(frozen=True)
class Kind:
    """A kind of order: its names, whose inbox it lies in, and how long after the opening each clock runs out.

    role:   a `people.models.Role`
    accept, arrive, finish, verify: None where there is no such clock; ValueError unless each is later than the last
    """

    key: str
    name_zh: str
    name_en: str
    role: str
    accept: timedelta | None = None
    arrive: timedelta | None = None
    finish: timedelta | None = None
    verify: timedelta | None = None

    def __post_init__(self) -> None:
        spans = [span for span in self.clocks.values() if span is not None]
        if spans != sorted(spans):
            raise ValueError(f"the clocks of {self.key} are out of order: {spans}")

    @property
    def clocks(self) -> dict[str, timedelta | None]:
        """The clocks by name, in the order in which they run out."""
        return {"accept": self.accept, "arrive": self.arrive, "finish": self.finish, "verify": self.verify}

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Makes a kind of order known and returns it; ValueError when the key stands for another kind."""
    if KINDS.setdefault(kind.key, kind) != kind:
        raise ValueError(f"two kinds of order are called {kind.key}")
    return kind


def kind_of(key: str) -> Kind:
    """The kind registered under `key`; KeyError for one that is not."""
    return KINDS[key]


def kind_name(key: str) -> str:
    """The name of a kind of order in the reader's language; the key itself where the kind is no longer registered."""
    return KINDS[key].name if key in KINDS else key


def step(state: State | str, to: State) -> State:
    """The state after a step to `to`; Refused("order.step") when the table does not allow it.

    >>> str(step("open", State.TAKEN))
    'taken'
    >>> step("closed", State.TAKEN)
    Traceback (most recent call last):
    yinghuo.core.refusal.Refused: order.step state=closed to=taken
    """
    if to not in NEXT[State(state)]:
        raise Refused("order.step", state=str(state), to=str(to))
    return to


def before(to: State) -> list[str]:
    """The states from which a step to `to` is allowed.

    >>> before(State.CLOSED)
    ['done']
    """
    return [state.value for state, allowed in NEXT.items() if to in allowed]


def state_table_markdown() -> str:
    """The state table for the docs: a row per state, a column per next state, × where the step is allowed.

    >>> print(state_table_markdown().splitlines()[2])
    | `open` | | × | | × | | | × |
    """
    heads = ["from \\ to", *(f"`{state.value}`" for state in State)]
    lines = [heads, ["---"] * len(heads)]
    lines += [[f"`{state.value}`", *("×" if to in NEXT[state] else "" for to in State)] for state in State]
    return "\n".join(" ".join(["|", *(f"{cell} |".lstrip() for cell in line)]) for line in lines)
