"""Refusal codes and their sentences: what happened, what is safe, what to do; for people and for programs."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.template.defaultfilters import date as written_date
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yinghuo.console.states import ORDER, SETTLEMENT
from yinghuo.core.refusal import Refused
from yinghuo.web import sentences

CONFLICT = 409
STATUSES = {  # the longest beginning of a code that stands here decides; every other refusal is a conflict
    "access.": 403,
    "access.token": 401,
    "batch.": 400,
    "batch.too_large": 413,
    "csv.": 400,
    "csv.too_long": 413,
    "request.": 400,
    "server.": 503,
} | sentences.STATUSES
NOT_ALLOWED = (401, 403)

SENTENCES: dict[str, Promise] = {
    "access.area": lazy("This belongs to an area outside yours. Nothing was changed."),
    "access.device": lazy(
        "This device may not send facts of this kind. They are still on the device; ask for a device enrolled for it."
    ),
    "access.reason": lazy(
        "A reason is needed. Nothing was shown and nothing was changed. Write the reason and try again."
    ),
    "access.role": lazy("Your role does not include this. Nothing was shown and nothing was changed."),
    "access.token": lazy(
        "This device is not enrolled here, or was revoked. What it holds stays on it; have it enrolled again."
    ),
    "area.cells_full": lazy("%(area)s already has %(most)s grid cells, the most there can be. None was added."),
    "area.code": lazy("“%(area)s” is not an area code. Choose the area from the list."),
    "area.unknown": lazy("There is no area “%(area)s”. Choose the area from the list."),
    "batch.too_large": lazy("The batch holds %(count)s items; at most %(most)s are taken at once. Send it in parts."),
    "batch.unreadable": lazy(
        "The batch could not be read, so nothing of it was stored: %(detail)s. Keep it and send it again."
    ),
    "campaign.mode": lazy("%(mode)s people per tube is not a mode. Choose 1, 5, 10 or 20."),
    "campaign.period": lazy("A campaign must end after it starts. Correct the times and save again."),
    "csv.columns": lazy("The head row of the file is not as agreed, so nothing was stored. It needs: %(needed)s."),
    "csv.too_long": lazy(
        "The file has %(rows)s rows; at most %(most)s are taken at once, so nothing was stored. Send it in parts."
    ),
    "csv.unreadable": lazy(
        "The file is not a CSV file in UTF-8, so nothing was stored: %(detail)s. Save it as CSV UTF-8 and send again."
    ),
    "demo.foreign": lazy(
        "This database holds somebody's work, so the demonstration was not written. Use an empty one."
    ),
    "device.kind": lazy("“%(kind)s” is not a kind of device. Choose one from the list."),
    "device.unknown": lazy("This device is not known. The list may have changed: open it again."),
    "entry.unknown": lazy(
        "The ledger holds no entry %(entry)s yet. A new entry gets its place within seconds: try again."
    ),
    "entry.unsigned": lazy(
        "Entry %(entry)s is in the ledger, but the next signature has yet to cover it. Try again in a minute."
    ),
    "figure.guarded": lazy(
        "A small value of “%(key)s” tells who is meant, so it is not published by itself. The weekly tables are."
        " Nothing was published."
    ),
    "figure.empty": lazy("There is nothing to count %(key)s from in this area and period. Nothing was published."),
    "figure.period": lazy("A period must end after it starts: %(first)s to %(last)s."),
    "figure.unknown": lazy("There is no figure “%(key)s”. Choose it from the list of figures."),
    "issue.settled": lazy("This issue was settled before (%(settlement)s). Nothing was changed; open it to see why."),
    "issue.settlement": lazy("“%(settlement)s” is not a way to settle an issue. Choose one from the list."),
    "issue.unknown": lazy("This issue is not known. The list may have changed: open it again."),
    "ledger.size": lazy("The ledger holds %(newest)s signed entries; a proof from %(size)s cannot be made."),
    "name.missing": lazy("A name is missing. Fill it in and save again."),
    "objection.unknown": lazy("This objection is not known. The list may have changed: open it again."),
    "order.self_verified": lazy("Work is checked by someone who did not do it. Ask a colleague to check this order."),
    "order.step": lazy(
        "This order cannot go from “%(state)s” to “%(to)s”. Somebody may have been quicker: look at it again."
    ),
    "order.taken_by_other": lazy(
        "Somebody else took this order. Nothing was changed; choose another one from your inbox."
    ),
    "order.unknown": lazy("This order is not known. The list may have changed: open it again."),
    "party.contacts": lazy("Each contact needs a name and a phone number. Complete them and save again."),
    "party.credit_code": lazy(
        "%(credit_code)s is not a valid unified social credit code. Compare it with the licence."
    ),
    "party.exists": lazy(
        "%(credit_code)s is already registered under another name or area. Nothing was changed; open that record."
    ),
    "party.industry": lazy("“%(industry)s” is not an industry code of GB/T 4754. Choose it from the list."),
    "party.kind": lazy("“%(kind)s” is not a kind of party. Choose one from the list."),
    "person.erased": lazy("The identity was erased when its time was over. The facts remain, without a name."),
    "person.unknown": lazy("There is no such person in your area."),
    "request.unreadable": lazy("The request could not be read, so nothing was done: %(detail)s."),
    "server.unavailable": lazy(
        "The server cannot store anything now. What you sent stays with you; send it again soon."
    ),
    "stock.count": lazy("%(item)s: give a number from 0 up, or for numbered pieces the list of their numbers."),
    "stock.item_taken": lazy("The key %(item)s belongs to another item. Nothing was changed; choose another key."),
    "stock.move_differs": lazy("This move was booked before with other lines. The first booking stands."),
    "stock.nothing": lazy("There is nothing to move. Enter at least one item with its quantity."),
    "stock.place_kind": lazy("“%(kind)s” is not a kind of store that can be added. Choose one from the list."),
    "stock.serial": lazy(
        "Numbered pieces move one by one, with their numbers; other items without. Look at: %(items)s."
    ),
    "stock.serial_elsewhere": lazy(
        "Already booked at another place: %(serials)s. Nothing was moved; find the piece first."
    ),
    "stock.unbalanced": lazy(
        "%(item)s: what leaves and what arrives differ by %(sum)s. Nothing was moved; correct the lines."
    ),
    "stock.unknown": lazy("Not in the stock lists: %(what)s. Nothing was moved."),
    "stock.short": lazy("There are %(have)s in stock and %(need)s are needed. Nothing was moved."),
    "tubes.range": lazy("Tubes %(first)s to %(last)s are no range: both numbers need one length, the smaller first."),
    "tubes.taken": lazy("Tubes %(first)s to %(last)s have been issued before. Choose another range."),
    "user.exists": lazy(
        "The user name %(username)s is taken by somebody with another role or area. Choose another one."
    ),
    "user.language": lazy("“%(language)s” is not a language of this system. Choose one from the list."),
    "user.last_admin": lazy("%(username)s is the last administrator. Make somebody else administrator first."),
    "user.password": lazy("The password was not accepted: %(why)s"),
    "user.role": lazy("“%(role)s” is not a role. Choose one from the list."),
    "user.unknown": lazy("There is no user %(username)s. The list may have changed: open it again."),
    "user.username": lazy("“%(username)s” cannot be a user name: use letters, digits and . @ + - _ only."),
} | sentences.SENTENCES
STATES = {"order.step": ORDER, "issue.settled": SETTLEMENT}  # codes whose facts are states, shown by their words


def sentence(refused: Refused) -> str:
    """The sentence of this refusal in the language of the request; an unknown code is named as it is."""
    template = SENTENCES.get(refused.code)
    if template is None:
        return _("This was not done (%(code)s). Nothing was changed.") % {"code": refused.code}
    words = STATES.get(refused.code, {})
    return str(template) % {name: str(words.get(str(fact)) or _written(fact)) for name, fact in refused.facts.items()}


def status_of(code: str) -> int:
    """The HTTP status of a refusal by its code: 401, 403, 400, 413, 503, 404 for what is not there, else 409."""
    if code.endswith(".unknown"):
        return 404
    fitting = [start for start in STATUSES if code.startswith(start)]
    return STATUSES[max(fitting, key=len)] if fitting else CONFLICT


def problem(refused: Refused) -> HttpResponse:
    """Problem details (RFC 9457) in the language of the request; `type` leads to the list of all codes."""
    status = status_of(refused.code)
    body: Mapping[str, object] = {
        "type": f"/problems#problem-{refused.code}",
        "title": _("Not allowed") if status in NOT_ALLOWED else _("Not done"),
        "status": status,
        "detail": sentence(refused),
        "code": refused.code,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False).encode(), status=status, content_type="application/problem+json"
    )


def _written(fact: object) -> str:
    match fact:
        case bool() | str():
            return str(fact)
        case int() | float() | Decimal():
            return number_format(fact, use_l10n=True, force_grouping=True)
        case datetime():
            return written_date(timezone.localtime(fact), "DATETIME_FORMAT")
        case date():
            return written_date(fact, "DATE_FORMAT")
        case _:
            return str(fact)
