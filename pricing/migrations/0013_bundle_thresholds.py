"""From which discount on a bundle is worth it, and from which it gives away."""

from datetime import date
from decimal import Decimal

from django.db import migrations

SINCE = date(2000, 1, 1)
SOURCES = {
    "guided": "Guidance: a bundle costs 15 to 30 % less than its parts.",
    "ours": "A default of ours: nothing dictates it.",
}
THRESHOLDS = {
    "bundle-discount-negligible": ("0.05", "ours"),
    "bundle-discount-too-small": ("0.10", "guided"),
    "bundle-discount-guided-from": ("0.15", "guided"),
    "bundle-discount-guided-to": ("0.30", "guided"),
}


def add_thresholds(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, (value, source) in THRESHOLDS.items():
        if not threshold.objects.filter(code=code).exists():
            threshold.objects.create(
                code=code, value=Decimal(value), source=SOURCES[source], starts_on=SINCE
            )


def remove_thresholds(apps, schema_editor) -> None:
    rows = apps.get_model("portfolio", "Threshold").objects
    rows.filter(code__in=THRESHOLDS, source__in=SOURCES.values()).delete()


class Migration(migrations.Migration):
    dependencies = [("pricing", "0012_prices_audited"), ("portfolio", "0004_audit")]
    operations = [migrations.RunPython(add_thresholds, remove_thresholds)]
