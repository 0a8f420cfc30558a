"""What customers may do beyond their plans; what they say and are shown when they take less."""

from datetime import date
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from config.audit.operations import AuditTables
from config.versions import count_versions

SINCE = date(2000, 1, 1)
OURS = "Default of Portico: set it to what your own figures show."
THRESHOLDS = [
    ("usage-fresh-days", Decimal(30), OURS),
    ("usage-approaching", Decimal("0.8"), "Default of Portico: four fifths of a limit."),
    ("usage-urgent", Decimal("0.9"), "Default of Portico: nine tenths of a limit."),
    ("trial-repeat-months", Decimal(12), OURS),
    ("survey-days-of-use", Decimal(30), OURS),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value, source in THRESHOLDS:
        threshold.objects.get_or_create(
            code=code, defaults={"value": value, "source": source, "starts_on": SINCE}
        )


def remove(apps, schema_editor) -> None:
    codes = [code for code, _, _ in THRESHOLDS]
    apps.get_model("portfolio", "Threshold").objects.filter(
        code__in=codes, starts_on=SINCE
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_events"),
        ("config", "0002_versions"),
        ("portfolio", "0002_thresholds"),
        ("accounts", "0021_used_prices"),
        ("pricing", "0013_bundle_thresholds"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubscriptionFeedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("churn", "Left"), ("downgrade", "Took less")], max_length=16
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("price", "Too dear"),
                            ("missing_feature", "Something is missing"),
                            ("little_use", "Hardly used"),
                            ("value", "Did not bring what was hoped for"),
                            ("support", "Service or support"),
                            ("quality", "Faults or slowness"),
                            ("competitor", "Another vendor"),
                            ("no_need", "Not needed any more"),
                            ("closed", "Gave up business, or was bought"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="In their words; name no people.")),
                ("given_on", models.DateField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription_feedback",
                        to="accounts.account",
                    ),
                ),
                (
                    "missing",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Features that they missed.",
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the customer as a whole.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.subscription",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "subscription feedback",
                "ordering": ["-given_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="First day it no longer applies; empty: no end.",
                        null=True,
                        verbose_name="ends on",
                    ),
                ),
                (
                    "max_uses",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How often it may be used; empty: any number.",
                        null=True,
                        verbose_name="most uses",
                    ),
                ),
                (
                    "is_guided",
                    models.BooleanField(
                        default=False,
                        help_text="Whether somebody shows them how.",
                        verbose_name="guided",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="accounts.account",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["account", "starts_on"],
            },
        ),
        migrations.CreateModel(
            name="TrialUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.CharField(max_length=200)),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="used",
                        to="accounts.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["trial", "id"],
            },
        ),
        migrations.CreateModel(
            name="UsageMoment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("near_full", "Nearly used up"), ("habit", "Used on many days")],
                        max_length=16,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moments",
                        to="accounts.account",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DowngradeReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shown_on", models.DateField()),
                (
                    "features_lost",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400),
                        blank=True,
                        default=list,
                        help_text="Codes of the features in use that would be lost.",
                        size=None,
                    ),
                ),
                (
                    "limits_exceeded",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400),
                        blank=True,
                        default=list,
                        help_text="Codes of the features of which they use more than they would have.",
                        size=None,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "Kept what they have"),
                            ("downgraded", "Took less all the same"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="accounts.subscription",
                    ),
                ),
                (
                    "to_plan",
                    models.ForeignKey(
                        blank=True,
                        help_text="What they would have instead; empty: nothing.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.plan",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("subscription"),
                        django.db.models.functions.comparison.Coalesce(
                            models.F("to_plan"),
                            models.Value(0),
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("shown_on"),
                        name="downgradereminder_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_on", None), ("outcome", None)),
                            models.Q(("decided_on__isnull", False), ("outcome__isnull", False)),
                            _connector="OR",
                        ),
                        name="downgradereminder_outcome_has_a_day",
                        violation_error_message="An outcome has a day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntitlementOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                ("starts_on", models.DateField(verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="First day it no longer applies; empty: no end.",
                        null=True,
                        verbose_name="ends on",
                    ),
                ),
                (
                    "flag",
                    models.BooleanField(
                        blank=True, help_text="For a feature that is there or not.", null=True
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="For a feature that is counted.",
                        max_digits=18,
                        null=True,
                    ),
                ),
                (
                    "unlimited",
                    models.BooleanField(
                        default=False, help_text="For a feature that is counted: no limit."
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        help_text="For a feature of levels: one of them.",
                        max_length=60,
                        null=True,
                    ),
                ),
                ("reason", models.CharField(help_text="Why; name no people.", max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="accounts.account",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
            ],
            options={
                "ordering": ["account", "starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="entitlementoverride_ends_after_it_starts",
                        violation_error_message="It must end after it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__isnull", False)),
                        name="entitlementoverride_ends",
                        violation_error_message="An override ends: say when.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("account", "="),
                            ("feature", "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    models.Value("[)"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="entitlementoverride_one_at_a_time",
                        violation_error_message="Another override of this feature covers part of these days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("flag__isnull", False),
                                ("level", None),
                                ("quantity", None),
                                ("unlimited", False),
                            ),
                            models.Q(
                                ("quantity__isnull", False),
                                ("flag", None),
                                ("level", None),
                                ("unlimited", False),
                            ),
                            models.Q(
                                ("unlimited", True),
                                ("flag", None),
                                ("level", None),
                                ("quantity", None),
                            ),
                            models.Q(
                                ("level__isnull", False),
                                ("flag", None),
                                ("quantity", None),
                                ("unlimited", False),
                            ),
                            _connector="OR",
                        ),
                        name="entitlementoverride_says_one_thing",
                        violation_error_message="Say one thing: yes or no, a quantity, unlimited, or a level.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity", None), ("quantity__gte", 0), _connector="OR"
                        ),
                        name="entitlementoverride_quantity_is_not_negative",
                        violation_error_message="A quantity is not negative.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="trial_ends_after_it_starts",
                violation_error_message="It must end after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("feature", None), ("plan__isnull", False)),
                    models.Q(("feature__isnull", False), ("plan", None)),
                    _connector="OR",
                ),
                name="trial_is_of_a_feature_or_a_plan",
                violation_error_message="A trial is of a feature or of a plan, not of both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", False), ("max_uses__isnull", False), _connector="OR"
                ),
                name="trial_comes_to_an_end",
                violation_error_message="A trial needs a last day, or a number of uses.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_uses", None), ("max_uses__gte", 1), _connector="OR"),
                name="trial_lets_use_it_once",
                violation_error_message="At least one use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("feature"),
                            models.Value(0),
                            output_field=models.BigIntegerField(),
                        ),
                        "=",
                    ),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("plan"), models.Value(0), output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        models.Func(
                            models.F("starts_on"),
                            models.F("ends_on"),
                            models.Value("[)"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="trial_one_at_a_time",
                violation_error_message="Another trial of this covers part of these days.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trialuse",
            constraint=models.UniqueConstraint(fields=("trial", "key"), name="trialuse_key_once"),
        ),
        migrations.AddConstraint(
            model_name="usagemoment",
            constraint=models.UniqueConstraint(
                fields=("account", "feature", "kind"), name="usagemoment_once"
            ),
        ),
        *count_versions("accounts_entitlementoverride", "accounts_subscriptionfeedback"),
        AuditTables(
            "accounts_entitlementoverride",
            "accounts_subscriptionfeedback",
            unwatched=["version"],
        ),
        AuditTables(
            "accounts_trial",
            "accounts_downgradereminder",
            "accounts_subscriptionfeedback_missing",
        ),
        migrations.RunPython(seed, remove),
    ]
