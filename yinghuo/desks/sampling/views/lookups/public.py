"""Looking a result up, for everybody: the question, the answer under its address, what is kept and how to object."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override, pgettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from yinghuo.console.clock import now
from yinghuo.core.people.rules import retention
from yinghuo.core.refusal import Refused
from yinghuo.desks.sampling import lookup_rules as rules
from yinghuo.desks.sampling import lookup_words as words
from yinghuo.desks.sampling.api.lookups import asked_from, cacheable
from yinghuo.desks.sampling.queries import asking
from yinghuo.desks.sampling.queries.lookups import Standing, standing
from yinghuo.desks.sampling.views.lookups import languages

MARK = "yinghuo-%s-mark"


class Question(forms.Form):
    """A code from the slip, or identity number and name."""

    number = forms.CharField(
        label=lazy("Identity number"),
        max_length=asking.LONGEST_NUMBER,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=asking.LONGEST_NAME,
        required=False,
        help_text=lazy("As on the identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=lazy("Code from the slip"),
        max_length=20,
        required=False,
        help_text=lazy("12 letters and digits; with it, no number and no name are needed."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@csrf_exempt  # there is no session that another site could misuse
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, language: str = "") -> HttpResponse:
    """The question; what matches leads to the address of the answer."""
    spoken = language or languages.asked(request)
    if request.method == "POST":
        return never_cache(_asked)(request, spoken)
    page = languages.page("sampling/lookup_ask.html", spoken, {"form": Question(), "days": rules.ADDRESS_DAYS})
    page["Cache-Control"] = "public, max-age=300"
    return page if language else languages.varies(page)


def _asked(request: HttpRequest, language: str) -> HttpResponse:
    form = Question(request.POST)
    with override(languages.CODES[language]):
        token = _found(form, request)
    if token:
        return HttpResponseRedirect(reverse("answer_in", args=[token, language]), status=303)
    context = {"form": form, "days": rules.ADDRESS_DAYS}
    return languages.page("sampling/lookup_ask.html", language, context, status=422)


def _found(form: Question, request: HttpRequest) -> str:
    """The address of the answer; "" with the reason in the form."""
    if not form.is_valid():
        return ""
    moment = now()
    try:
        person = asking.find(asking.Asked(asked_from(request), **form.cleaned_data), now=moment)
    except Refused as refused:
        form.add_error(words.FIELDS.get(refused.code), words.refusal(refused))
        return ""
    return asking.address_of(person, now=moment)


@require_safe
def answer(request: HttpRequest, token: str, language: str = "zh") -> HttpResponse:
    """Where the person stands, as of now; the page says as of when, since caches may keep it."""
    moment = now()
    try:
        found = standing(asking.person_at(token, now=moment))
    except Refused as refused:
        return gone(refused, language)
    text = _shell(language, _shape(found, moment))
    for name, value in _values(found, moment, token).items():
        text = text.replace(MARK % name, escape(value))
    return cacheable(request, HttpResponse(text, headers={"Content-Language": languages.CODES[language]}))


def gone(refused: Refused, language: str) -> HttpResponse:
    """An address that does not answer, or no longer."""
    status = 410 if refused.code == "look_up.over" else 404
    with override(languages.CODES[language]):
        context = {"sentence": words.refusal(refused)}
    return languages.page("sampling/lookup_gone.html", language, context, status=status)


class Shape(NamedTuple):
    """What decides how an answer reads; all answers of one shape differ in a few words alone."""

    key: str
    meaning: str
    sampled: bool
    reported: bool
    review: bool
    late: bool
    certificate: bool


def _shape(found: Standing, now: datetime) -> Shape:
    key, one, certificate = found.status.value if found.status else "none", found.sample, found.certificate
    alone = key == "under_review" and one is not None and one.members == 1
    return Shape(
        key=key,
        meaning="again_alone" if alone else key,
        sampled=one is not None,
        reported=one is not None and one.result_at is not None,
        review=found.review_by is not None,
        late=bool(found.review_by and found.review_by < now),
        certificate=bool(certificate and certificate.valid_until > now),
    )


def _values(found: Standing, now: datetime, token: str) -> dict[str, str]:
    """What stands in the places of a shell."""
    moments = {
        "sampled": found.sample and found.sample.at,
        "reported": found.sample and found.sample.result_at,
        "review": found.review_by,
        "now": now,
    }
    written = {name: f"{localtime(at):%Y-%m-%d %H:%M}" for name, at in moments.items() if at}
    return written | {"name": found.name or "–", "token": token}


@lru_cache(maxsize=256)
def _shell(language: str, shape: Shape) -> str:
    """The page of a shape with marks where names and times go: rendered once, since rendering is what costs."""
    marks = {name: MARK % name for name in ("name", "sampled", "reported", "review", "now", "token")}
    context = {
        "mark": marks,
        "shape": shape,
        "heading": words.HEADINGS[shape.key],
        "tone": words.TONES[shape.key],
        "meaning": words.MEANINGS[shape.meaning],
    }
    return languages.page("sampling/lookup_answer.html", language, context).content.decode()


@require_safe
@cache_control(public=True, max_age=300)
def about(request: HttpRequest, language: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """What is kept, for how long, who sees it, and how to object."""
    days = retention("identity", localdate(now())).days
    return languages.page("sampling/lookup_about.html", language, {"days": days, "address_days": rules.ADDRESS_DAYS})
