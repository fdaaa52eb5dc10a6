"""Senders of messages, their codes, and one row for each message."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sampling", "0006_laboratory")]
    operations = [
        migrations.CreateModel(
            name='MessageSender',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('application', models.CharField(max_length=180)),
                ('facility', models.CharField(blank=True, default='', max_length=180)),
                ('device_id', models.UUIDField()),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('networks', models.TextField(blank=True, default='')),
                ('admitted_at', models.DateTimeField()),
                ('admitted_by', models.TextField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('application', 'facility'), name='one_sender_a_name'), models.CheckConstraint(condition=models.Q(('application', ''), _negated=True), name='sender_is_named'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_because', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='sender_ended_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='MessageCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('observation', 'observation (OBX-3)'), ('value', 'value (OBX-5)')], max_length=12)),
                ('code', models.CharField(max_length=180)),
                ('means', models.CharField(max_length=12)),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='sampling.messagesender')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sender', 'of', 'code'), name='one_meaning_a_code')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('mllp', 'HL7 connection'), ('file', 'HL7 file'), ('fhir', 'FHIR')], max_length=8)),
                ('application', models.CharField(blank=True, default='', max_length=180)),
                ('facility', models.CharField(blank=True, default='', max_length=180)),
                ('control_id', models.CharField(blank=True, default='', max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('area_code', models.CharField(blank=True, default='', max_length=12)),
                ('device', models.UUIDField(null=True)),
                ('by', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('taken', models.CharField(choices=[('kept', 'results stored'), ('noted', 'understood, no result in it'), ('held', 'held: sender not admitted'), ('faulty', 'not taken: faulty'), ('conflict', 'not taken: number used before'), ('foreign', 'not taken: not understood')], max_length=10)),
                ('ack', models.CharField(max_length=3)),
                ('answer', models.TextField(blank=True, default='')),
                ('tubes', models.JSONField(default=list)),
                ('results', models.PositiveIntegerField(default=0)),
                ('faults', models.JSONField(default=list)),
                ('raw', models.TextField(blank=True, default='')),
                ('keep_until', models.DateField()),
                ('replayed_at', models.DateTimeField(null=True)),
                ('replayed_by', models.TextField(blank=True, default='')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='sampling.messagesender')),
            ],
            options={
                'indexes': [models.Index(fields=['-received_at', '-id'], name='message_latest'), models.Index(fields=['taken', '-received_at', '-id'], name='message_latest_taken'), models.Index(models.F('keep_until'), condition=models.Q(('raw', ''), _negated=True), name='message_to_forget')],
                'constraints': [models.UniqueConstraint(fields=('application', 'facility', 'control_id', 'sha256'), name='one_row_a_message'), models.UniqueConstraint(condition=models.Q(('taken__in', ('kept', 'noted'))), fields=('application', 'facility', 'control_id'), name='one_number_stored_once'), models.CheckConstraint(condition=models.Q(('taken__in', ['kept', 'noted', 'held', 'faulty', 'conflict', 'foreign'])), name='message_taken_known'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='message_hashed'), models.CheckConstraint(condition=models.Q(('raw', ''), models.Q(('taken__in', ('kept', 'noted')), _negated=True), _connector='OR'), name='message_raw_only_while_needed')],
            },
        ),
    ]
