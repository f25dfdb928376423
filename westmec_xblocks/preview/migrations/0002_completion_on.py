"""Completion is tracked here from the start, as the platform's switch of the same name says."""

from django.db import migrations

SWITCH = "completion.enable_completion_tracking"


def switch_on(apps, schema_editor):
    apps.get_model("waffle", "Switch").objects.get_or_create(name=SWITCH, defaults={"active": True})


class Migration(migrations.Migration):
    dependencies = [("westmec_preview", "0001_initial"), ("waffle", "0004_update_everyone_nullbooleanfield")]

    operations = [migrations.RunPython(switch_on, migrations.RunPython.noop)]
