"""Where people are taken: hospitals with what they told of their beds, isolation sites with their rooms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE


class FacilityKind(models.TextChoices):
    """What sort of place people are taken to."""

    HOSPITAL = "hospital", _("designated hospital")
    SITE = "site", _("isolation site")


class RoomSort(models.TextChoices):
    """For whom a room is meant."""

    SINGLE = "single", _("single room")
    FAMILY = "family", _("family room")


class BedKind(models.TextChoices):
    """What a hospital's bed is for."""

    ISOLATION = "isolation", _("isolation ward")
    PRESSURE = "pressure", _("negative pressure")
    INTENSIVE = "intensive", _("intensive care")
    CHILD = "child", _("children’s ward")
    MATERNITY = "maternity", _("maternity ward")
    DIALYSIS = "dialysis", _("ward with dialysis")


class Facility(models.Model):
    """A hospital of `core.parties`, or an isolation site.

    party_id: the hospital as a party; None for a site
    lat, lon: degrees WGS 84; closed_on: nobody new is taken in from that day on
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=FacilityKind.choices)
    party_id = models.UUIDField(null=True, db_index=True)
    name_zh = models.TextField()
    name_en = models.TextField(default="", blank=True)
    area_code = models.CharField(max_length=12, db_index=True)
    address = models.TextField(default="", blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FacilityKind.values), name="facility_kind_known"),
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="facility_area_code_form"),
            models.CheckConstraint(
                condition=Q(kind="hospital", party_id__isnull=False) | Q(kind="site"), name="hospital_is_a_party"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        return str((self.name_en if get_language() == "en" else "") or self.name_zh)


class Capacity(models.Model):
    """A dated fact: from `told_at` on a hospital offers the response so many beds of a kind, by number 1 to `beds`."""

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="capacities")
    bed_kind = models.CharField(max_length=12, choices=BedKind.choices)
    beds = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()
    by = models.TextField()
    entry_id = models.UUIDField()

    class Meta:
        verbose_name_plural = "capacities"
        indexes = [models.Index(fields=["facility", "bed_kind", "-told_at"], name="capacity_latest")]
        constraints = [models.CheckConstraint(condition=Q(bed_kind__in=BedKind.values), name="capacity_kind_known")]


class Room(models.Model):
    """A room of an isolation site; `accessible`: somebody who cannot climb stairs can be there."""

    id = models.UUIDField(primary_key=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="rooms")
    code = models.CharField(max_length=20)
    beds = models.PositiveSmallIntegerField(default=1)
    sort = models.CharField(max_length=10, choices=RoomSort.choices, default=RoomSort.SINGLE)
    accessible = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="one_room_a_code"),
            models.CheckConstraint(condition=Q(sort__in=RoomSort.values), name="room_sort_known"),
            models.CheckConstraint(condition=Q(beds__gte=1), name="room_has_a_bed"),
        ]

    def __str__(self) -> str:
        return self.code
