"""Users and devices that act; persons under a pseudonym, with an end to what is known of them."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

AREA_CODE_OR_NONE = rf"^$|{AREA_CODE}"
LAST_DAY = date(2200, 1, 1)  # a row kept beyond it would be kept for ever
HAS_A_LAST_DAY = models.Q(keep_until__isnull=False, keep_until__lt=LAST_DAY)


class Role(models.TextChoices):
    """What a user is here to do; `access.ALLOWED` says what that lets them do."""

    ADMIN = "admin", _("administrator")
    MANAGER = "manager", _("campaign manager")
    LABORATORY = "laboratory", _("laboratory technician")
    DUTY = "duty", _("duty officer")
    RESPONSE = "response", _("response officer")
    METERING = "metering", _("metering engineer")
    SAFETY = "safety", _("enterprise safety officer")
    AUDITOR = "auditor", _("auditor")
    STATISTICIAN = "statistician", _("statistician")


class Language(models.TextChoices):
    """Languages a user can work in."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class User(AbstractUser):
    """Somebody who signs in: one role, one area with all that lies in it ("" is nowhere)."""

    first_name = None  # type: ignore[assignment]  # a name stands whole, in two languages
    last_name = None  # type: ignore[assignment]
    role = models.CharField(max_length=20, choices=Role.choices)
    area_code = models.CharField(max_length=12, default="", blank=True, db_index=True)
    party_id = models.UUIDField(null=True, blank=True)
    name_zh = models.TextField(default="", blank=True)
    name_en = models.TextField(default="", blank=True)
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.CHINESE)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=models.Q(area_code__regex=AREA_CODE_OR_NONE), name="user_area_code_form"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="user_language_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """How the ledger names this user."""
        return f"user:{self.pk}"

    @property
    def name(self) -> str:
        """The name in the reader's language; the user name where none was given."""
        return str((self.name_en if get_language() == "en" else self.name_zh) or self.username)

    def get_full_name(self) -> str:
        """The same as `name`, for Django."""
        return self.name

    def get_short_name(self) -> str:
        """The same as `name`, for Django."""
        return self.name


class DeviceKind(models.TextChoices):
    """What a device is used for."""

    PHONE = "phone", _("sampler's phone")
    COURIER = "courier", _("courier's phone")
    LABORATORY = "laboratory", _("laboratory's computer")
    TEAM = "team", _("follow-up team's phone")


class Device(models.Model):
    """A device that sends facts; known by the SHA-256 of its token, in hexadecimal, until it is revoked."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    kind = models.CharField(max_length=20, choices=DeviceKind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    site_id = models.BigIntegerField(null=True)
    party_id = models.UUIDField(null=True)
    area_code = models.CharField(max_length=12, db_index=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.TextField()
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.TextField(default="", blank=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DeviceKind.values), name="device_kind_known"),
            models.CheckConstraint(condition=models.Q(token_hash__regex="^[0-9a-f]{64}$"), name="device_token_hashed"),  # noqa: S106 - a form
            models.CheckConstraint(condition=models.Q(area_code__regex=AREA_CODE), name="device_area_code_form"),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_because="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_because=""),
                name="device_revoked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """How the ledger names this device."""
        return f"device:{self.pk}"


class Person(models.Model):
    """A person as facts know them: `id` is the pseudonym, and the column by which the table can be spread.

    group: household, workshop line, dormitory room
    identity: sealed number, name and phone (`identity.seal`); NULL once erased
    keep_until: the last day on which the identity is kept; NOT NULL, and never "for ever"
    """

    id = models.UUIDField(primary_key=True)
    area_code = models.CharField(max_length=12, db_index=True)
    party_id = models.UUIDField(null=True, db_index=True)
    group = models.TextField(default="", db_default="", blank=True)
    identity = models.BinaryField(null=True)
    keep_until = models.DateField()
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=HAS_A_LAST_DAY, name="person_kept_until_a_day"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(identity__isnull=True),
                name="person_erased_is_gone",
            ),
            models.CheckConstraint(
                condition=models.Q(area_code__regex=AREA_CODE_OR_NONE), name="person_area_code_form"
            ),
        ]
        indexes = [
            models.Index(fields=["keep_until"], condition=models.Q(erased_at__isnull=True), name="person_due"),
            models.Index(
                "area_code",
                "group",
                models.F("party_id").asc(nulls_first=True),
                condition=~models.Q(group=""),
                name="person_by_group",
            ),
        ]

    def __str__(self) -> str:
        return f"person:{self.pk}"


class Objection(models.Model):
    """What a person holds against the processing of their data, and the answer; its text is forgotten in time, too."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="objections")
    area_code = models.CharField(max_length=12, db_index=True)
    text = models.TextField()
    raised_at = models.DateTimeField()
    raised_by = models.TextField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)
    keep_until = models.DateField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=HAS_A_LAST_DAY, name="objection_kept_until_a_day"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by="", answer="")
                | models.Q(settled_at__isnull=False) & ~models.Q(settled_by=""),
                name="objection_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) & ~models.Q(text="")
                | models.Q(erased_at__isnull=False, text="", answer=""),
                name="objection_erased_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"objection:{self.pk}"


class Reveal(models.Model):
    """Why an identity was looked at. A reason can name people, so the ledger holds SHA-256 of `salt` and `reason` only.

    id: the ledger entry's id
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    area_code = models.CharField(max_length=12, db_index=True)
    by = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField()
    salt = models.TextField()
    keep_until = models.DateField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=HAS_A_LAST_DAY, name="reveal_kept_until_a_day"),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) & ~models.Q(reason="")
                | models.Q(erased_at__isnull=False, reason="", salt=""),
                name="reveal_erased_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"reveal:{self.pk}"
