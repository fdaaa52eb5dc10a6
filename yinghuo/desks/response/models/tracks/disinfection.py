"""Disinfection of places: what is treated with which agent and dose, what was mixed, what the check found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE
from yinghuo.desks.response.models.cases import Event
from yinghuo.desks.response.models.tracks.facilities import Room
from yinghuo.desks.response.models.tracks.transfers import Transfer


class CheckMethod(models.TextChoices):
    """How the effect is checked."""

    CHLORINE = "chlorine", _("residual chlorine, mg/L")
    ATP = "atp", _("ATP, RLU")
    CULTURE = "culture", _("culture, CFU/cm²")


class Disinfection(models.Model):
    """One place and one target, by the row of the handbook (`rules.disinfection`) that was in force.

    place:      in words, where it is neither a venue nor a room
    after:      the ride that has to have left before; None: nobody was there
    dose_mg_l:  available chlorine, mg/L; contact_min: how long it has to act
    litres, stock_l, water_l: of solution, of stock and of water
    check_value, check_limit: in the method's unit; passed: as the limit says
    """

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="disinfections")
    order_id = models.UUIDField(unique=True)
    area_code = models.CharField(max_length=12, db_index=True)
    venue_id = models.UUIDField(null=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="disinfections")
    place = models.TextField(default="", blank=True)
    after = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, related_name="disinfections")
    target = models.CharField(max_length=16)
    agent = models.CharField(max_length=24)
    dose_mg_l = models.PositiveIntegerField()
    contact_min = models.PositiveSmallIntegerField()
    area_m2 = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    litres = models.DecimalField(max_digits=9, decimal_places=3)
    stock_mg_l = models.PositiveIntegerField()
    stock_l = models.DecimalField(max_digits=9, decimal_places=3)
    water_l = models.DecimalField(max_digits=9, decimal_places=3)
    listed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.TextField(default="", blank=True)
    check_method = models.CharField(max_length=10, choices=CheckMethod.choices, default="", blank=True)
    check_value = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.TextField(default="", blank=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["event", "listed_at"], name="disinfection_by_event")]
        constraints = [
            models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name="disinfection_area_code_form"),
            models.CheckConstraint(
                condition=Q(checked_by="") | ~Q(checked_by=F("done_by")), name="disinfection_checked_by_another"
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, passed__isnull=True)
                | Q(checked_at__isnull=False, passed__isnull=False, done_at__isnull=False),
                name="disinfection_checked_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"disinfection:{self.pk}"
