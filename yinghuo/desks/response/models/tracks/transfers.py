"""Rides (转运): who is taken where, the place reserved there, and the hand-over as both sides recorded it."""

from django.db import models
from django.db.models import F, Q

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.cases import Case, Event
from yinghuo.desks.response.models.tracks.facilities import BedKind, Facility
from yinghuo.desks.response.models.tracks.stays import Stay


class Transfer(models.Model):
    """One person's ride to a hospital's bed, or to the room of a stay.

    bed_kind, bed_no: the hospital's bed, held from the reservation until `freed_at`; "" and None for a stay
    stay:      the stay whose bed is meant; None for a hospital
    needs:     codes of `rules.facilities.RideNeed`
    left_by, arrived_by: two different hands; arrived_at_facility: where they really came to
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="transfers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="transfers")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True, related_name="transfers")
    order_id = models.UUIDField(unique=True)
    person = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="transfers")
    bed_kind = models.CharField(max_length=12, choices=BedKind.choices, default="", blank=True)
    bed_no = models.PositiveSmallIntegerField(null=True)
    needs = models.JSONField(default=list)
    from_lat = models.FloatField(null=True)
    from_lon = models.FloatField(null=True)
    reserved_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_by = models.TextField(default="", blank=True)
    arrived_at = models.DateTimeField(null=True)
    arrived_by = models.TextField(default="", blank=True)
    arrived_at_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="taken_in")
    freed_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["event", "reserved_at"], name="transfer_by_event")]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "bed_kind", "bed_no"],
                condition=Q(freed_at__isnull=True, bed_no__isnull=False),
                name="one_person_a_hospital_bed",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(freed_at__isnull=True, bed_no__isnull=False),
                name="one_hospital_bed_a_person",
            ),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="transfer_area_code_form"),
            models.CheckConstraint(
                condition=Q(stay__isnull=True, bed_no__isnull=False, bed_kind__in=BedKind.values)
                | Q(stay__isnull=False, bed_no__isnull=True, bed_kind=""),
                name="transfer_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(arrived_by="") | Q(left_by="") | ~Q(arrived_by=F("left_by")), name="handover_has_two_hands"
            ),
        ]

    def __str__(self) -> str:
        return f"transfer:{self.pk}"
