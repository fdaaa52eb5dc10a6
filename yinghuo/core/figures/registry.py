"""The registry of figures: desks offer them when the program starts, everybody else reads them by key."""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import get_language

from yinghuo.core.refusal import Refused

VERSION_DIGITS = 12


@dataclass(frozen=True)
class Figure:
    """A figure: what it is called, in what it is counted, and how.

    key:          dotted, the desk first: "sampling.swabs"
    unit_zh, …:   what the value counts, e.g. "tubes"
    decimals:     digits after the point, 0 for a count, at most 6
    value_sql:    aggregate over the evidence rows, e.g. `count(*)` or `count(DISTINCT device)`
    evidence_sql: a SELECT with the parameters %(area)s (code prefix, '' = everything), %(first)s, %(last)s (half-open)
                  and %(size)s (only facts whose batch has a leaf below it). It yields `line` (one record as canonical
                  text, unique), `entry_id` (the ledger entry of its batch) and whatever `value_sql` needs.
                  A literal per cent sign is written %%
    guard:        the verb that a reader needs besides "figure.see", for a count of persons of which a small one tells
                  who it was: such a figure is in no brief and is never published by itself; "" for all others
    """

    key: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    decimals: int
    value_sql: str
    evidence_sql: str
    guard: str = ""

    @property
    def version(self) -> str:
        """First 12 hexadecimal digits of SHA-256 over both SQL texts: another query is another version."""
        texts = f"{self.value_sql}\0{self.evidence_sql}"
        return sha256(texts.encode()).hexdigest()[:VERSION_DIGITS]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return self.unit_en if get_language() == "en" else self.unit_zh


_FIGURES: dict[str, Figure] = {}


def register(figure: Figure) -> Figure:
    """Offers a figure and returns it; the same one again is the same, another one under its key is a ValueError."""
    if _FIGURES.setdefault(figure.key, figure) != figure:
        raise ValueError(f"two figures are called {figure.key}")
    return figure


def get(key: str) -> Figure:
    """The figure of this key; Refused("figure.unknown") when there is none."""
    if key not in _FIGURES:
        raise Refused("figure.unknown", key=key)
    return _FIGURES[key]


def all_figures() -> list[Figure]:
    """Every figure, sorted by key."""
    return [_FIGURES[key] for key in sorted(_FIGURES)]


def open_figures() -> list[Figure]:
    """The figures without a guard, sorted by key: what a brief may hold and what may be published."""
    return [one for one in all_figures() if not one.guard]
