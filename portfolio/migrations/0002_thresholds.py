"""The figures that judgements start with; editable in the admin, each with its source."""

from datetime import date
from decimal import Decimal

from django.db import migrations

SINCE = date(2000, 1, 1)
RULE_OF_THUMB = "Default of Portico: the usual rule of thumb for portfolios of B2B software."
THRESHOLDS = [
    ("attach-strong", Decimal("0.40"), RULE_OF_THUMB),
    ("attach-weak", Decimal("0.05"), RULE_OF_THUMB),
    (
        "minimum-support",
        Decimal(30),
        "Default of Portico: of pairs truly at 30 %, 16 % look strong with 30 holders, 23 % with 20.",
    ),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value, source in THRESHOLDS:
        threshold.objects.create(code=code, value=value, source=source, starts_on=SINCE)


def remove(apps, schema_editor) -> None:
    codes = [code for code, _, _ in THRESHOLDS]
    apps.get_model("portfolio", "Threshold").objects.filter(
        code__in=codes, starts_on=SINCE
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_catalog")]
    operations = [migrations.RunPython(seed, remove)]
