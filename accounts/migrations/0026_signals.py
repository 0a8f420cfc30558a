"""Signal rules, what they noticed, and which opportunity that opened."""

from datetime import date
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import accounts.signals.source
import config.codes
from config.audit.operations import AuditTables
from config.versions import count_versions

# What a rule noticed is told by its signals: another thing to notice is another rule.
STAYS = """
CREATE FUNCTION accounts_signalrule_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a rule notices and its motion stay: switch it off and add another one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signalrule_stays_what_it_is';
END $$;
CREATE TRIGGER signalrule_stays_what_it_is BEFORE UPDATE ON accounts_signalrule
FOR EACH ROW WHEN ((OLD.code, OLD.source, OLD.motion, OLD.behaviour)
    IS DISTINCT FROM (NEW.code, NEW.source, NEW.motion, NEW.behaviour))
EXECUTE FUNCTION accounts_signalrule_stays();
"""
MAY_CHANGE = """
DROP TRIGGER signalrule_stays_what_it_is ON accounts_signalrule;
DROP FUNCTION accounts_signalrule_stays();
"""

SINCE = date(2000, 1, 1)
SOURCE = "Default of Portico: set it to what your own wins and losses show."
THRESHOLDS = [
    ("readiness-weight-adoption", Decimal("0.3")),
    ("readiness-weight-workflow", Decimal("0.2")),
    ("readiness-weight-team", Decimal("0.2")),
    ("readiness-weight-integration", Decimal("0.15")),
    ("readiness-weight-adjacent", Decimal("0.15")),
    ("readiness-days", Decimal(90)),
    ("readiness-full-workflow", Decimal(10)),
    ("readiness-full-events", Decimal(3)),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value in THRESHOLDS:
        threshold.objects.get_or_create(
            code=code, starts_on=SINCE, defaults={"value": value, "source": SOURCE}
        )


def remove(apps, schema_editor) -> None:
    codes = [code for code, _ in THRESHOLDS]
    threshold = apps.get_model("portfolio", "Threshold")
    threshold.objects.filter(code__in=codes, starts_on=SINCE, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0025_incentives_kept"),
        ("portfolio", "0009_export_positioning"),
        ("pricing", "0019_releases_by_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "occurrence",
                    models.CharField(
                        help_text="What tells it from other firings of the rule for the account.",
                        max_length=80,
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="What was measured, if it is a figure.",
                        max_digits=18,
                        null=True,
                    ),
                ),
                ("grade", models.CharField(blank=True, help_text="Such as urgent.", max_length=16)),
                ("why", models.TextField(help_text="What was seen, in words.")),
                (
                    "state",
                    models.CharField(
                        choices=[("fired", "Fired"), ("suppressed", "Suppressed")], max_length=16
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Why nothing was opened: a code such as cooldown.",
                        max_length=40,
                    ),
                ),
                (
                    "said",
                    models.TextField(
                        blank=True, help_text="The same in words.", verbose_name="why not"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="accounts.account",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        blank=True,
                        help_text="The one that it opened, or that was open already and that it speaks for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="accounts.opportunity",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.product",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="opportunity",
            name="signal",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="What opened it; empty: somebody did by hand.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opened",
                to="accounts.signal",
            ),
        ),
        migrations.CreateModel(
            name="SignalRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
                (
                    "code",
                    config.codes.CodeField(
                        help_text="Letters, digits, dots, dashes and underscores.",
                        max_length=120,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "source",
                    models.CharField(
                        choices=accounts.signals.source.source_choices,
                        help_text="The way to notice.",
                        max_length=40,
                        verbose_name="what is noticed",
                    ),
                ),
                (
                    "motion",
                    models.CharField(
                        choices=[
                            ("tier_upsell", "Tier upsell"),
                            ("feature_upsell", "Feature upsell"),
                            ("capacity_upsell", "Capacity upsell"),
                            ("adjacent_cross_sell", "Adjacent cross-sell"),
                            ("complementary_cross_sell", "Complementary cross-sell"),
                            ("platform_cross_sell", "Platform cross-sell"),
                        ],
                        help_text="How more is then sold.",
                        max_length=24,
                    ),
                ),
                (
                    "behaviour",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("feature_request", "Asks for a feature"),
                            ("higher_tier_question", "Asks about a higher tier"),
                            ("webinar", "Comes to a webinar"),
                            ("upgrade_page_visit", "Looks at the upgrade page"),
                            ("export_to_other_tool", "Exports to another tool"),
                            ("duplicate_work", "Does work twice"),
                            ("integration_complaint", "Complains about an integration"),
                            ("integration_request", "Asks for an integration"),
                            ("adjacent_question", "Asks support about work beside ours"),
                            ("initiative", "Begins something across the organisation"),
                            ("team_growth", "The team grows"),
                            ("credential_sharing", "Shares logins"),
                            ("premium_trial_use", "Uses a premium trial"),
                        ],
                        help_text="What the customer does.",
                        max_length=32,
                    ),
                ),
                (
                    "threshold",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="From how much on; empty: the default of what is noticed.",
                        max_digits=18,
                        null=True,
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Within how many days, or how many days before; empty: the default.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                (
                    "cooldown_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="For so long after a loss it stays quiet; empty: opportunity-cooldown-days.",
                        null=True,
                    ),
                ),
                (
                    "frequency_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="At most one signal of an account in so many days; empty: each one counts.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "rank",
                    models.PositiveIntegerField(
                        help_text="Rules are asked from the lowest rank upwards."
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        blank=True,
                        help_text="The feature whose use or requests are watched; empty: any.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.feature",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        help_text="For an upsell the product that is watched, empty: any; for a cross-sell the one to offer, empty: what suits the account best.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.product",
                    ),
                ),
                (
                    "target_plan",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: what follows from the motion and what the account has.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pricing.plan",
                        verbose_name="always offer",
                    ),
                ),
            ],
            options={
                "ordering": ["rank"],
            },
        ),
        migrations.AddField(
            model_name="signal",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signals",
                to="accounts.signalrule",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalrule",
            constraint=models.UniqueConstraint(
                fields=("rank",),
                name="signalrule_rank_once",
                violation_error_message="Another rule has this rank.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold", None), ("threshold__gte", 0), _connector="OR"),
                name="signalrule_threshold_is_not_negative",
                violation_error_message="A threshold is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days", None), ("days__gte", 1), _connector="OR"),
                    models.Q(("frequency_days", None), ("frequency_days__gte", 1), _connector="OR"),
                ),
                name="signalrule_days_are_some",
                violation_error_message="Days and frequency are at least one day.",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["account", "on"], name="signal_of_account"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["on", "state"], name="signal_of_day"),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.UniqueConstraint(
                fields=("rule", "account", "occurrence"),
                name="signal_once_per_occurrence",
                violation_error_message="This was noticed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("state", "fired")),
                    models.Q(("state", "suppressed"), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="signal_suppressed_has_a_reason",
                violation_error_message="One that is suppressed has a reason, and no other one.",
            ),
        ),
        *count_versions("accounts_signalrule"),
        AuditTables("accounts_signalrule", unwatched=("version",)),
        migrations.RunSQL(STAYS, MAY_CHANGE),
        migrations.RunPython(seed, remove),
    ]
