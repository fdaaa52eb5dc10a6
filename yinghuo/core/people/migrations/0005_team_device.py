"""Devices of a further kind: phones of follow-up teams."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_response_role'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='device',
            name='device_kind_known',
        ),
        migrations.AlterField(
            model_name='device',
            name='kind',
            field=models.CharField(choices=[('phone', "sampler's phone"), ('courier', "courier's phone"), ('laboratory', "laboratory's computer"), ('team', "follow-up team's phone")], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['phone', 'courier', 'laboratory', 'team'])), name='device_kind_known'),
        ),
    ]
