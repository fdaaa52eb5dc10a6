"""Rules of validation and what they found."""

import django.db.models.expressions
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only
from yinghuo.desks.metering.validation_rules import STANDARD


def lay_down(apps, schema_editor):
    """The standard rules, as they stand when this installation is made; later ones are further rows."""
    rule = apps.get_model("metering", "ValidationRule")
    rule.objects.bulk_create([rule(**row.fields()) for row in STANDARD])


class Migration(migrations.Migration):
    dependencies = [("metering", "0003_lake")]
    operations = [
        migrations.CreateModel(
            name='Edited',
            fields=[
                ('id', models.UUIDField()),
                ('meter_id', models.BigIntegerField()),
                ('area_code', models.CharField(max_length=12)),
                ('customer_class', models.CharField(max_length=20)),
                ('quantity', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('entry_id', models.UUIDField(db_index=True)),
                ('pk', models.CompositePrimaryKey('meter_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('value', models.DecimalField(decimal_places=4, max_digits=18)),
                ('was', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('was_quality', models.CharField(max_length=10)),
                ('by', models.TextField()),
                ('reason', models.TextField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Gone',
            fields=[
                ('pk', models.CompositePrimaryKey('meter_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('meter_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('entry_id', models.UUIDField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='DayCount',
            fields=[
                ('pk', models.CompositePrimaryKey('area_code', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('area_code', models.CharField(max_length=12)),
                ('customer_class', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('revision', models.IntegerField()),
                ('meters', models.IntegerField()),
                ('points', models.IntegerField()),
                ('measured', models.IntegerField()),
                ('estimated', models.IntegerField()),
                ('edited', models.IntegerField()),
                ('rejected', models.IntegerField()),
                ('missing', models.IntegerField()),
                ('entry_id', models.UUIDField(db_index=True)),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'area_code'], name='day_counted')],
                'constraints': [models.UniqueConstraint(fields=('area_code', 'customer_class', 'day', 'revision'), name='day_counted_once_a_revision'), models.CheckConstraint(condition=models.Q(('points', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('measured'), '+', models.F('estimated')), '+', models.F('edited')), '+', models.F('rejected')), '+', models.F('missing'))), ('points__gte', 0)), name='points_of_a_day_add_up')],
            },
        ),
        migrations.CreateModel(
            name='Estimated',
            fields=[
                ('id', models.UUIDField()),
                ('meter_id', models.BigIntegerField()),
                ('area_code', models.CharField(max_length=12)),
                ('customer_class', models.CharField(max_length=20)),
                ('quantity', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('entry_id', models.UUIDField(db_index=True)),
                ('pk', models.CompositePrimaryKey('meter_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('until', models.DateTimeField()),
                ('points', models.PositiveIntegerField()),
                ('method', models.CharField(max_length=10)),
                ('because', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'meter_id'], name='estimated_by_day')],
            },
        ),
        migrations.CreateModel(
            name='Found',
            fields=[
                ('id', models.UUIDField()),
                ('meter_id', models.BigIntegerField()),
                ('area_code', models.CharField(max_length=12)),
                ('customer_class', models.CharField(max_length=20)),
                ('quantity', models.SmallIntegerField()),
                ('at', models.DateTimeField()),
                ('entry_id', models.UUIDField(db_index=True)),
                ('pk', models.CompositePrimaryKey('meter_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('until', models.DateTimeField()),
                ('rule', models.CharField(max_length=30)),
                ('rule_id', models.UUIDField()),
                ('verdict', models.CharField(max_length=10)),
                ('effect', models.CharField(max_length=10)),
                ('observed', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ('allowed', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'rule', 'id'], name='found_by_day'), models.Index(fields=['area_code', 'day'], name='found_by_area')],
            },
        ),
        migrations.CreateModel(
            name='SpecialDays',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('area_code', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('shutdown', 'shut-down: no reference day'), ('rest', 'rest day: counts as a Sunday'), ('working', 'weekend that is worked')], max_length=10)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('source_zh', models.TextField()),
                ('source_en', models.TextField()),
                ('entry_id', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['first', 'last'], name='special_days')],
                'constraints': [models.UniqueConstraint(fields=('area_code', 'kind', 'first', 'last'), name='special_days_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['shutdown', 'rest', 'working'])), name='special_kind_known'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='special_days_end_after_they_begin')],
            },
        ),
        migrations.CreateModel(
            name='ValidationRule',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=30)),
                ('customer_class', models.CharField(blank=True, default='', max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('parameters', models.JSONField()),
                ('effect', models.CharField(choices=[('doubt', 'reading stays, a finding says so'), ('reject', 'reading is not believed and is estimated')], default='doubt', max_length=10)),
                ('source_zh', models.TextField()),
                ('source_en', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'customer_class', 'valid_from'), name='one_rule_from_a_day'), models.CheckConstraint(condition=models.Q(('effect__in', ['doubt', 'reject'])), name='rule_effect_known'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='rule_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('source_zh', ''), _negated=True), models.Q(('source_en', ''), _negated=True)), name='rule_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='ValidationRun',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('lake_version', models.BigIntegerField()),
                ('rules_sha256', models.CharField(max_length=64)),
                ('meters', models.PositiveIntegerField()),
                ('found', models.PositiveIntegerField()),
                ('gone', models.PositiveIntegerField()),
                ('estimated', models.PositiveIntegerField()),
                ('took_ms', models.PositiveIntegerField()),
                ('entry_id', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'at'], name='validation_run_day')],
            },
        ),
        append_only("metering_found"),
        append_only("metering_gone"),
        append_only("metering_estimated"),
        append_only("metering_edited"),
        append_only("metering_daycount"),
        append_only("metering_specialdays"),
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
