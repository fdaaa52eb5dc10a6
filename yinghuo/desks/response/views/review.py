"""Pages: the review of a period and of one event, after action; both also as PDF."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yinghuo.console import clock, exports
from yinghuo.console.pieces import Stat
from yinghuo.console.templatetags.page import day as written
from yinghuo.core.areas import queries as areas
from yinghuo.core.people.access import may, needs, scope, signed_in
from yinghuo.core.people.models import User
from yinghuo.desks.response.models import Event
from yinghuo.desks.response.queries import review_ceilings, review_orders
from yinghuo.desks.response.queries.review import Counts, day_bounds, reviews_of
from yinghuo.desks.response.queries.review_flow import newest
from yinghuo.desks.response.views import review_parts as parts
from yinghuo.desks.response.views.frame import response_tabs
from yinghuo.desks.response.views.review_flow_parts import shown
from yinghuo.desks.response.views.review_parts import Section
from yinghuo.desks.response.views.review_sheet import pdf

USUAL_DAYS, MOST_EVENTS = 30, 200
NOBODY = Counts(0, 0, 0, 0)


@dataclass(frozen=True)
class Told:
    """A review in words and tables, for the page and for the PDF."""

    title: str
    words: list[str]
    stats: list[Stat]
    sections: list[Section]


@require_safe
@needs("review.see")
def review(request: HttpRequest) -> HttpResponse:
    """The events of a period in this user's area."""
    user, (first, last) = signed_in(request), _period(request)
    told = _of_period(user, first, last)
    table = told.sections[0].table
    assert table is not None
    context = {"told": told, "title": told.title, "first": first, "last": last, "flow": shown(newest())}
    context |= {"tabs": response_tabs(user, "review"), "may_see_kept": may(user, "event.see")}
    return exports.asked(request, table) or render(request, "response/review.html", context)


@require_safe
@needs("review.see")
def review_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    user, (first, last) = signed_in(request), _period(request)
    told = _of_period(user, first, last)
    told.words.insert(0, areas.name_of(user.area_code))
    return _as_pdf(told, f"review-{first}-{last}")


@require_safe
@needs("review.see")
def event_review(request: HttpRequest, number: str) -> HttpResponse:
    """One event: 7-1-7, the early actions, orders, contacts, teams, ceilings."""
    user = signed_in(request)
    event = _event(user, number)
    told = _of_event(user, event)
    context = {"told": told, "title": told.title, "event": event, "tabs": response_tabs(user, "review")}
    return render(request, "response/review_event.html", context)


@require_safe
@needs("review.see")
def event_review_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a PDF."""
    user = signed_in(request)
    return _as_pdf(_of_event(user, _event(user, number)), f"review-{number}")


def _of_period(user: User, first: date, last: date) -> Told:
    now, area = clock.now(), user.area_code or "-"
    begins, ends = day_bounds(first, last)
    noticed = scope(user, Event.objects.filter(merged_into=None, detected_at__gte=begins, detected_at__lt=ends))
    reviews = reviews_of(list(noticed.order_by("-detected_at")[:MOST_EVENTS]))
    clocks = review_orders.clocks_of_period(area, begins, ends, now)
    counts = reduce(add, (one.counts for one in reviews), NOBODY)
    sections = [
        parts.events(reviews, now),
        parts.clocks(clocks),
        parts.missed(clocks, linked=may(user, "order.see")),
        parts.teams(review_orders.loads_of_period(area, begins, ends, now)),
        parts.ceilings(review_ceilings.of_period(area, begins, ends, now)),
    ]
    title = _("After action: %(events)s events, %(first)s to %(last)s") % {
        "events": len(reviews), "first": written(first), "last": written(last),
    }  # fmt: skip
    return Told(title, [_as_of(now)], parts.figures(counts, clocks), sections)


def _of_event(user: User, event: Event) -> Told:
    now = clock.now()
    (found,) = reviews_of([event])
    clocks = review_orders.clocks_of_events([event], now)
    sections = [
        parts.seven_one_seven(found, now),
        parts.seven_actions(found),
        parts.clocks(clocks),
        parts.missed(clocks, linked=may(user, "order.see")),
        parts.teams(review_orders.loads_of_events([event], now)),
        parts.ceilings(review_ceilings.of_events([event.id], timezone.localdate(now))),
    ]
    title = _("After action: event %(number)s") % {"number": event.number}
    return Told(title, [event.name, _as_of(now)], parts.figures(found.counts, clocks), sections)


def _as_of(now: datetime) -> str:
    return _("Read from the desk’s records at %(at)s; each line names the ledger entry that speaks of it.") % {
        "at": timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    }


def _as_pdf(told: Told, name: str) -> HttpResponse:
    answer = HttpResponse(pdf(told.title, told.words, told.stats, told.sections), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _event(user: User, number: str) -> Event:
    event = scope(user, Event.objects.filter(number=number)).first()
    if event is None:
        raise Http404
    return event


def _period(request: HttpRequest) -> tuple[date, date]:
    """As asked, else the last thirty days; never longer than a year, never backwards."""
    today = timezone.localdate(clock.now())
    last = _day(request, "last") or today
    first = _day(request, "first") or last - timedelta(days=USUAL_DAYS - 1)
    return (max(first, last - timedelta(days=366)), last) if first <= last else (last, last)


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


addresses: list[URLPattern] = [
    path("response/review", review, name="review"),
    path("response/review.pdf", review_pdf, name="review_pdf"),
    path("response/events/<str:number>/review", event_review, name="event_review"),
    path("response/events/<str:number>/review.pdf", event_review_pdf, name="event_review_pdf"),
]
