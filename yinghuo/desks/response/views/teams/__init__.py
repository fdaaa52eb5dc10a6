"""Pages of teams: the list, one team, the register, dispatch, waves."""

from django.urls import URLPattern, path

from yinghuo.desks.response.views.teams import changing, dispatch, lists, one, waves

addresses: list[URLPattern] = [
    path("response/teams", lists.teams, name="teams"),
    path("response/teams/new", changing.new_team, name="new_team"),
    path("response/teams/load", changing.load_teams, name="load_teams"),
    path("response/teams/<str:code>", one.team, name="team"),
    path("response/teams/<str:code>/change", changing.change_team, name="change_team"),
    path("response/teams/<str:code>/<slug:act>", one.act, name="team_act"),
    path("response/dispatch", dispatch.dispatch, name="dispatch"),
    path("response/dispatch/confirm", dispatch.confirm, name="dispatch_confirm"),
    path("response/waves", waves.waves, name="waves"),
    path("response/waves/<uuid:wave_id>", waves.wave, name="wave"),
    path("response/waves/<uuid:wave_id>/accept", waves.accept, name="wave_accept"),
]
