"""The register of transformers, terminals and meters, and the last value of each quantity."""

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.desks.metering.models.register import LAST_DIGITS


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('address', models.CharField(max_length=12, unique=True)),
                ('protocol', models.CharField(choices=[('dlt645', 'DL/T 645-2007'), ('dlt698', 'DL/T 698.45'), ('gdw376', 'Q/GDW 376.1'), ('cosem', 'DLMS/COSEM')], max_length=10)),
                ('point', models.PositiveSmallIntegerField()),
                ('party_id', models.UUIDField(db_index=True, null=True)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('customer_class', models.CharField(max_length=20)),
                ('wiring', models.CharField(choices=[('1p2w', 'single phase'), ('3p3w', 'three phases, three wires'), ('3p4w', 'three phases, four wires')], max_length=4)),
                ('rated_v', models.DecimalField(decimal_places=1, max_digits=7)),
                ('rated_a', models.DecimalField(decimal_places=2, max_digits=7)),
                ('max_a', models.DecimalField(decimal_places=2, max_digits=7)),
                ('ct_ratio', models.DecimalField(decimal_places=3, default=1, max_digits=9)),
                ('pt_ratio', models.DecimalField(decimal_places=3, default=1, max_digits=9)),
                ('contract_kw', models.DecimalField(decimal_places=1, max_digits=10, null=True)),
                ('tariffs', models.PositiveSmallIntegerField(default=4)),
                ('installed_on', models.DateField()),
                ('retired_on', models.DateField(null=True)),
                ('entry_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LastValue',
            fields=[
                ('pk', models.CompositePrimaryKey('meter_id', 'quantity', blank=True, editable=False, primary_key=True, serialize=False)),
                ('quantity', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('value', models.DecimalField(decimal_places=4, max_digits=18)),
                ('quality', models.CharField(max_length=10)),
                ('received_at', models.DateTimeField()),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='last_values', to='metering.meter')),
            ],
        ),
        migrations.CreateModel(
            name='Terminal',
            fields=[
                ('address', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('protocol', models.CharField(choices=[('dlt645', 'DL/T 645-2007'), ('dlt698', 'DL/T 698.45'), ('gdw376', 'Q/GDW 376.1'), ('cosem', 'DLMS/COSEM')], max_length=10)),
                ('admission', models.CharField(choices=[('held', 'held'), ('admitted', 'admitted'), ('blocked', 'blocked')], default='held', max_length=10)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('host', models.CharField(blank=True, default='', max_length=100)),
                ('port', models.PositiveIntegerField(blank=True, null=True)),
                ('name', models.CharField(blank=True, default='', max_length=80)),
                ('registered_at', models.DateTimeField()),
                ('entry_id', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['admission', 'address'], name='terminal_by_admission')],
                'constraints': [models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='terminal_area_code_form'), models.CheckConstraint(condition=models.Q(('protocol__in', ['dlt645', 'dlt698', 'gdw376', 'cosem'])), name='terminal_protocol_known'), models.CheckConstraint(condition=models.Q(('admission__in', ['held', 'admitted', 'blocked'])), name='terminal_admission_known'), models.CheckConstraint(condition=models.Q(('address__regex', '^[0-9A-F]{8,32}$')), name='terminal_address_form'), models.CheckConstraint(condition=models.Q(models.Q(('host', ''), ('port__isnull', True)), models.Q(models.Q(('host', ''), _negated=True), ('port__range', (1, 65535))), _connector='OR'), name='terminal_dialled_at_host_and_port')],
            },
        ),
        migrations.AddField(
            model_name='meter',
            name='terminal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meters', to='metering.terminal'),
        ),
        migrations.CreateModel(
            name='Transformer',
            fields=[
                ('code', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('rated_kva', models.DecimalField(decimal_places=1, max_digits=9)),
                ('entry_id', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='transformer_area_code_form'), models.CheckConstraint(condition=models.Q(('rated_kva__gt', 0)), name='transformer_has_a_size')],
            },
        ),
        migrations.AddField(
            model_name='meter',
            name='transformer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meters', to='metering.transformer'),
        ),
        migrations.AddIndex(
            model_name='meter',
            index=models.Index(fields=['area_code', 'address'], name='meter_by_area'),
        ),
        migrations.AddIndex(
            model_name='meter',
            index=models.Index(fields=['customer_class', 'address'], name='meter_by_class'),
        ),
        migrations.RunSQL(LAST_DIGITS, "DROP INDEX meter_by_last_digits"),
        migrations.AddIndex(
            model_name='lastvalue',
            index=models.Index(condition=models.Q(('quantity', 1)), fields=['at'], name='last_energy_by_time'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='meter_area_code_form'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '^[0-9]{12}$')), name='meter_address_form'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('protocol__in', ['dlt645', 'dlt698', 'gdw376', 'cosem'])), name='meter_protocol_known'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('wiring__in', ['1p2w', '3p3w', '3p4w'])), name='meter_wiring_known'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('customer_class', ''), _negated=True), name='meter_has_a_class'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('ct_ratio__gt', 0), ('pt_ratio__gt', 0), ('rated_a__gt', 0), ('rated_v__gt', 0), ('max_a__gte', models.F('rated_a'))), name='meter_ratings_make_sense'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('retired_on__isnull', True), ('retired_on__gte', models.F('installed_on')), _connector='OR'), name='meter_retired_after'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_on__isnull', True)), fields=('terminal', 'point'), name='one_meter_a_point'),
        ),
    ]
