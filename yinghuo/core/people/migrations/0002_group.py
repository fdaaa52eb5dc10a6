"""Groups of a roster are read in the order of an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('area_code'), models.F('group'), models.OrderBy(models.F('party_id'), nulls_first=True), condition=models.Q(('group', ''), _negated=True), name='person_by_group'),
        ),
    ]
