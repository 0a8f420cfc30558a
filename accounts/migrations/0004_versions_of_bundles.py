"""Which version of its bundle a line is held by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_policies_carried_out"),
        ("pricing", "0001_baseline"),
    ]

    operations = [
        migrations.AddField(
            model_name="subscriptionline",
            name="bundle_version",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The version of the bundle or platform that says what is in it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.planversion",
            ),
        ),
    ]
