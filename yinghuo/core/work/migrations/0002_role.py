"""The role of the metering engineer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('work', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='order',
            name='order_role_known',
        ),
        migrations.AlterField(
            model_name='order',
            name='role',
            field=models.CharField(choices=[('admin', 'administrator'), ('manager', 'campaign manager'), ('laboratory', 'laboratory technician'), ('duty', 'duty officer'), ('metering', 'metering engineer'), ('safety', 'enterprise safety officer'), ('auditor', 'auditor'), ('statistician', 'statistician')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'manager', 'laboratory', 'duty', 'metering', 'safety', 'auditor', 'statistician'])), name='order_role_known'),
        ),
    ]
