"""Tables of the response desk: judgements, merges, likely duplicates, answers, sealed words, numbers, results."""

import datetime

import django.db.models.deletion
from django.db import migrations, models

from yinghuo.core.ledger.promises import append_only


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='caller',
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('event', 'event'), ('case', 'case')], max_length=5)),
                ('gone', models.UUIDField(db_index=True)),
                ('into', models.UUIDField(db_index=True)),
                ('reason', models.TextField()),
                ('moved', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.TextField(blank=True, default='')),
                ('undone_reason', models.TextField(blank=True, default='')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='merged_into_one'), models.CheckConstraint(condition=models.Q(('gone', models.F('into')), _negated=True), name='nothing_merges_into_itself'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='merge_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Said',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='said', serialize=False, to='response.report')),
                ('words', models.BinaryField(null=True)),
                ('keep_until', models.DateField(db_index=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('keep_until__isnull', False), ('keep_until__lt', datetime.date(2200, 1, 1))), name='said_kept_until_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Alike',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('score', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField()),
                ('found_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('open', 'to be decided'), ('one', 'one case'), ('two', 'two cases')], default='open', max_length=4)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.TextField(blank=True, default='')),
                ('reason', models.TextField(blank=True, default='')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alike', to='response.case')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alike_later', to='response.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'other'), name='two_cases_are_proposed_once'), models.CheckConstraint(condition=models.Q(('case', models.F('other')), _negated=True), name='no_case_is_like_itself'), models.CheckConstraint(condition=models.Q(('verdict__in', ['open', 'one', 'two'])), name='alike_verdict_known')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('value', models.JSONField(null=True)),
                ('over', models.UUIDField(null=True)),
                ('said_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField()),
                ('by', models.TextField()),
                ('current', models.BooleanField(default=True)),
                ('clash', models.BooleanField(default=False)),
                ('entry_id', models.UUIDField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='response.case')),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'question', 'kept_at'], name='answer_by_case')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('case', 'question'), name='one_answer_stands')],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('was', models.CharField(choices=[('draft', 'draft case'), ('suspected', 'suspected'), ('confirmed', 'confirmed'), ('asymptomatic', 'asymptomatic infection'), ('discarded', 'ruled out')], max_length=12)),
                ('held_as', models.CharField(choices=[('draft', 'draft case'), ('suspected', 'suspected'), ('confirmed', 'confirmed'), ('asymptomatic', 'asymptomatic infection'), ('discarded', 'ruled out')], max_length=12)),
                ('reason', models.TextField()),
                ('onset_on', models.DateField(null=True)),
                ('sampled_at', models.DateTimeField(null=True)),
                ('in_isolation', models.BooleanField(null=True)),
                ('index_of_event', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='response.case')),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'at'], name='judgement_by_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='judgement_says_why')],
            },
        ),
        migrations.CreateModel(
            name='LabResult',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('sampled_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('result', models.CharField(choices=[('positive', 'positive'), ('negative', 'negative'), ('indeterminate', 'indeterminate'), ('pending', 'awaiting its result')], max_length=14)),
                ('kind', models.CharField(default='pcr', max_length=20)),
                ('laboratory', models.TextField(blank=True, default='')),
                ('message', models.TextField(blank=True, default='')),
                ('ct', models.JSONField(default=dict)),
                ('entry_id', models.UUIDField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lab_results', to='response.case')),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'sampled_at'], name='lab_result_by_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('result__in', ['positive', 'negative', 'indeterminate', 'pending'])), name='lab_result_known'), models.UniqueConstraint(condition=models.Q(('message', ''), _negated=True), fields=('case', 'message'), name='a_message_once_a_case')],
            },
        ),
        append_only("response_report"),
        append_only("response_judgement"),
    ]
