"""Enterprises, hospitals, laboratories and agencies."""

from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

INDUSTRY = r"^([A-T]?|[A-T]?[0-9]{2,4})$"


class PartyKind(models.TextChoices):
    """What sort of organisation it is."""

    ENTERPRISE = "enterprise", _("enterprise")
    HOSPITAL = "hospital", _("hospital")
    LABORATORY = "laboratory", _("laboratory")
    AGENCY = "agency", _("agency")


class Party(models.Model):
    """An organisation: who it is (GB 32100), what it does (GB/T 4754), where, and whom to call there.

    credit_code: unified social credit code, empty where none is known
    industry: section, division, group or class, e.g. C3611
    contacts: list of {name, phone, role}; how to reach them at work, nothing private
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20, choices=PartyKind.choices)
    name_zh = models.TextField()
    name_en = models.TextField(default="", blank=True)
    credit_code = models.CharField(max_length=18, default="", blank=True)
    industry = models.CharField(max_length=5, default="", blank=True)
    area_code = models.CharField(max_length=12, db_index=True)
    contacts = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parties"
        indexes = [models.Index(fields=["name_zh", "id"], name="party_by_name")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=PartyKind.values), name="party_kind_known"),
            models.CheckConstraint(condition=~models.Q(name_zh=""), name="party_is_named"),
            models.CheckConstraint(condition=models.Q(area_code__regex=AREA_CODE), name="party_area_code_form"),
            models.CheckConstraint(condition=models.Q(industry__regex=INDUSTRY), name="party_industry_form"),
            models.CheckConstraint(
                condition=models.Q(credit_code="") | models.Q(credit_code__regex="^[0-9A-Z]{18}$"),
                name="party_credit_code_form",
            ),
            models.CheckConstraint(
                condition=Exact(
                    models.Func("contacts", function="jsonb_typeof", output_field=models.TextField()),
                    models.Value("array"),
                ),
                name="party_contacts_are_a_list",
            ),
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="one_party_a_credit_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        return str((self.name_en if get_language() == "en" else "") or self.name_zh)
