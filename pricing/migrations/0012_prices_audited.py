"""Books, releases and lines say which version of them one sees; all of it is audited."""

from django.db import migrations

from config.audit.operations import AuditTables
from config.versions import count_versions

TABLES = ["pricing_pricebook", "pricing_pricerelease", "pricing_price"]


class Migration(migrations.Migration):
    dependencies = [
        ("pricing", "0011_four_eyes"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]
    operations = [
        *count_versions(*TABLES),
        AuditTables(*TABLES, unwatched=("version",)),
        AuditTables("pricing_pricetier"),
    ]
