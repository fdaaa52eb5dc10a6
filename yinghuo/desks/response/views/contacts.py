"""Pages: contacts of the area, contacts of an event with its tracing, one contact with its because."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.tables import Table
from yinghuo.console.templatetags.page import thousands
from yinghuo.core.people.access import may, needs, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Contact, ContactState, Event, Grade
from yinghuo.desks.response.queries import contacts as queries
from yinghuo.desks.response.queries.contacts import Wanted
from yinghuo.desks.response.views import contacts_changing
from yinghuo.desks.response.views import contacts_tables as tables
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.words import who
from yinghuo.desks.response.words.contacts import GRADES, OUTCOMES, STATES, because_in_words, rule_in_words

ROWS = 50
HEXADECIMAL = set("0123456789abcdef")


@require_safe
@needs("event.see")
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts of the reader's area."""
    user, wanted = signed_in(request), _wanted(request)
    table = _table(request, user, wanted)
    context = {
        "title": _headline(user),
        "tabs": response_tabs(user, "contacts"),
        "wanted": wanted,
        "choices": tables.choices(wanted),
        "table": table,
    }
    return exports.asked(request, table) or render(request, "response/contacts.html", context)


@require_safe
@needs("event.see")
def event_contacts(request: HttpRequest, number: str) -> HttpResponse:
    """The contacts of an event, what the latest tracing found, whom to see first."""
    user, event = signed_in(request), event_of(request, number)
    wanted, run = _wanted(request, number), queries.latest_trace(event)
    table, by_grade = _table(request, user, wanted), queries.grades(event)
    context = {
        "title": tables.headline(event, by_grade),
        "tabs": response_tabs(user, "contacts"),
        "event": event,
        "stats": tables.stats(event, by_grade, queries.waiting(user, event), run),
        "run": run,
        "last_run": tables.last_run(run) if run else "",
        "ranked": tables.ranked(run, _ids(event, run.ranked)) if run else None,
        "wanted": wanted,
        "choices": tables.choices(wanted),
        "table": table,
        "may_trace": may(user, "contact.trace"),
    }
    return exports.asked(request, table) or render(request, "response/contacts_event.html", context)


@require_safe
@needs("event.see")
def contact(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One contact: grade and because, where it was exposed, contests; never who the case is."""
    user, one = signed_in(request), contact_of(request, contact_id)
    spent = queries.spent(one)
    contests = queries.contests(one)
    undecided = next((row for row in contests if row.decided_at is None), None)
    context = {
        "title": _("%(grade)s %(contact)s") % {"grade": GRADES[one.grade], "contact": who(one.person)},
        "tabs": response_tabs(user, "contacts"),
        "contact": one,
        "state": STATES[one.state],
        "because": because_in_words(one.because),
        "rule": rule_in_words(one.rule),
        "table": tables.met(spent, queries.names_of([row.venue for row in spent])),
        "contests": tables.contests(contests),
        "undecided": undecided,
        "waiting": OUTCOMES[""],
        "may_trace": may(user, "contact.trace"),
    }
    return render(request, "response/contact.html", context)


def _headline(user: User) -> str:
    found = scope(user, Contact.objects.filter(grade=Grade.CLOSE)).aggregate(
        managed=Count("id", filter=Q(state=ContactState.MANAGED)),
        waiting=Count("id", filter=Q(state=ContactState.FOUND)),
    )
    words = {name: thousands(count) for name, count in found.items()}
    return _("Close contacts: %(managed)s under management, %(waiting)s not yet") % words


def event_of(request: HttpRequest, number: str) -> Event:
    """An event of the reader's area; Http404 for another."""
    found = scope(signed_in(request), Event.objects.filter(number=number)).first()
    if found is None:
        raise Http404
    return found


def contact_of(request: HttpRequest, contact_id: UUID) -> Contact:
    """A contact of the reader's area; Http404 for another."""
    found = queries.contact(signed_in(request), contact_id)
    if found is None:
        raise Http404
    return found


def _ids(event: Event, ranked: list[list[object]]) -> dict[str, UUID]:
    """The contacts that a ranking names, by pseudonym."""
    rows = Contact.objects.filter(event=event, person__in=[row[0] for row in ranked]).values_list("person", "id")
    return {str(person): contact for person, contact in rows}


def _wanted(request: HttpRequest, number: str = "") -> Wanted:
    asked = {key: request.GET.get(key, "") for key in ("grade", "state", "contested", "who")}
    letters = "".join(letter for letter in asked["who"].lower() if letter in HEXADECIMAL)[:32]
    return Wanted(
        number,
        asked["grade"] if asked["grade"] in GRADES else "",
        asked["state"] if asked["state"] in STATES else "",
        letters,
        "1" if asked["contested"] == "1" else "",
    )


def _table(request: HttpRequest, user: User, wanted: Wanted) -> Table:
    here = request.GET.get("after", "")
    found = queries.after(queries.contacts(user, wanted), place(here, date.fromisoformat, UUID))
    rows = list(found[: ROWS + 1])
    shown = rows[:ROWS]
    follows = (shown[-1].last_on, shown[-1].id) if len(rows) > ROWS else None
    return tables.listed(shown, wanted, pager(len(shown), after=follows, here=here))


addresses: list[URLPattern] = [
    path("response/contacts", contacts, name="contacts"),
    path("response/contacts/<uuid:contact_id>", contact, name="contact"),
    path("response/events/<str:number>/contacts", event_contacts, name="event_contacts"),
    *contacts_changing.addresses,
]
