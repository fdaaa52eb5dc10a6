"""Meters in use by area, and which were ever heard: kept by the database, so that lists cost the same at a million."""

from django.db import migrations, models

from yinghuo.desks.metering.models.register_promises import KEPT, LET_GO


class Migration(migrations.Migration):
    dependencies = [("metering", "0004_validation")]
    operations = [
        migrations.CreateModel(
            name="AreaCount",
            fields=[
                ("area_code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("meters", models.BigIntegerField()),
            ],
        ),
        migrations.AddField("meter", "heard", models.BooleanField(db_default=False)),
        migrations.AddIndex("meter", models.Index(fields=["protocol", "address"], name="meter_by_protocol")),
        migrations.AddIndex(
            "meter",
            models.Index(fields=["address"], condition=models.Q(("retired_on__isnull", False)), name="meter_retired"),
        ),
        migrations.AddIndex(
            "meter",
            models.Index(
                fields=["address"],
                condition=models.Q(("heard", False), ("retired_on__isnull", True)),
                name="meter_unheard",
            ),
        ),
        migrations.RunSQL(KEPT, LET_GO),
        migrations.RemoveConstraint("terminal", "terminal_dialled_at_host_and_port"),
        migrations.AddConstraint(
            "terminal",
            models.CheckConstraint(
                condition=models.Q(("host", ""), ("port__isnull", True))
                | (
                    models.Q(("host", ""), _negated=True)
                    & models.Q(("port__isnull", False), ("port__range", (1, 65535)))
                ),
                name="terminal_dialled_at_host_and_port",
            ),
        ),
    ]
