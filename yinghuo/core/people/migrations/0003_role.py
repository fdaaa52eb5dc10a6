"""The role of the metering engineer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('people', '0002_group'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='user',
            name='user_role_known',
        ),
        migrations.AlterField(
            model_name='user',
            name='role',
            field=models.CharField(choices=[('admin', 'administrator'), ('manager', 'campaign manager'), ('laboratory', 'laboratory technician'), ('duty', 'duty officer'), ('metering', 'metering engineer'), ('safety', 'enterprise safety officer'), ('auditor', 'auditor'), ('statistician', 'statistician')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'manager', 'laboratory', 'duty', 'metering', 'safety', 'auditor', 'statistician'])), name='user_role_known'),
        ),
    ]
