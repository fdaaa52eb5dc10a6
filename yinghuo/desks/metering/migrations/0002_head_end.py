"""Sessions of terminals, on-demand reads, and which slots of a day the head-end has."""

import django.db.models.deletion
from django.db import migrations, models

import yinghuo.desks.metering.models.head_end


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_register")]
    operations = [
        migrations.CreateModel(
            name='TerminalSession',
            fields=[
                ('terminal', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='session', serialize=False, to='metering.terminal')),
                ('online_since', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('peer', models.CharField(blank=True, default='', max_length=100)),
                ('sent_hour', models.PositiveIntegerField(default=0)),
                ('answered_hour', models.PositiveIntegerField(default=0)),
                ('failed_hour', models.JSONField(default=dict)),
                ('sent_day', models.PositiveIntegerField(default=0)),
                ('answered_day', models.PositiveIntegerField(default=0)),
                ('failed_day', models.JSONField(default=dict)),
                ('median_ms', models.PositiveIntegerField(null=True)),
                ('last_cause', models.CharField(blank=True, choices=[('silent', 'no answer'), ('garbled', 'answer damaged'), ('wrong', 'answer to something else'), ('refused', 'refused by the meter or terminal'), ('empty', 'the meter has no such value'), ('lost', 'connection lost'), ('offline', 'terminal off-line'), ('unsupported', 'this protocol has no such reading'), ('disk', 'could not be written to disk')], default='', max_length=12)),
                ('last_detail', models.CharField(blank=True, default='', max_length=200)),
                ('last_failed_at', models.DateTimeField(null=True)),
                ('updated_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Coverage',
            fields=[
                ('pk', models.CompositePrimaryKey('meter_id', 'day', 'what', 'quantity', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('what', models.CharField(choices=[('now', 'value now'), ('curve', 'curve of a day'), ('freeze', 'daily freeze'), ('clock', 'meter clock')], max_length=6)),
                ('quantity', models.PositiveSmallIntegerField()),
                ('slots', yinghuo.desks.metering.models.head_end.QuarterHours()),
                ('meter', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='metering.meter')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['curve', 'freeze', 'clock'])), name='coverage_what_known')],
            },
        ),
        migrations.CreateModel(
            name='OnDemandRead',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('area_code', models.CharField(max_length=12)),
                ('what', models.CharField(choices=[('now', 'value now'), ('curve', 'curve of a day'), ('freeze', 'daily freeze'), ('clock', 'meter clock')], max_length=6)),
                ('quantities', models.JSONField(default=list)),
                ('day', models.DateField(null=True)),
                ('asked_by', models.CharField(max_length=80)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('asked', 'waiting for its turn'), ('taken', 'being fetched'), ('done', 'fetched'), ('failed', 'not fetched')], default='asked', max_length=6)),
                ('taken_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('cause', models.CharField(blank=True, choices=[('silent', 'no answer'), ('garbled', 'answer damaged'), ('wrong', 'answer to something else'), ('refused', 'refused by the meter or terminal'), ('empty', 'the meter has no such value'), ('lost', 'connection lost'), ('offline', 'terminal off-line'), ('unsupported', 'this protocol has no such reading'), ('disk', 'could not be written to disk')], default='', max_length=12)),
                ('detail', models.CharField(blank=True, default='', max_length=200)),
                ('values', models.JSONField(default=list)),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='on_demand_reads', to='metering.meter')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['asked', 'taken'])), fields=['asked_at'], name='on_demand_read_open'), models.Index(fields=['meter', '-asked_at'], name='on_demand_read_of_meter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='on_demand_read_area_code_form'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'taken', 'done', 'failed'])), name='on_demand_read_state_known'), models.CheckConstraint(condition=models.Q(('what__in', ['now', 'curve', 'freeze', 'clock'])), name='on_demand_read_what_known'), models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('what__in', ['now', 'clock'])), models.Q(('day__isnull', False), ('what__in', ['curve', 'freeze'])), _connector='OR'), name='on_demand_read_day_where_needed'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state__in', ['asked', 'taken'])), models.Q(('cause', ''), ('done_at__isnull', False), ('state', 'done')), models.Q(('done_at__isnull', False), ('state', 'failed'), models.Q(('cause', ''), _negated=True)), _connector='OR'), name='on_demand_read_failed_with_a_cause')],
            },
        ),
    ]
