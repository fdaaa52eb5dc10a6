"""What people in isolation ask for; the words are emptied some days after the stay ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinghuo.desks.response.models.tracks.stays import Stay


class NeedKind(models.TextChoices):
    """What is asked for; `rules.needs` has a clock for each."""

    DIALYSIS = "dialysis", _("dialysis")
    PREGNANCY = "pregnancy", _("pregnancy")
    MEDICINE = "medicine", _("medicine or a doctor")
    CHILD = "child", _("a child")
    FOOD = "food", _("food and water")
    ANIMAL = "animal", _("an animal left at home")
    OTHER = "other", _("something else")


class Need(models.Model):
    """A request of somebody in isolation; `id` is its order's.

    text, answer: in words; emptied at `erased_at`; asked_by: "stay" when the person asked by the slip's page
    """

    id = models.UUIDField(primary_key=True)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=10, choices=NeedKind.choices)
    text = models.TextField(default="", blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="", blank=True)
    erased_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["stay", "asked_at"], name="need_by_stay")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NeedKind.values), name="need_kind_known"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text="", answer=""), name="need_erased_is_gone"
            ),
        ]

    def __str__(self) -> str:
        return f"need:{self.pk}"
