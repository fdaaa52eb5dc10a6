from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sampling", "0005_custody")]
    operations: list = []
