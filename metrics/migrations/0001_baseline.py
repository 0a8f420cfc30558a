"""Sums that can be made anew, and the counting of changes that makes an answer stale."""

from django.db import migrations

from config.rules import CreateModels
from metrics.migrations.baseline.counting import RULES
from metrics.migrations.baseline.tables import TABLES


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0001_baseline")]
    replaces = [
        ("metrics", "0001_sums"),
        ("metrics", "0002_data_version"),
        ("metrics", "0003_movements_and_columns"),
        ("metrics", "0004_rows_counted"),
    ]
    operations = [CreateModels(*TABLES), RULES]
