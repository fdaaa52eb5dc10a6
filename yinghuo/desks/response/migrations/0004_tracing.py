"""Tables of the response desk: tracing; files of visits, interviews, runs of tracing, contests."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("response", "0003_teams")]

    operations = [
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('order', models.UUIDField(unique=True)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('ground', models.CharField(choices=[('elsewhere', 'was somewhere else'), ('shorter', 'was there for less time'), ('protected', 'wore protection throughout'), ('not_me', 'somebody else checked in'), ('other', 'another ground')], max_length=10)),
                ('words', models.TextField(blank=True, default='')),
                ('raised_at', models.DateTimeField()),
                ('raised_by', models.TextField()),
                ('outcome', models.CharField(blank=True, choices=[('dropped', 'no contact after all'), ('lowered', 'a lower grade'), ('stands', 'the grade stands')], default='', max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('elsewhere', 'was somewhere else'), ('shorter', 'was there for less time'), ('protected', 'wore protection throughout'), ('not_me', 'somebody else checked in'), ('other', 'another ground')], default='', max_length=10)),
                ('note', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='InterviewLine',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('place', models.TextField(blank=True, default='')),
                ('day', models.TextField(blank=True, default='')),
                ('begins', models.TextField(blank=True, default='')),
                ('ends', models.TextField(blank=True, default='')),
                ('typed_at', models.DateTimeField()),
                ('typed_by', models.TextField()),
                ('kept_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
                ('rule', models.CharField(max_length=40)),
                ('counts', models.JSONField(default=dict)),
                ('ranked', models.JSONField(default=list)),
                ('capped', models.JSONField(default=list)),
                ('entry_id', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='VisitFile',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('source', models.CharField(choices=[('check_in', 'check-in code'), ('access', 'access control'), ('seat', 'seat in a bus or canteen'), ('roster', 'roster of a household or workplace'), ('interview', 'interview')], max_length=10)),
                ('area_code', models.CharField(db_index=True, max_length=12)),
                ('party_id', models.UUIDField(null=True)),
                ('sealed', models.BinaryField(null=True)),
                ('heads', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.TextField()),
                ('kept_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='visit',
            name='visit_ends',
        ),
        migrations.AddField(
            model_name='contact',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='decided_by',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='visit',
            name='protected',
            field=models.BooleanField(null=True),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['person', 'begins_at'], name='visit_by_person'),
        ),
        migrations.AddField(
            model_name='contest',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contests', to='response.contact'),
        ),
        migrations.AddField(
            model_name='interviewline',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interview_lines', to='response.case'),
        ),
        migrations.AddField(
            model_name='interviewline',
            name='venue',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='response.venue'),
        ),
        migrations.AddField(
            model_name='trace',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='traces', to='response.event'),
        ),
        migrations.AddConstraint(
            model_name='visitfile',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['check_in', 'access', 'seat', 'roster', 'interview'])), name='visit_file_source_known'),
        ),
        migrations.AddConstraint(
            model_name='visitfile',
            constraint=models.CheckConstraint(condition=models.Q(('area_code__regex', '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$')), name='visit_file_area_code_form'),
        ),
        migrations.AddIndex(
            model_name='contest',
            index=models.Index(fields=['contact', 'raised_at'], name='contest_by_contact'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['elsewhere', 'shorter', 'protected', 'not_me', 'other'])), name='contest_ground_known'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'dropped', 'lowered', 'stands'])), name='contest_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('outcome', '')), models.Q(('decided_at__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('decided_by', ''), _negated=True)), _connector='OR'), name='contest_decided_whole'),
        ),
        migrations.AddIndex(
            model_name='interviewline',
            index=models.Index(fields=['case', 'typed_at'], name='interview_by_case'),
        ),
        migrations.AddIndex(
            model_name='trace',
            index=models.Index(fields=['event', '-at'], name='trace_by_event'),
        ),

    ]
