"""Looking into FHIR resources: our extensions, codings, words."""

from typing import Any

from yinghuo.engines.exchange.fhir import words
from yinghuo.engines.exchange.paths import dig
from yinghuo.engines.exchange.records import WORDS
from yinghuo.engines.exchange.values import Fault, text_of

Resource = dict[str, Any]


def ext(one: Any, name: str) -> Any:
    """The value of our extension of that name."""
    for said in dig(one, "extension") or []:
        if said.get("url") == f"{words.EXT}{name}":
            return next((value for key, value in said.items() if key.startswith("value")), None)
    return None


def codes_of(concept: Any) -> list[tuple[str, str]]:
    """System and code of each coding of a concept."""
    return [(text_of(one.get("system")), text_of(one.get("code"))) for one in dig(concept, "coding") or []]


def ours(one: Resource, name: str, known: tuple[str, ...]) -> Any:
    """Our own word in a category, where another system kept it."""
    said = [
        code
        for concept in one.get("category") or []
        for system, code in codes_of(concept)
        if system.endswith(f":{name}")
    ]
    return next((code for code in said if code in known), None)


def known(value: Any, field: str, words_of: str, default: str = "") -> Any:
    """A word of ours, or the default. Fault "word", "missing"."""
    text = text_of(value) or default
    if text not in WORDS[words_of]:
        raise Fault(field, "word" if text else "missing", text)
    return text
