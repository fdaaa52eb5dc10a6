"""Counts per site and day, kept by the database as the tubes' rows change."""

from django.db import migrations, models

from yinghuo.desks.sampling.models.tally import COUNTED, keep_tallies


class Migration(migrations.Migration):
    dependencies = [("sampling", "0009_plans")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("site_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("campaign_id", models.UUIDField()),
                *((name, models.BigIntegerField(default=0)) for name in COUNTED),
                ("first_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["campaign_id", "site_id"], name="tally_campaign")]},
        ),
        migrations.AddIndex(
            "tube",
            models.Index(fields=["campaign_id", "-first_at"], name="tube_latest"),
        ),
        keep_tallies(),
    ]
