"""Pages of custody: reconciliation, labels, boxes, reception, carriage."""

from django.urls import URLPattern, path

from yinghuo.desks.sampling.views.custody import boxes, carriage, labels, reception, reconciliation

addresses: list[URLPattern] = [
    path("sampling/<uuid:campaign_id>/custody", reconciliation.custody, name="custody"),
    path("sampling/<uuid:campaign_id>/custody/clocks", reconciliation.clocks, name="custody_clocks"),
    path("sampling/<uuid:campaign_id>/custody/<str:which>", reconciliation.tubes, name="custody_tubes"),
    path("sampling/<uuid:campaign_id>/boxes", boxes.boxes, name="boxes"),
    path("boxes/<str:code>", boxes.box, name="box"),
    path("sampling/<uuid:campaign_id>/labels", labels.labels, name="labels"),
    path("sampling/<uuid:campaign_id>/labels/print", labels.print_labels, name="print_labels"),
    path("sampling/<uuid:campaign_id>/labels/give", labels.give_codes, name="give_codes"),
    path("sampling/<uuid:campaign_id>/carriage", carriage.carriage, name="carriage"),
    path("sampling/<uuid:campaign_id>/carriage/laboratory", carriage.add_laboratory, name="carriage_laboratory"),
    path("sampling/<uuid:campaign_id>/carriage/vehicle", carriage.add_vehicle, name="carriage_vehicle"),
    path("carriage/<uuid:plan_id>", carriage.carriage_plan, name="carriage_plan"),
    path("carriage/<uuid:plan_id>/accept", carriage.accept_plan, name="carriage_accept"),
    path("reception", reception.reception, name="reception"),
    path("reception/scan", reception.scan, name="reception_scan"),
    path("reception/box", reception.take_box, name="reception_box"),
    path("labels/<uuid:run_id>", labels.label_run, name="label_run"),
    path("labels/<uuid:run_id>.pdf", labels.label_file, name="label_file"),
]
