from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sampling", "0006_laboratory")]
    operations: list = []
