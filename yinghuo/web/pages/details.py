"""The details of an order, an issue or a fact in words: labels for their keys, names for sites, results and devices."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.pieces import Words
from yinghuo.console.templatetags.page import named, thousands
from yinghuo.console.who import names_of
from yinghuo.desks.response.words import tracks as track_words
from yinghuo.desks.response.words.levels import FAULTS, WAITS
from yinghuo.desks.response.words.levels import in_words as codes_in_words
from yinghuo.desks.sampling.models import Outcome, Site, Stage

LABELS: dict[str, Words] = {
    "box": lazy("Box"),
    "boxes": lazy("Boxes"),
    "capacity": lazy("Capacity of the tube"),
    "case": lazy("Case"),
    "ceiling": lazy("Latest by the rule"),
    "count": lazy("Counted"),
    "counted": lazy("Counted by the packer"),
    "ct": "Ct",
    "ct_n": "Ct N",
    "ct_orf1ab": "Ct ORF1ab",
    "day": lazy("Day of the assay"),
    "device": lazy("Device"),
    "event": lazy("Event"),
    "faults": lazy("Above the rule in"),
    "given_to": lazy("Given to the site"),
    "high_c": lazy("At most, °C"),
    "holder": lazy("Held by"),
    "kind": lazy("Kind"),
    "low_c": lazy("At least, °C"),
    "message": lazy("Message"),
    "need": lazy("What is needed"),
    "opened": lazy("Box that was open"),
    "other_tube": lazy("Other tube"),
    "over_days": lazy("Days over"),
    "own_site": lazy("Site of the device"),
    "people": lazy("People"),
    "person": lazy("Person"),
    "place_en": lazy("Place (English)"),
    "place_zh": lazy("Place (Chinese)"),
    "point": lazy("Point"),
    "pool": lazy("Pool"),
    "reason": lazy("Reason"),
    "result": lazy("Result"),
    "result_at": lazy("Result at"),
    "ride": lazy("Needs on the ride"),
    "rule": lazy("Rule in force"),
    "sampled_at": lazy("Sampled at"),
    "scanned": lazy("Tubes scanned"),
    "seal": lazy("Seal"),
    "sealed_with": lazy("Sealed with"),
    "seen": lazy("Seal seen"),
    "site": lazy("Site"),
    "skew_s": lazy("Clock off by, s"),
    "stage": lazy("Stage"),
    "swabs": lazy("Swabs"),
    "target": lazy("What is disinfected"),
    "technician": lazy("Technician"),
    "temperature_c": lazy("Temperature, °C"),
    "tube": lazy("Tube"),
    "tubes": lazy("Tubes"),
    "until": lazy("Isolated until"),
    "vehicle": lazy("Vehicle"),
    "waits_for": lazy("Waits for"),
    "what": lazy("What"),
}
SITES = ("site", "own_site", "given_to")


def in_words(details: Mapping[str, Any]) -> list[tuple[Words, str]]:
    """Label and value of each detail; an unknown key as it is, nothing for what is empty. Two queries at most."""
    return next(all_in_words([details]))


def all_in_words(many: Iterable[Mapping[str, Any]]) -> Iterator[list[tuple[Words, str]]]:
    """The same for many, with as many queries."""
    given = [{key: value for key, value in details.items() if value not in (None, "")} for details in many]
    ids = {details[key] for details in given for key in SITES if key in details}
    labels = {f"device:{details['device']}" for details in given if "device" in details}
    sites = {id_: named(site) for id_, site in Site.objects.in_bulk(ids).items()} if ids else {}
    devices = names_of(labels) if labels else {}
    for details in given:
        yield [(LABELS.get(key, key), _value(key, value, sites, devices)) for key, value in details.items()]


def _value(key: str, value: Any, sites: Mapping[Any, str], devices: Mapping[str, str]) -> str:
    if key in SITES:
        return sites.get(value, str(value))
    if key == "result" and value in Outcome.values:
        return str(Outcome(value).label)
    if key == "stage" and value in Stage.values:
        return str(Stage(value).label)
    if key == "ct":
        return " · ".join(f"{name} {'—' if ct is None else ct}" for name, ct in value.items())
    if key in ("faults", "waits_for"):
        return codes_in_words(value, FAULTS | WAITS)
    if key in track_words.VALUES:
        return track_words.value(key, value)
    if key == "device":
        return devices[f"device:{value}"]
    return thousands(value)
