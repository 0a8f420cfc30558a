"""People at customers; when a customer's fiscal year begins, and how it buys."""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from config.audit.operations import AuditTables
from config.versions import count_versions


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_contract_books"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("user", "User"),
                            ("champion", "Champion"),
                            ("budget_owner", "Budget owner"),
                            ("executive", "Executive"),
                            ("procurement", "Procurement"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "has_budget_authority",
                    models.BooleanField(
                        default=False, help_text="Whether they can decide on the money themselves."
                    ),
                ),
                (
                    "left_on",
                    models.DateField(
                        blank=True,
                        help_text="First day they are no longer there; empty: they are.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["account", "id"],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="fiscal_year_starts",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="The month in which its fiscal year begins, 1 to 12; empty: not known.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(12),
                ],
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="procurement_required",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether a purchase goes through a procurement department.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_year_starts", None),
                    ("fiscal_year_starts__range", (1, 12)),
                    _connector="OR",
                ),
                name="account_fiscal_year_starts_in_a_month",
                violation_error_message="Months are numbered from 1 to 12.",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="accounts.account",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="contact_name_search",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                ),
                name="contact_email_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                models.F("account"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="contact_of_an_email_is_one",
                violation_error_message="The account has a contact with this e-mail already.",
            ),
        ),
        *count_versions("accounts_contact"),
        AuditTables("accounts_contact", masked=["name", "email", "phone"], unwatched=["version"]),
    ]
