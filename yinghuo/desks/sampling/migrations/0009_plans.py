from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sampling", "0008_lookups")]
    operations: list = []
