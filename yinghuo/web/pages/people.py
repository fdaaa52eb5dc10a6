"""Users: who may sign in, with which role, where; adding somebody, a new password, taking access away."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yinghuo.console import exports
from yinghuo.console.paging import pager, place
from yinghuo.console.pieces import Empty, State
from yinghuo.console.tables import Column, Table
from yinghuo.core.areas.queries import name_of, names
from yinghuo.core.parties.queries import parties
from yinghuo.core.people import actions, queries
from yinghuo.core.people.access import BOUND_TO_THEIR_PARTY, may, needs, scope, signed_in
from yinghuo.core.people.models import Role, User
from yinghuo.core.refusal import Refused
from yinghuo.web import clock
from yinghuo.web.pages.areas import areas_of
from yinghuo.web.pages.history import moments
from yinghuo.web.pages.reading import or_404
from yinghuo.web.pages.tabs import people_tabs
from yinghuo.web.refusals import sentence

ROWS = 50
MOST_PARTIES = 500
PASSWORD_BYTES = 12  # 16 characters


class NewUser(forms.Form):
    """Somebody new; the first password is made by the system and shown once."""

    username = forms.CharField(
        label=lazy("User name"), max_length=150, widget=forms.TextInput(attrs={"autofocus": True})
    )
    name_zh = forms.CharField(label=lazy("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=lazy("Name in English"), max_length=80, required=False)
    role = forms.ChoiceField(label=lazy("Role"), choices=[("", "–"), *Role.choices])
    area_code = forms.ChoiceField(label=lazy("Area"), help_text=lazy("They see this area and all that lies in it."))
    party_id = forms.TypedChoiceField(
        label=lazy("Enterprise"),
        help_text=lazy("Only for safety officers: they see this enterprise alone."),
        required=False,
        empty_value=None,
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        known = [(str(party.id), party.name) for party in parties(user, limit=MOST_PARTIES)]
        self.fields["area_code"].choices = areas_of(user)  # type: ignore[attr-defined]
        self.fields["party_id"].choices = [("", "–"), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A safety officer without an enterprise would see nothing."""
        given = super().clean() or {}
        if given.get("role") in BOUND_TO_THEIR_PARTY and not given.get("party_id") and "party_id" not in self.errors:
            self.add_error("party_id", _("Choose the enterprise of this safety officer."))
        return given


@require_safe
@needs("device.manage")
def people(request: HttpRequest) -> HttpResponse:
    """Users of the area; who may only manage devices goes on to these."""
    user = signed_in(request)
    if not may(user, "people.manage"):
        return redirect("devices")
    table = _table(request, user)
    context = {"title": _title(user), "table": table, "tabs": people_tabs(user, "people")}
    return exports.asked(request, table) or render(request, "pages/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("people.manage")
def add_user(request: HttpRequest) -> HttpResponse:
    """The form for somebody new; then their first password, this once."""
    form = NewUser(signed_in(request), request.POST or None)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    if request.method == "POST" and (added := _added(request, form, password)):
        return _password_once(request, added, password)
    context = {"title": _("Add a user"), "form": form}
    return render(request, "pages/add_user.html", context, status=422 if form.errors else 200)


@require_safe
@needs("people.manage")
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One user and what was done about them."""
    one = _user(request, user_id)
    context = {
        "title": _("%(name)s · %(role)s") % {"name": one.name, "role": one.get_role_display()},
        "one": one,
        "area": name_of(one.area_code),
        "state": _state(one),
        "moments": moments(one.label),
    }
    return render(request, "pages/user.html", context)


@require_http_methods(["GET", "POST"])
@needs("people.manage")
def deactivate_user(request: HttpRequest, user_id: int) -> HttpResponse:
    """Says what taking access away means; does it when it is confirmed."""
    one = _user(request, user_id)
    if request.method == "POST":
        actions.deactivate_user(one.username, by=signed_in(request).label, at=clock.now())
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": one.name})
        return redirect("user", one.pk)
    effects = [
        _("%(name)s is signed out at once, everywhere, and cannot sign in again.") % {"name": one.name},
        _("Orders that they have taken stay theirs until somebody sends them back."),
        _("What they did stays in the ledger with their name."),
    ]
    title = _("Take away the access of %(name)s") % {"name": one.name}
    return render(
        request, "pages/deactivate.html", {"title": title, "effects": effects, "back": reverse("user", args=[one.pk])}
    )


@never_cache
@require_POST
@needs("people.manage")
def new_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new password, shown this once; the old one ends with all its sessions."""
    one, password = _user(request, user_id), secrets.token_urlsafe(PASSWORD_BYTES)
    actions.set_password(one.username, password=password, by=signed_in(request).label, at=clock.now())
    return _password_once(request, one, password)


def _added(request: HttpRequest, form: NewUser, password: str) -> User | None:
    """Adds somebody; a refusal is written into the form, so that what was typed stays."""
    if not form.is_valid():
        return None
    now = clock.now()
    try:
        added = actions.add_user(**form.cleaned_data, password=password, by=signed_in(request).label, at=now)
    except Refused as refused:
        form.add_error("username" if refused.code.startswith("user.") else None, sentence(refused))
        return None
    if added.date_joined != now:
        form.add_error("username", _("This user name is taken. Choose another one."))
        return None
    return added


def _password_once(request: HttpRequest, one: User, password: str) -> HttpResponse:
    title = _("Password of %(name)s") % {"name": one.name}
    return render(request, "pages/password.html", {"title": title, "one": one, "password": password})


def _user(request: HttpRequest, user_id: int) -> User:
    return or_404(scope(signed_in(request), User.objects.filter(pk=user_id)).first())


def _title(user: User) -> str:
    found = scope(user, User.objects.filter(is_active=True)).count()
    return ngettext("%(count)s user can sign in", "%(count)s users can sign in", found) % {"count": found}


def _table(request: HttpRequest, user: User) -> Table:
    here = request.GET.get("after", "")
    (after,) = place(here, str) or ("",)
    found = queries.users(user, after=after, limit=ROWS + 1)
    shown = found[:ROWS]
    return Table(
        name="users",
        caption=_("Users by user name"),
        columns=_columns(),
        rows=_rows(shown),
        empty=Empty(_("Nobody belongs to your area yet."), _("Add a user"), reverse("add_user")),
        pager=pager(len(shown), after=(shown[-1].username,) if len(found) > ROWS else None, here=here),
        files=True,
    )


def _columns() -> list[Column]:
    return [
        Column("name", _("Name"), link="href", note="username"),
        Column("role", _("Role")),
        Column("area", _("Area")),
        Column("state", _("State"), kind="state"),
        Column("last_login", _("Signed in last"), kind="moment"),
    ]


def _rows(found: Sequence[User]) -> list[dict[str, Any]]:
    where = names(one.area_code for one in found)
    return [
        {
            "id": one.pk,
            "name": one.name,
            "username": one.username,
            "href": reverse("user", args=[one.pk]),
            "role": one.get_role_display(),
            "area": where.get(one.area_code, one.area_code),
            "state": _state(one),
            "last_login": one.last_login,
        }
        for one in found
    ]


def _state(one: User) -> State:
    return State("done", _("active")) if one.is_active else State("off", _("no access"))
