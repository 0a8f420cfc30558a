"""What a foreign key of two columns points to: a line's product is that of its plan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pricing", "0005_enablement")]
    operations = [
        migrations.AddConstraint(
            "plan",
            models.UniqueConstraint(fields=["id", "product"], name="plan_of_product"),
        ),
    ]
