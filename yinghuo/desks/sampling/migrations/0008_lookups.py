from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sampling", "0007_messages")]
    operations: list = []
