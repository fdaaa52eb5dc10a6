"""Addresses of the pages of the core."""

from django.urls import URLPattern, path

from yinghuo.web.pages import devices, figures, identity, issues, ledger, orders, people, privacy, publications, rosters

urlpatterns: list[URLPattern] = [
    path("orders", orders.orders, name="orders"),
    path("orders/<uuid:order_id>", orders.order, name="order"),
    path("orders/<uuid:order_id>/<slug:name>", orders.order_step, name="order_step"),
    path("issues", issues.issues, name="issues"),
    path("issues/<uuid:issue_id>", issues.issue, name="issue"),
    path("figures", figures.figures, name="figures"),
    path("figures/publications/<uuid:publication_id>", publications.publication, name="publication"),
    path("figures/<str:key>", figures.figure, name="figure"),
    path("figures/<str:key>/records", figures.records, name="records"),
    path("figures/<str:key>/publish", publications.publish, name="publish"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger/checkpoint", ledger.checkpoint, name="checkpoint"),
    path("ledger/verify", ledger.verify, name="verify_ledger"),
    path("ledger/<uuid:entry_id>", ledger.entry, name="entry"),
    path("ledger/<uuid:entry_id>/proof.json", ledger.proof, name="proof"),
    path("people", people.people, name="people"),
    path("people/users/new", people.add_user, name="add_user"),
    path("people/users/<int:user_id>", people.user, name="user"),
    path("people/users/<int:user_id>/deactivate", people.deactivate_user, name="deactivate_user"),
    path("people/users/<int:user_id>/password", people.new_password, name="new_password"),
    path("people/devices", devices.devices, name="devices"),
    path("people/devices/new", devices.enrol_device, name="enrol_device"),
    path("people/devices/<uuid:device_id>", devices.device, name="device"),
    path("persons/<uuid:person_id>/identity", identity.reveal, name="reveal"),
    path("persons/<uuid:person_id>/objection", identity.object_to_use, name="object_to_use"),
    path("privacy", privacy.objections, name="privacy"),
    path("privacy/objections/<uuid:objection_id>", privacy.objection, name="objection"),
    path("privacy/reveals", privacy.reveals, name="reveals"),
    *rosters.addresses,
]
