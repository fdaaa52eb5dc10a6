"""One-time codes for looking results up; facts are only ever added."""

from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("sampling", "0007_messages")]
    operations = [
        migrations.CreateModel(
            name="LookupCode",
            fields=[
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("device", models.UUIDField()),
                ("entry_id", models.UUIDField(db_index=True)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tube", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tube", models.CharField(max_length=40)),
                ("swab", models.UUIDField()),
                ("code", models.UUIDField(db_index=True)),
            ],
            options={"abstract": False},
        ),
        append_only("sampling_lookupcode"),
    ]
