"""Loading a phone's file, and settling what in it needs help: corrected and kept, or discarded for a reason."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console.clock import now
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import needs, scope
from yinghuo.core.people.models import Device, User
from yinghuo.desks.sampling.actions import phones
from yinghuo.desks.sampling.actions.phones.files import content_of
from yinghuo.desks.sampling.models import FileItem, Outfall, PhoneFile

MOST_SHOWN = 500
DOOR_WORDS = {
    "swabs": lazy("Swab"),
    "tubes": lazy("Sealing"),
    "boxes": lazy("Box"),
    "handovers": lazy("Hand-over"),
    "corrections": lazy("Correction"),
    "voids": lazy("Void"),
}
FIELDS = {
    "swabs": ("tube", "site", "at"),
    "tubes": ("tube", "site", "at"),
    "boxes": ("site", "at"),
    "handovers": ("at",),
    "corrections": ("tube", "site", "at"),
    "voids": ("tube", "site", "at"),
}
FIELD_WORDS = {
    "tube": lazy("Tube"),
    "site": lazy("Number of the sampling site"),
    "at": lazy("Time"),
    "box": lazy("Box"),
    "person": lazy("Person"),
    "to_tube": lazy("Tube that the swab was moved to"),
}
REASONS = {
    "item.time": lazy("Its time is one that no clock shows."),
    "swab.person": lazy("It names nobody, or somebody twice."),
    "correction.to_tube": lazy("It does not say which tube the swab was moved to."),
    "door": lazy("A phone of this kind does not send such items."),
}
OUTFALLS = {
    Outfall.OPEN: State("waiting", lazy("to be looked at")),
    Outfall.KEPT: State("done", lazy("kept")),
    Outfall.DISCARDED: State("off", lazy("dropped")),
}


class File(forms.Form):
    """The file of a phone."""

    file = forms.FileField(
        label=lazy("File"), help_text=lazy("“yinghuo-….json”, as the phone exported it. It opens only here.")
    )


class Corrected(forms.Form):
    """What may be corrected in an item: tube, site, time; each only where items of its door have it."""

    tube = forms.CharField(label=lazy("Tube"), max_length=40)
    site = forms.IntegerField(label=lazy("Number of the sampling site"), min_value=0)
    at = forms.CharField(
        label=lazy("Time"),
        max_length=40,
        help_text=lazy("With its offset, as 2022-05-08T06:10:00+08:00."),
    )

    def __init__(self, door: str, item: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial=item)
        for name in set(self.fields) - set(FIELDS.get(door, ()) if item else ()):
            del self.fields[name]

    def clean_at(self) -> str:
        """A time that says which moment it means."""
        given: str = self.cleaned_data["at"].strip()
        try:
            moment = datetime.fromisoformat(given)
        except ValueError as error:
            raise forms.ValidationError(_("This is no time.")) from error
        if moment.tzinfo is None:
            raise forms.ValidationError(_("The offset is missing, such as +08:00."))
        return given


class Discarded(forms.Form):
    """Why an item is dropped."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label=lazy("Reason"), max_length=1000)


