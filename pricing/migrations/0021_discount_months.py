"""From how many months on a discount is taken for the price."""

from datetime import date
from decimal import Decimal

from django.db import migrations

CODE, SOURCE = "discount-months", "A default of ours: nothing dictates it."


def add_threshold(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    if not threshold.objects.filter(code=CODE).exists():
        threshold.objects.create(
            code=CODE, value=Decimal(12), source=SOURCE, starts_on=date(2000, 1, 1)
        )


def remove_threshold(apps, schema_editor) -> None:
    apps.get_model("portfolio", "Threshold").objects.filter(code=CODE, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [("pricing", "0020_incentives"), ("portfolio", "0004_audit")]
    operations = [migrations.RunPython(add_threshold, remove_threshold)]
