"""How alike two people on a roster are, and why: names compared with rapidfuzz, dates and numbers one by one."""

import unicodedata
from datetime import date
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein, Indel

from yinghuo.engines.identity import birth_date, identity_number_error

LIKELY = 60  # of 100; below it nothing is proposed


class Facets(NamedTuple):
    """What is compared of a person; "" and None where it is not known."""

    number: str = ""
    name: str = ""
    birth: date | None = None
    phone: str = ""


class Likeness(NamedTuple):
    """How alike: score 0..100, and reasons as codes ("name.one_character", "phone.same" …) in order of weight."""

    score: int
    reasons: tuple[str, ...]


NAME = {"same": 40, "one_character": 30, "order": 30, "similar": 15, "differs": -40}
BIRTH = {"same": 30, "swapped": 20, "one_digit": 15, "differs": -30}
PHONE = {"same": 25, "one_digit": 15, "differs": -5}
NUMBER = {"one_digit": 30, "two_valid": -25}
_POINTS = {"name": NAME, "birth": BIRTH, "phone": PHONE, "number": NUMBER}
SIMILAR_NAMES = 0.6


def plain_name(name: str) -> str:
    """A name as it is compared: no spaces, middle dots or letter case.

    >>> plain_name("阿卜杜拉· Ａli")
    '阿卜杜拉ali'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def born(number: str, given: date | None) -> date | None:
    """The birth date: as given, else as a valid identity number says it."""
    return given or (None if identity_number_error(number) else birth_date(number))


def likeness(one: Facets, other: Facets) -> Likeness:
    """How alike two people are, 0..100, and why.

    >>> likeness(Facets(name="王小明", birth=date(1990, 1, 2), phone="13900000000"),
    ...          Facets(name="王晓明", birth=date(1990, 1, 2), phone="13900000000"))
    Likeness(score=85, reasons=('birth.same', 'name.one_character', 'phone.same'))
    """
    found = {
        "name": _names(plain_name(one.name), plain_name(other.name)),
        "birth": _births(born(one.number, one.birth), born(other.number, other.birth)),
        "phone": _phones(one.phone, other.phone),
        "number": _numbers(one.number, other.number),
    }
    points = {f"{facet}.{said}": _POINTS[facet][said] for facet, said in found.items() if said}
    score = min(max(sum(points.values()), 0), 100)
    return Likeness(score, tuple(sorted(points, key=lambda reason: (-points[reason], reason))))


def _names(one: str, other: str) -> str:
    if not (one and other):
        return ""
    if one == other:
        return "same"
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1:
        return "one_character"
    if sorted(one) == sorted(other):
        return "order"
    return "similar" if Indel.normalized_similarity(one, other) >= SIMILAR_NAMES else "differs"


def _births(one: date | None, other: date | None) -> str:
    if not (one and other):
        return ""
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    return "one_digit" if DamerauLevenshtein.distance(one.isoformat(), other.isoformat()) == 1 else "differs"


def _phones(one: str, other: str) -> str:
    if not (one and other):
        return ""
    if one == other:
        return "same"
    return "one_digit" if DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1 else "differs"


def _numbers(one: str, other: str) -> str:
    if not (one and other) or one == other:
        return ""
    if not (identity_number_error(one) or identity_number_error(other)):
        return "two_valid"
    return "one_digit" if DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1 else ""