@require_http_methods(["GET", "POST"])
@needs("device.manage")
def load_file(request: HttpRequest) -> HttpResponse:
    """Loads a file; a refusal says what is wrong with it, and the file stays as it is."""
    form = File(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = phones.load_file(form.cleaned_data["file"].read(), keeper=_keeper(request))
        return redirect("phone_file", file.id)
    context = {"title": _("Load a phone’s file"), "form": form}
    return render(request, "sampling/phone_load.html", context, status=422 if form.errors else 200)


@require_safe
@needs("device.manage")
def phone_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """One file: how much of it is kept, and what remains to be settled."""
    file = _file(request, file_id)
    rows = FileItem.objects.filter(file_id=file.id)
    left = rows.filter(outfall=Outfall.OPEN).count()
    device = Device.objects.get(id=file.device)
    context = {
        "title": _title(device.name, left),
        "file": file,
        "device": device,
        "kept": rows.filter(outfall=Outfall.KEPT).count(),
        "discarded": rows.filter(outfall=Outfall.DISCARDED).count(),
        "table": _table(file, list(rows.exclude(outfall=Outfall.KEPT).order_by("outfall", "place")[:MOST_SHOWN])),
    }
    return render(request, "sampling/phone_file.html", context)


@require_http_methods(["GET", "POST"])
@needs("device.manage")
def file_item(request: HttpRequest, file_id: UUID, place: int) -> HttpResponse:
    """One item: corrected and kept, or discarded."""
    file = _file(request, file_id)
    row = get_object_or_404(FileItem, file_id=file.id, place=place)
    item = _said(file, row)
    discarding = "reason" in request.POST
    correct, discard = _forms(request, row.door, item)
    if request.method == "POST" and (discard if discarding else correct).is_valid():
        row = _settled(request, file, row, discard if discarding else correct)
        if row.outfall:
            messages.success(request, _("Item %(number)s is settled.") % {"number": place + 1})
            return redirect("phone_file", file.id)
    return render(request, "sampling/phone_item.html", _shown(file, row, correct, discard))


def _settled(request: HttpRequest, file: PhoneFile, row: FileItem, form: forms.Form) -> FileItem:
    if isinstance(form, Discarded):
        return phones.discard_item(file, row.place, form.cleaned_data["reason"], keeper=_keeper(request))
    row = phones.settle_item(file, row.place, form.cleaned_data, keeper=_keeper(request))
    if not row.outfall:
        form.add_error(None, _("It is still not in order: %(why)s") % {"why": _reason(row.reason)})
    return row


def _forms(request: HttpRequest, door: str, item: dict[str, Any]) -> tuple[Corrected, Discarded]:
    given = request.POST or None
    discarding = "reason" in request.POST
    return Corrected(door, item, None if discarding else given), Discarded(given if discarding else None)


def _shown(file: PhoneFile, row: FileItem, correct: Corrected, discard: Discarded) -> dict[str, Any]:
    return {
        "title": _("Item %(number)s · %(what)s") % {"number": row.place + 1, "what": _door(row.door)},
        "file": file,
        "row": row,
        "state": OUTFALLS[Outfall(row.outfall)],
        "reason": _reason(row.reason),
        "correct": correct,
        "discard": discard,
        "effects": [
            _("What the item says is gone for good; the ledger notes that there was one, who dropped it and when."),
            _("The phone no longer holds it once its user has emptied the tray there."),
        ],
    }


def _title(name: str, left: int) -> str:
    if not left:
        return _("File of %(name)s · all settled") % {"name": name}
    return ngettext(
        "File of %(name)s · %(left)s item to settle", "File of %(name)s · %(left)s items to settle", left
    ) % {
        "name": name,
        "left": left,
    }


def _table(file: PhoneFile, rows: Sequence[FileItem]) -> Table:
    columns = [
        Column("number", lazy("No."), kind="number", link="href"),
        Column("door", lazy("What it is")),
        Column("tube", lazy("Tube"), kind="code"),
        Column("site", lazy("Site"), kind="code"),
        Column("at", lazy("Time")),
        Column("reason", lazy("Why it came back")),
        Column("state", lazy("State"), kind="state"),
    ]
    shown = [_row(file, row) for row in rows]
    empty = Empty(_("Nothing of this file is left to settle."))
    return Table(name="items", caption=lazy("Items"), columns=columns, rows=shown, empty=empty)


def _row(file: PhoneFile, row: FileItem) -> dict[str, Any]:
    """What an item says of tube, site and time; never whose swab it is."""
    said = _said(file, row)
    return {
        "id": row.place,
        "number": row.place + 1,
        "href": reverse("phone_file_item", args=[file.id, row.place]),
        "door": _door(row.door),
        "reason": row.because or _reason(row.reason),
        "state": OUTFALLS[Outfall(row.outfall)],
    } | {
        name: str(said.get(name, said.get("box", "") if name == "tube" else ""))[:60] for name in ("tube", "site", "at")
    }


def _said(file: PhoneFile, row: FileItem) -> dict[str, Any]:
    item = msgspec.json.decode(content_of(file, row))
    return item if isinstance(item, dict) else {}


def _reason(reason: str) -> str:
    """Why an item came back, in words; what a program said of it where there are none."""
    code = reason.partition(":")[0]
    where = re.search(r"\$\.(\w+)", reason)
    if code == "item.malformed" and where:
        return _("“%(field)s” is not in order.") % {"field": FIELD_WORDS.get(where[1], where[1])}
    if code == "item.malformed":
        return _("Something is missing in it, or it is no item at all.")
    return str(REASONS.get(code, reason))


def _door(door: str) -> str:
    return str(DOOR_WORDS.get(door, door))


def _file(request: HttpRequest, file_id: UUID) -> PhoneFile:
    return get_object_or_404(scope(request.user, PhoneFile.objects.all()), id=file_id)


def _keeper(request: HttpRequest) -> phones.Keeper:
    assert isinstance(request.user, User)
    return phones.Keeper(request.user, now())
