"""What the value of an incentive is, said by its kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_baseline")]

    operations = [
        migrations.AlterField(
            model_name="incentive",
            name="value",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text=(
                    "Of a percentage, how many percent: 50 is half the price. Of an amount, what "
                    "is taken off each interval, in the currency: 12.50. Free intervals have none."
                ),
                max_digits=18,
                null=True,
            ),
        ),
    ]
