"""Tables of the response desk: files of other systems, their faults, foreign ids, what was given out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("response", "0007_curves")]

    operations = [
        migrations.CreateModel(
            name='ForeignId',
            fields=[
                ('pk', models.CompositePrimaryKey('source', 'kind', 'foreign_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=10)),
                ('foreign_id', models.CharField(max_length=120)),
                ('our_id', models.UUIDField(db_index=True)),
                ('imported', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='GivenOut',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('form', models.CharField(choices=[('line_list', 'line list (CSV or XLSX)'), ('godata', 'Go.Data (JSON, CSV or XLSX)'), ('sormas', 'SORMAS (CSV)'), ('dhis2', 'DHIS2 tracker (JSON)'), ('fhir', 'FHIR R4 (Bundle)')], max_length=10)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('event', models.UUIDField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('names', models.BooleanField(default=False)),
                ('unsaid', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['-at'], name='given_out_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('form__in', ['line_list', 'godata', 'sormas', 'dhis2', 'fhir'])), name='given_out_form_known')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=60)),
                ('form', models.CharField(choices=[('line_list', 'line list (CSV or XLSX)'), ('godata', 'Go.Data (JSON, CSV or XLSX)'), ('sormas', 'SORMAS (CSV)'), ('dhis2', 'DHIS2 tracker (JSON)'), ('fhir', 'FHIR R4 (Bundle)')], max_length=10)),
                ('name', models.TextField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('bytes', models.BigIntegerField()),
                ('file_nonce', models.BinaryField(null=True)),
                ('policy', models.CharField(choices=[('skip', 'leave known records as they are'), ('merge', 'bring known records up to date'), ('new', 'take in new records only')], max_length=10)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('event', models.UUIDField(null=True)),
                ('mapping', models.JSONField(default=dict)),
                ('stage', models.CharField(choices=[('ready', 'tried out, waiting for confirmation'), ('applying', 'records being taken in'), ('done', 'records taken in'), ('withdrawn', 'withdrawn by a person')], default='ready', max_length=10)),
                ('counts', models.JSONField(default=dict)),
                ('unread', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.TextField()),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.TextField(blank=True, default='')),
                ('keep_until', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['-begun_at', '-id'], name='import_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('form__in', ['line_list', 'godata', 'sormas', 'dhis2', 'fhir'])), name='import_form_known'), models.CheckConstraint(condition=models.Q(('policy__in', ['skip', 'merge', 'new'])), name='import_policy_known'), models.CheckConstraint(condition=models.Q(('stage__in', ['ready', 'applying', 'done', 'withdrawn'])), name='import_stage_known'), models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='import_area_code_form')],
            },
        ),
        migrations.CreateModel(
            name='ImportFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('field', models.CharField(max_length=60)),
                ('cause', models.CharField(max_length=20)),
                ('value', models.TextField(blank=True, default='')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='faults', to='response.import')),
            ],
            options={
                'indexes': [models.Index(fields=['one', 'row', 'id'], name='import_fault_by_row')],
            },
        ),
    ]
