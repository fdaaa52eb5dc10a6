from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sampling", "0004_phones")]
    operations: list = []
