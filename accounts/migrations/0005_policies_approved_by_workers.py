"""Approvals of policies over very many lines are done by workers too, and may be asked by REST."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_versions_of_bundles")]

    operations = [
        migrations.AlterField(
            model_name="policyrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("preview", "Preview"),
                    ("approve", "Approval"),
                    ("apply", "Application"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="policyrun",
            name="door",
            field=models.CharField(
                default="admin",
                help_text="Where it was asked for: admin or api.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="policyrun",
            name="preview_hash",
            field=models.CharField(
                default="", help_text="Of an approval, the preview that was read.", max_length=64
            ),
        ),
    ]
