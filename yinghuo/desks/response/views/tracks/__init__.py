"""Pages of the tracks: the board, a step, rides, places to disinfect."""

from django.urls import URLPattern, path

from yinghuo.desks.response.views.tracks import board, places, rides, steps

addresses: list[URLPattern] = [
    path("response/board", board.boards, name="boards"),
    path("response/events/<str:number>/board", board.board, name="board"),
    path("response/events/<str:number>/tracks/<str:track>/verify", steps.verify, name="track_verify"),
    path("response/steps/<uuid:step_id>", steps.step, name="step"),
    path("response/steps/<uuid:step_id>/done", steps.done, name="step_done"),
    path("response/events/<str:number>/rides", rides.rides, name="rides"),
    path("response/events/<str:number>/rides/new", rides.new_ride, name="new_ride"),
    path("response/rides/<uuid:ride_id>/<str:act>", rides.act, name="ride_act"),
    path("response/events/<str:number>/disinfection", places.places, name="places"),
    path("response/events/<str:number>/disinfection/new", places.new_place, name="new_place"),
    path("response/disinfection/<uuid:place_id>/done", places.done, name="place_done"),
    path("response/disinfection/<uuid:place_id>/check", places.check, name="place_check"),
]
