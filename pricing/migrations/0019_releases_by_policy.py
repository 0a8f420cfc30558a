"""A policy may decide about a release; which one is part of what is approved."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

four_eyes = import_module("pricing.migrations.0011_four_eyes")


def _anew(statement: str) -> str:
    """The functions of a statement once more, without its triggers."""
    functions = statement.split("CREATE TRIGGER", maxsplit=1)[0]
    return functions.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _with_policy(statement: str) -> str:
    for prefix in ("r.", "NEW.", "OLD."):
        statement = statement.replace(
            f"{prefix}existing_treatment,", f"{prefix}existing_treatment, {prefix}policy_id,"
        )
    return statement


OLD = [_anew(four_eyes.CONTENT), _anew(four_eyes.STATES)]


class Migration(migrations.Migration):
    dependencies = [("pricing", "0018_policy_states")]
    operations = [
        migrations.AddField(
            "pricerelease",
            "policy",
            models.ForeignKey(
                blank=True,
                help_text="Which customers keep what; needed where a policy decides.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="pricing.grandfatheringpolicy",
            ),
        ),
        migrations.AlterField(
            model_name="pricerelease",
            name="existing_treatment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("keep", "Existing customers keep what they pay"),
                    ("next_boundary", "Existing customers move at the end of their term"),
                    ("policy", "A grandfathering policy decides"),
                ],
                help_text="Decide it before the release is submitted.",
                max_length=16,
                null=True,
                verbose_name="what happens to existing customers",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricerelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("policy", None),
                    models.Q(
                        ("existing_treatment", "policy"), ("existing_treatment__isnull", False)
                    ),
                    _connector="XOR",
                ),
                name="pricerelease_names_its_policy",
                violation_error_message="Name the policy that decides, where one does.",
            ),
        ),
        migrations.RunSQL([_with_policy(sql) for sql in OLD], OLD),
    ]
