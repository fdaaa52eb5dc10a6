"""What all pages of the laboratory read from a request, and how a refusal is said at the field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yinghuo.console import clock
from yinghuo.console.tabs import Page, Tab, tabs
from yinghuo.core.people.models import User
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling.actions.laboratory import Technician, technician_of
from yinghuo.desks.sampling.laboratory_words import REFUSALS
from yinghuo.desks.sampling.models import AssayKit

Done = TypeVar("Done")

LABORATORY: list[Page] = [
    ("laboratory", "laboratory.see", _("Worklist")),
    ("plates", "laboratory.see", _("Plates")),
    ("result_files", "laboratory.see", _("Files")),
    ("typing", "laboratory.see", _("Typed twice")),
    ("pools", "laboratory.see", _("Pools")),
    ("kits", "laboratory.see", _("Kits")),
    ("instruments", "laboratory.see", _("Instruments")),
]
FIELDS: Mapping[str, str] = {
    "bench": "tube",
    "file": "file",
    "instrument.name": "name",
    "kit.limits": "targets",
    "kit.targets": "targets",
    "kit.needs": "positive_needs",
    "kit.control": "internal_control",
    "kit.source": "source",
    "kit.layout": "controls",
    "kit.unknown": "kit",
    "plate.barcode": "barcode",
    "pool": "tubes",
    "typing.unknown_tube": "tube",
    "typing.kit": "kit",
}


def technician(request: HttpRequest) -> Technician:
    """The user of a page that `needs` has let through, at this moment."""
    assert isinstance(request.user, User)
    return technician_of(request.user, now=clock.now())


def laboratory_tabs(request: HttpRequest, here: str) -> list[Tab]:
    """The pages of the laboratory."""
    assert isinstance(request.user, User)
    return tabs(LABORATORY, request.user, here)


def attempt(form: forms.Form, act: Callable[[], Done]) -> Done | None:
    """What `act` comes to, or None when it was refused: then the form says why, and keeps what was typed."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refused:
        say(form, refused)
        return None


def say(form: forms.Form, refused: Refused) -> None:
    """Writes a refusal to its field, or above the form; one that is not the laboratory's is raised again."""
    if refused.code not in REFUSALS:
        raise refused
    fitting = [field for start, field in FIELDS.items() if refused.code.startswith(start)]
    field = next((one for one in fitting if one in form.fields), None)
    form.add_error(field, str(REFUSALS[refused.code]) % refused.facts)


def kit_choices() -> list[tuple[str, str]]:
    """The kits by name."""
    names = AssayKit.objects.order_by("name").values_list("name", flat=True).distinct()
    return [(name, name) for name in names]
