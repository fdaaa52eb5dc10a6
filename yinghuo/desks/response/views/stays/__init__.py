"""Pages of isolation: stays, one stay, sites and hospitals, needs; and the page of the slip, for everybody."""

from django.urls import URLPattern, path

from yinghuo.desks.response.views.stays import acts, homes, lists, needs, public, sites

addresses: list[URLPattern] = [
    path("response/stays", lists.stays, name="stays"),
    path("response/stays/<uuid:stay_id>", lists.stay, name="stay"),
    path("response/stays/<uuid:stay_id>/end", acts.end, name="end_stay"),
    path("response/stays/<uuid:stay_id>/until", acts.until, name="stay_until"),
    path("response/stays/<uuid:stay_id>/slip", acts.slip, name="stay_slip"),
    path("response/stays/<uuid:stay_id>/object", acts.object_to, name="object_to_stay"),
    path("response/stays/<uuid:stay_id>/ask", needs.ask, name="ask_need"),
    path("response/stays/<uuid:stay_id>/home", homes.go_home, name="go_home"),
    path("response/events/<str:number>/home", homes.at_home, name="at_home"),
    path("response/terms/<uuid:term_id>/confirm", acts.confirm, name="confirm_term"),
    path("response/needs", needs.needs_list, name="needs"),
    path("response/needs/<uuid:need_id>", needs.need, name="need"),
    path("response/facilities", sites.sites, name="facilities"),
    path("response/facilities/new", sites.new_site, name="new_facility"),
    path("response/facilities/<uuid:facility_id>", sites.site, name="facility"),
    path("isolation", public.ask_code, name="isolation"),
    path("isolation/<str:language>", public.ask_code, name="isolation_in"),
    path("i/<str:code>", public.page, name="my_stay"),
    path("i/<str:code>/<str:language>", public.page, name="my_stay_in"),
]
