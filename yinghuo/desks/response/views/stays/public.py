"""The page of the slip, for the person in isolation: until when and why, what can be asked for, what came of it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from yinghuo.console.clock import now
from yinghuo.core.refusal import Refused
from yinghuo.desks.response.actions import needs as actions
from yinghuo.desks.response.actions.stays import object_to_stay, stay_of_code
from yinghuo.desks.response.models import NeedKind, Stay
from yinghuo.desks.response.queries import stays as queries
from yinghuo.desks.response.rules.stays import Basis
from yinghuo.desks.response.views.tracks.reading import carried_out
from yinghuo.desks.response.words import tracks as track_words

CODES = {"zh": "zh-hans", "en": "en"}
LINES = forms.Textarea(attrs={"rows": 3})


class Code(forms.Form):
    """The code of the slip."""

    code = forms.CharField(
        label=lazy("Code on your slip"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class Request(forms.Form):
    """What the person asks for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=lazy("What do you need?"), choices=NeedKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=lazy("In a few words"),
        help_text=lazy("No names and no numbers: whoever comes knows your room."),
        required=False,
        max_length=actions.LONGEST,
        widget=LINES,
    )


class Objection(forms.Form):
    """What the person holds against being isolated."""

    text = forms.CharField(label=lazy("I object, because"), max_length=1000, widget=LINES)


class Met(forms.Form):
    """Which request has been met."""

    need = forms.UUIDField()


@csrf_exempt  # there is no session that another site could misuse
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest, language: str = "") -> HttpResponse:
    """Asks for the code of the slip and leads to its page."""
    spoken = _spoken(request, language)
    form = Code(request.POST or None)
    with override(CODES[spoken]):
        if request.method == "POST" and form.is_valid() and _known(request, form):
            return HttpResponseRedirect(reverse("my_stay_in", args=[form.cleaned_data["code"], spoken]), status=303)
        return _page("response/stay_code.html", spoken, {"form": form}, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str, language: str = "") -> HttpResponse:
    """One's own stay; a need asked for, one said to be met, an objection."""
    spoken = _spoken(request, language)
    with override(CODES[spoken]):
        try:
            stay = stay_of_code(code, address=_address(request), now=now())
        except Refused as refused:
            status = track_words.STATUSES.get(refused.code, 404)
            return _page("response/stay_gone.html", spoken, {"sentence": track_words.why(refused)}, status=status)
        return _answer(request, stay, code, spoken)


def _answer(request: HttpRequest, stay: Stay, code: str, spoken: str) -> HttpResponse:
    what = request.POST.get("what", "")
    asking = Request(request.POST if what == "ask" else None, initial={"id": uuid4()})
    objecting = Objection(request.POST if what == "object" else None, prefix="o")
    acts: dict[str, Any] = {"ask": (asking, _asked), "object": (objecting, _objected), "met": (Met(request.POST), _met)}
    form, act = acts.get(what, (None, None))
    if form and form.is_valid() and carried_out(form, lambda: act(stay, form)):
        done = reverse("my_stay_in", args=[code, spoken]) + f"?done={what}"
        return HttpResponseRedirect(done, status=303)
    context = {
        "stay": stay,
        "code": code,
        "basis": Basis(stay.basis).label,
        "needs": queries.needs_of([stay.id])[:20],
        "form": asking,
        "objecting": objecting,
        "told": request.GET.get("done", ""),
    }
    wrong = bool(asking.errors or objecting.errors)
    return _page("response/stay_own.html", spoken, context, status=422 if wrong else 200)


def _asked(stay: Stay, form: Request) -> object:
    return actions.ask(actions.NewNeed(stay_id=stay.id, **form.cleaned_data), by=f"stay:{stay.id}", at=now())


def _objected(stay: Stay, form: Objection) -> object:
    return object_to_stay(stay.id, text=form.cleaned_data["text"], by=f"stay:{stay.id}", at=now())


def _met(stay: Stay, form: Met) -> object:
    return actions.confirm(form.cleaned_data["need"], stay_id=stay.id, at=now())


def _known(request: HttpRequest, form: Code) -> bool:
    code, address = form.cleaned_data["code"], _address(request)
    return carried_out(form, lambda: stay_of_code(code, address=address, now=now()))


def _address(request: HttpRequest) -> str:
    """Behind our own proxy the address that it added last, else the peer's."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_TLS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or "unknown"


def _spoken(request: HttpRequest, language: str) -> str:
    if language and language not in CODES:
        raise Http404(language)
    return language or ("en" if get_language_from_request(request).startswith("en") else "zh")


def _page(template: str, spoken: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    other = "en" if spoken == "zh" else "zh"
    frame = {"language": spoken, "other": other, "other_name": {"zh": "中文", "en": "English"}[other]}
    text = render_to_string(template, frame | context)
    return HttpResponse(text, status=status, headers={"Content-Language": CODES[spoken]})
