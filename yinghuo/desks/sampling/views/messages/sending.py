"""Sending a file of HL7 messages from the screen, and what became of each."""

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from yinghuo.console import clock
from yinghuo.console.pieces import State
from yinghuo.console.tables import Column, Table
from yinghuo.core.people.access import needs, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.sampling.actions.messages import Door, FileReceipt, receive_file
from yinghuo.desks.sampling.message_rules import MOST_FILE_BYTES, MOST_IN_FILE
from yinghuo.desks.sampling.models import Channel
from yinghuo.desks.sampling.views.messages.words import TONES, fault_row
from yinghuo.engines.messages.batches import FileRead, split
from yinghuo.engines.messages.er7 import Unreadable, head_line


class MessageFile(forms.Form):
    """A file of messages; its text stays with the browser, so that nothing typed can be lost."""

    file = forms.FileField(
        label=lazy("File"),
        help_text=lazy("HL7 v2 results (ORU^R01), single or in a batch; UTF-8 or GB18030 as MSH-18 says."),
    )

    def clean_file(self) -> FileRead:
        """The messages of the file; an error for what holds none, or too many."""
        given = self.cleaned_data["file"]
        if given.size > MOST_FILE_BYTES:
            raise forms.ValidationError(_("The file is too large for this page; use the command hl7-file."))
        read = split(given.read())
        if not read.messages:
            raise forms.ValidationError(_("The file holds no HL7 message: no line begins with MSH."))
        if len(read.messages) > MOST_IN_FILE:
            raise forms.ValidationError(
                _("The file holds %(count)s messages; here at most %(most)s are taken. Use the command hl7-file.")
                % {"count": len(read.messages), "most": MOST_IN_FILE}
            )
        return read


@require_http_methods(["GET", "POST"])
@needs("message.send")
def send_file(request: HttpRequest) -> HttpResponse:
    """The form for a file; then what became of each message."""
    form = MessageFile(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return render(request, "sampling/message_file_read.html", _taken(signed_in(request), form.cleaned_data["file"]))
    context = {"title": _("Send a file of messages"), "form": form, "back": reverse("messages")}
    return render(request, "sampling/message_file.html", context, status=422 if form.errors else 200)


def _taken(user: User, read: FileRead) -> dict[str, Any]:
    door = Door(Channel.FILE, user.label, area_code=user.area_code or "-")
    found = list(receive_file(read, door=door, now=clock.now()))
    counts = Counter(one.receipt.ack for one in found)
    title = _("%(count)s messages read · %(accepted)s accepted, %(others)s not") % {
        "count": len(found),
        "accepted": counts["AA"],
        "others": len(found) - counts["AA"],
    }
    faults = [fault_row(number, fault._asdict()) for number, fault in enumerate(read.faults)]
    return {"title": title, "table": _table(read, found), "faults": faults}


def _table(read: FileRead, found: list[FileReceipt]) -> Table:
    columns = [
        Column("place", _("Place in the file"), kind="number"),
        Column("number", _("Number"), kind="code", link="href"),
        Column("state", _("What became of it"), kind="state"),
        Column("ack", _("Acknowledged"), kind="code"),
    ]
    rows = [_row(one, raw) for one, raw in zip(found, read.messages, strict=True)]
    return Table(name="taken", caption=_("Messages of the file"), columns=columns, rows=rows)


def _row(one: FileReceipt, raw: bytes) -> dict[str, Any]:
    taken, row_id = one.receipt.taken, one.receipt.row_id
    try:
        head = head_line(raw)
    except Unreadable:
        head = None
    return {
        "id": one.number,
        "place": one.number,
        "number": (head.value(10) if head else "") or _("no number"),
        "href": reverse("message", args=[row_id]) if row_id else "",
        "state": State(TONES[taken], taken.label) if taken else State("wrong", _("not readable")),
        "ack": one.receipt.ack,
        "late": one.receipt.ack != "AA",
    }
