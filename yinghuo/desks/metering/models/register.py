"""The register: transformers, terminals, meters, and the last value that each meter gave of each quantity."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yinghuo.core.areas.rules import AREA_CODE

LAST_DIGITS = "CREATE INDEX meter_by_last_digits ON metering_meter (reverse(address) text_pattern_ops)"
METER_ADDRESS = r"^[0-9]{12}$"
TERMINAL_ADDRESS = r"^[0-9A-F]{8,32}$"


class Protocol(models.TextChoices):
    """What a meter or terminal speaks; a meter behind a terminal speaks to it, and the terminal to us."""

    DLT645 = "dlt645", "DL/T 645-2007"
    DLT698 = "dlt698", "DL/T 698.45"
    GDW376 = "gdw376", "Q/GDW 376.1"
    COSEM = "cosem", "DLMS/COSEM"


class Admission(models.TextChoices):
    """Whether a terminal is trusted; one that nobody announced is held until somebody decides."""

    HELD = "held", _("held")
    ADMITTED = "admitted", _("admitted")
    BLOCKED = "blocked", _("blocked")


class Wiring(models.TextChoices):
    """How a meter is wired."""

    SINGLE = "1p2w", _("single phase")
    THREE_WIRE = "3p3w", _("three phases, three wires")
    FOUR_WIRE = "3p4w", _("three phases, four wires")


def in_area(name: str) -> models.CheckConstraint:
    """The check that an area code has the form of one."""
    return models.CheckConstraint(condition=Q(area_code__regex=AREA_CODE), name=name)


class Transformer(models.Model):
    """A transformer of a station area (台区); `code` is the grid company's, `entry_id` as of a meter."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=80)
    area_code = models.CharField(max_length=12, db_index=True)
    rated_kva = models.DecimalField(max_digits=9, decimal_places=1)
    entry_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            in_area("transformer_area_code_form"),
            models.CheckConstraint(condition=Q(rated_kva__gt=0), name="transformer_has_a_size"),
        ]


class Terminal(models.Model):
    """A terminal or concentrator that logs in, or (`host` and `port` given) a serial server that is dialled.

    address:  as it gives it at login, hexadecimal capitals; of a serial server any name in that form
    entry_id: the ledger entry of the register file that wrote it last
    """

    address = models.CharField(max_length=32, primary_key=True)
    protocol = models.CharField(max_length=10, choices=Protocol.choices)
    admission = models.CharField(max_length=10, choices=Admission.choices, default=Admission.HELD)
    area_code = models.CharField(max_length=12, db_index=True)
    host = models.CharField(max_length=100, default="", blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    name = models.CharField(max_length=80, default="", blank=True)
    registered_at = models.DateTimeField()
    entry_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["admission", "address"], name="terminal_by_admission")]
        constraints = [
            in_area("terminal_area_code_form"),
            models.CheckConstraint(condition=Q(protocol__in=Protocol.values), name="terminal_protocol_known"),
            models.CheckConstraint(condition=Q(admission__in=Admission.values), name="terminal_admission_known"),
            models.CheckConstraint(condition=Q(address__regex=TERMINAL_ADDRESS), name="terminal_address_form"),
            models.CheckConstraint(
                condition=Q(host="", port__isnull=True) | (~Q(host="") & Q(port__isnull=False, port__range=(1, 65535))),
                name="terminal_dialled_at_host_and_port",
            ),
        ]


class Meter(models.Model):
    """A meter: where it hangs, how it is wired, what it may carry.

    id:          small and never given twice: the key of readings in the lake
    point:       measuring point number (测量点) at its terminal
    ct_ratio, pt_ratio: what registers and instantaneous values are multiplied by
    rated_v, rated_a, max_a: on the meter's side of the transformers
    contract_kw: contract capacity on the customer's side; null where none is known
    customer_class: whose rules of validation count ("industrial", "hospital", "residential", …)
    entry_id:    the ledger entry of the register file that wrote it last
    heard:       whether its register of energy was ever read; kept by the database
    """

    id = models.AutoField(primary_key=True)
    address = models.CharField(max_length=12, unique=True)
    protocol = models.CharField(max_length=10, choices=Protocol.choices)
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="meters")
    point = models.PositiveSmallIntegerField()
    transformer = models.ForeignKey(Transformer, null=True, on_delete=models.PROTECT, related_name="meters")
    party_id = models.UUIDField(null=True, db_index=True)
    area_code = models.CharField(max_length=12, db_index=True)
    customer_class = models.CharField(max_length=20)
    wiring = models.CharField(max_length=4, choices=Wiring.choices)
    rated_v = models.DecimalField(max_digits=7, decimal_places=1)
    rated_a = models.DecimalField(max_digits=7, decimal_places=2)
    max_a = models.DecimalField(max_digits=7, decimal_places=2)
    ct_ratio = models.DecimalField(max_digits=9, decimal_places=3, default=1)
    pt_ratio = models.DecimalField(max_digits=9, decimal_places=3, default=1)
    contract_kw = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    tariffs = models.PositiveSmallIntegerField(default=4)
    installed_on = models.DateField()
    retired_on = models.DateField(null=True)
    entry_id = models.UUIDField(null=True)
    heard = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["area_code", "address"], name="meter_by_area"),
            models.Index(fields=["customer_class", "address"], name="meter_by_class"),
            models.Index(fields=["protocol", "address"], name="meter_by_protocol"),
            models.Index(fields=["address"], condition=Q(retired_on__isnull=False), name="meter_retired"),
            models.Index(fields=["address"], condition=Q(heard=False, retired_on__isnull=True), name="meter_unheard"),
        ]
        constraints = [
            in_area("meter_area_code_form"),
            models.CheckConstraint(condition=Q(address__regex=METER_ADDRESS), name="meter_address_form"),
            models.CheckConstraint(condition=Q(protocol__in=Protocol.values), name="meter_protocol_known"),
            models.CheckConstraint(condition=Q(wiring__in=Wiring.values), name="meter_wiring_known"),
            models.CheckConstraint(condition=~Q(customer_class=""), name="meter_has_a_class"),
            models.CheckConstraint(
                condition=Q(rated_v__gt=0, rated_a__gt=0, ct_ratio__gt=0, pt_ratio__gt=0) & Q(max_a__gte=F("rated_a")),
                name="meter_ratings_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("installed_on")), name="meter_retired_after"
            ),
            models.UniqueConstraint(
                fields=["terminal", "point"], condition=Q(retired_on__isnull=True), name="one_meter_a_point"
            ),
        ]


class LastValue(models.Model):
    """The latest value of a quantity (`engines.meters.quantities`, by number): for pages and for the next check."""

    pk = models.CompositePrimaryKey("meter_id", "quantity")
    meter = models.ForeignKey(Meter, on_delete=models.CASCADE, related_name="last_values")
    quantity = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    quality = models.CharField(max_length=10)
    received_at = models.DateTimeField()

    class Meta:
        # the register of energy tells which meters are silent
        indexes = [models.Index(fields=["at"], condition=Q(quantity=1), name="last_energy_by_time")]


class AreaCount(models.Model):
    """How many meters of an area are in use: derived, kept by the database (`register_promises`)."""

    area_code = models.CharField(max_length=12, primary_key=True)
    meters = models.BigIntegerField()
