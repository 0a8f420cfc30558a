"""A policy may take the place of others whatever their rank."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pricing", "0021_discount_months")]

    operations = [
        migrations.AddField(
            model_name="grandfatheringpolicy",
            name="supersedes",
            field=models.BooleanField(
                default=False,
                help_text="Also of the locks of policies that rank before it.",
                verbose_name="takes the place of others",
            ),
        ),
    ]
