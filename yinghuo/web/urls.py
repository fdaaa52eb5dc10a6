"""Addresses of the console."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from yinghuo.web import field, home, published, rounds, styleguide, views
from yinghuo.web.api import api
from yinghuo.web.login import Login

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("login", Login.as_view(template_name="login.html", redirect_authenticated_user=True), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("language", set_language, name="set_language"),
    path("published", published.stated_facts, name="stated_facts"),
    path("brief", published.brief, name="brief"),
    path("healthz", views.healthz, name="healthz"),
    path("problems", views.problems, name="problems"),
    path("api/v1/", api.urls),
    path("field/", include(field.addresses)),
    path("rounds/", include(rounds.addresses)),
    path("", include("yinghuo.web.pages.urls")),
    path("", include("yinghuo.desks.metering.urls")),
    path("", include("yinghuo.desks.response.urls")),
    path("", include("yinghuo.desks.sampling.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("styleguide", styleguide.show, name="styleguide")]
