"""Sentences for what is refused about labels, boxes and carriage."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

STATUSES: dict[str, int] = {}
SENTENCES: dict[str, Promise] = {
    "box.unknown": lazy("There is no box %(box)s in your area. Nothing was taken; scan its code again."),
    "received.empty": lazy("The scan held no code. Nothing was taken; scan it again."),
    "carriage.no_box": lazy("No box waits to be fetched. Nothing was planned."),
    "carriage.no_laboratory": lazy("There is no laboratory with a vehicle in this area. Nothing was planned; add one."),
    "carriage.unknown": lazy("This plan is not known. The list may have changed: open it again."),
    "vehicle.exists": lazy("The plate %(plate)s belongs to another vehicle. Nothing was added."),
    "codes.given": lazy("Codes %(first)s to %(last)s belong to %(site)s already. Nothing was given; choose others."),
    "codes.not_issued": lazy("Codes %(first)s to %(last)s were not all issued to this campaign in one range."),
    "codes.range": lazy("%(first)s to %(last)s is no range of codes: one length, and a number at the end."),
    "labels.font": lazy("The font for labels is not installed, so nothing was drawn. Run the set-up again."),
    "labels.many": lazy("%(count)s labels are too many for one print; at most %(most)s. Print them in parts."),
    "labels.printed": lazy("Codes from %(first)s to %(last)s were printed at %(at)s. A reprint needs a reason."),
    "labels.size": lazy("“%(size)s” is not a label size. Choose one from the list."),
    "labels.too_long": lazy("%(label)s is too long for labels of this size. Choose a larger size."),
    "custody.clock": lazy(
        "%(within_min)s minutes cannot be set for this stage: from 1 minute to 7 days. Nothing was changed."
    ),
}
