"""Signing in at the console; wrong tries are counted by address, so that nobody guesses passwords for long."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse

from yinghuo.desks.sampling.actions.phones import tries
from yinghuo.desks.sampling.api.phones import address_of
from yinghuo.web.clock import now

FOUND = 302


class Login(LoginView):
    """The login page; Refused("tries.too_many") after too many wrong passwords, without this one being looked at."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lets somebody in, or counts that they were not."""
        address, moment = address_of(request), now()
        tries.reserve(tries.LOGIN, address, now=moment)
        response = super().post(request, *args, **kwargs)
        if response.status_code == FOUND:
            tries.give_back(tries.LOGIN, address, now=moment)
        return response
