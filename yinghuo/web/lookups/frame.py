"""What every answer of `yinghuo look-ups` passes: the content policy, refusals, and a database that does not answer."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yinghuo.core.refusal import Refused
from yinghuo.web.middleware import PERMISSIONS, POLICY
from yinghuo.web.refusals import problem

DOORS = "/api/"


def frame(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Adds the content policy and nothing that depends on who asks."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    answer.process_exception = refused  # type: ignore[attr-defined]
    return answer


def refused(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """A lost database is said on a still page or as a problem; the next request connects anew."""
    if isinstance(error, OperationalError | InterfaceError):
        connection.close()
        if request.path.startswith(DOORS):
            return problem(Refused("server.unavailable"))
        return render(None, "sampling/lookup_closed.html", status=503)
    return problem(error) if isinstance(error, Refused) else None
