"""What every answer passes: the content policy of the browser, and refusals turned into sentences."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from yinghuo.core.refusal import Refused
from yinghuo.web.refusals import problem, sentence, status_of

Answer = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    [
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def content_policy(get_response: Answer) -> Answer:
    """Sends the content policy: scripts, styles, pictures and connections from this server only, nothing inline."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
            patch_vary_headers(response, ["HX-Request"])
        return response

    return answer


def without_nul(get_response: Answer) -> Answer:
    """An address with a NUL in it names nothing that PostgreSQL can hold: there is no such page, whichever it was."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.path_info + request.META.get("QUERY_STRING", "")
        if ("\0" in asked or "%00" in asked) and not request.path.startswith("/api/"):
            raise Http404("a NUL in the address")
        return get_response(request)

    return answer


def refusals(get_response: Answer) -> Answer:
    """Answers `Refused` with its sentence: a page, a fragment, or (under /api/) problem details.

    A lost database is such a refusal too; its page is a still one, since every other reads the user first.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _signing_in_again(request, get_response(request))

    answer.process_exception = _answer_refused  # type: ignore[attr-defined]
    return answer


def _answer_refused(request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, OperationalError | InterfaceError):
        connection.close()
        return render(None, "503.html", status=503)
    if not isinstance(error, Refused):
        return None
    if request.path.startswith("/api/"):
        return problem(error)
    context = {"sentence": sentence(error), "code": error.code, "back": _page_before(request)}
    return render(request, "refused.html", context, status=status_of(error.code))


def _page_before(request: HttpRequest) -> str:
    before = urlsplit(request.headers.get("Referer", ""))
    return before._replace(scheme="", netloc="").geturl() if before.netloc == request.get_host() else "/"


def _signing_in_again(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A fragment asked for after the session ended: the whole page goes to the login, not the fragment's place."""
    if "HX-Request" not in request.headers or not response.headers.get("Location", "").startswith(settings.LOGIN_URL):
        return response
    asked_from = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = asked_from._replace(scheme="", netloc="").geturl() or "/"
    return HttpResponse(status=204, headers={"HX-Redirect": f"{settings.LOGIN_URL}?{urlencode({'next': here})}"})
