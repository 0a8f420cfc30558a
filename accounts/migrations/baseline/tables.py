"""The tables, as they are at the baseline."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import accounts.models.pool
import accounts.signals.source
import config.codes
import config.money

TABLES = [
    migrations.CreateModel(
        name="Account",
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
                    help_text="The customer's key in every other system; it never changes.",
                    max_length=120,
                    unique=True,
                ),
            ),
            ("name", models.CharField(max_length=200)),
            (
                "parent",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="children",
                    to="accounts.account",
                ),
            ),
            (
                "replaces",
                models.ForeignKey(
                    blank=True,
                    help_text="The account it continues, for instance in another currency.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="replaced_by",
                    to="accounts.account",
                ),
            ),
            (
                "country",
                models.CharField(
                    blank=True,
                    max_length=2,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z]{2}\\Z", "Two capital letters, such as DE."
                        )
                    ],
                ),
            ),
            ("industry", models.CharField(blank=True, max_length=100)),
            ("employees", models.PositiveIntegerField(blank=True, null=True)),
            (
                "fiscal_year_starts",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="The month in which its fiscal year begins, 1 to 12; empty: not known.",
                    null=True,
                    validators=[
                        django.core.validators.MinValueValidator(1),
                        django.core.validators.MaxValueValidator(12),
                    ],
                ),
            ),
            (
                "procurement_required",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="Whether a purchase goes through a procurement department.",
                ),
            ),
            ("currency", config.money.CurrencyField(default="USD")),
            ("created_on", models.DateField(help_text="The day the customer became known.")),
        ],
        options={
            "ordering": ["code"],
            "permissions": [
                ("view_team_account", "Can view accounts that the own teams look after"),
                ("view_all_account", "Can view accounts of everybody"),
            ],
            "indexes": [
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                    ),
                    name="account_name_search",
                ),
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper("code"), name="gin_trgm_ops"
                    ),
                    name="account_code_search",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("id", "currency"), name="account_of_currency"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("parent", None),
                        models.Q(("parent", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="account_is_not_its_own_parent",
                    violation_error_message="An account cannot be its own parent.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("replaces", None),
                        models.Q(("replaces", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="account_does_not_replace_itself",
                    violation_error_message="An account cannot replace itself.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("fiscal_year_starts", None),
                        ("fiscal_year_starts__range", (1, 12)),
                        _connector="OR",
                    ),
                    name="account_fiscal_year_starts_in_a_month",
                    violation_error_message="Months are numbered from 1 to 12.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Experiment",
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
                "code",
                config.codes.CodeField(
                    help_text="Letters, digits, dots, dashes and underscores.",
                    max_length=120,
                    unique=True,
                ),
            ),
            ("name", models.CharField(max_length=200)),
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
                    max_length=24,
                ),
            ),
            (
                "hypothesis",
                models.TextField(blank=True, help_text="What is expected of which variant, why."),
            ),
            (
                "salt",
                models.CharField(
                    help_text="Mixed with the account's code; never changes once it is set.",
                    max_length=60,
                ),
            ),
            (
                "is_imported",
                models.BooleanField(default=False, editable=False, verbose_name="imported"),
            ),
        ],
        options={
            "ordering": ["code"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="experiment_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    condition=models.Q(("is_imported", False)),
                    expressions=[
                        ("motion", "="),
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
                    name="experiment_one_at_a_time",
                    violation_error_message="Another experiment of this motion covers part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LedgerHead",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("position", models.BigIntegerField(default=0)),
        ],
        options={
            "abstract": False,
            "constraints": [
                models.CheckConstraint(condition=models.Q(("id", 1)), name="ledgerhead_is_one_row")
            ],
        },
    ),
    migrations.CreateModel(
        name="Playbook",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
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
                    max_length=24,
                ),
            ),
            (
                "number",
                models.PositiveIntegerField(
                    help_text="1, 2, ... for each motion.", verbose_name="version number"
                ),
            ),
            ("name", models.CharField(max_length=200)),
            (
                "state",
                models.CharField(
                    choices=[("draft", "Draft"), ("published", "Published")],
                    default="draft",
                    max_length=16,
                ),
            ),
            ("message", models.TextField(help_text="What to say, in the customer's words.")),
            (
                "success",
                models.TextField(
                    help_text="What is measured once the customer has it.",
                    verbose_name="success looks like",
                ),
            ),
        ],
        options={
            "ordering": ["motion", "number"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("motion", "number"),
                    name="playbook_number_once",
                    violation_error_message="The motion has a playbook of this number already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PolicyPreview",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "policy",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="preview",
                    to="pricing.grandfatheringpolicy",
                ),
            ),
            ("totals", models.JSONField()),
            (
                "recorded_at",
                models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Pool",
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
                "measure",
                models.CharField(
                    choices=[("accounts", "Accounts"), ("revenue", "Recurring revenue")],
                    default="accounts",
                    help_text="What fills a member's capacity, and what rebalancing evens out.",
                    max_length=16,
                    verbose_name="load is counted in",
                ),
            ),
            (
                "currency",
                config.money.CurrencyField(
                    default="USD",
                    help_text="Of capacities in revenue; accounts in others do not count.",
                ),
            ),
        ],
        options={
            "ordering": ["code"],
        },
    ),
    migrations.CreateModel(
        name="ProductSet",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "products",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(),
                    help_text="Ids of products, ascending.",
                    size=None,
                    unique=True,
                ),
            ),
        ],
        options={
            "ordering": ["id"],
        },
    ),
    migrations.CreateModel(
        name="RenewalRun",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("on", models.DateField(unique=True)),
            (
                "account",
                models.BigIntegerField(default=0, help_text="The last account that is done."),
            ),
            ("lines_due", models.PositiveIntegerField(default=0)),
            ("lines_moved", models.PositiveIntegerField(default=0)),
            ("accounts_moved", models.PositiveIntegerField(default=0)),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "ordering": ["-on"],
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="RoutingRuleSet",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            ("number", models.PositiveIntegerField(editable=False, unique=True)),
            ("title", models.CharField(max_length=200)),
            (
                "currency",
                config.money.CurrencyField(
                    default="USD", help_text="Of every deal size in these rules."
                ),
            ),
            (
                "small_below",
                models.BigIntegerField(
                    default=50000,
                    help_text="Monthly, in minor units; where selling is hybrid these are product-led.",
                    verbose_name="small deals are below",
                ),
            ),
            (
                "large_from",
                models.BigIntegerField(
                    default=500000,
                    help_text="Monthly, in minor units; where selling is hybrid these are sales-led.",
                    verbose_name="large deals are from",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("simulated", "Simulated"),
                        ("active", "Active"),
                        ("archived", "Archived"),
                    ],
                    default="draft",
                    editable=False,
                    max_length=16,
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("simulated_on", models.DateField(blank=True, editable=False, null=True)),
            (
                "content_hash",
                models.CharField(blank=True, default="", editable=False, max_length=64),
            ),
            ("report", models.JSONField(blank=True, editable=False, null=True)),
            ("activated_on", models.DateField(blank=True, editable=False, null=True)),
            (
                "activated_by",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["-number"],
            "permissions": [
                ("simulate_routingruleset", "Can simulate routing rule sets"),
                ("activate_routingruleset", "Can activate routing rule sets"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state", "active")),
                    fields=("state",),
                    name="routingruleset_one_is_active",
                    violation_error_message="Another rule set is active.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("small_below__gte", 0), ("large_from__gte", models.F("small_below"))
                    ),
                    name="routingruleset_sizes_are_in_order",
                    violation_error_message="Large deals cannot begin below where small ones end.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["draft"]),
                        models.Q(
                            ("report__isnull", False),
                            ("simulated_on__isnull", False),
                            models.Q(("content_hash", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="routingruleset_says_what_was_rehearsed",
                    violation_error_message="Simulate it first.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SegmentRule",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "rank",
                models.PositiveIntegerField(
                    help_text="Rules are asked from the lowest rank upwards."
                ),
            ),
            (
                "segment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.segment",
                ),
            ),
            (
                "country",
                models.CharField(
                    blank=True,
                    help_text="Two letters, such as DE; empty: any.",
                    max_length=2,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z]{2}\\Z", "Two capital letters, such as DE."
                        )
                    ],
                ),
            ),
            (
                "industry",
                models.CharField(
                    blank=True,
                    help_text="As on the account, in any case; empty: any.",
                    max_length=100,
                ),
            ),
            (
                "employees_from",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Smallest number of employees; empty: no matter how few.",
                    null=True,
                ),
            ),
            (
                "employees_to",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Largest number of employees; empty: no matter how many.",
                    null=True,
                ),
            ),
            (
                "procurement_required",
                models.BooleanField(
                    blank=True,
                    help_text="Whether purchases go through procurement; empty: either.",
                    null=True,
                ),
            ),
        ],
        options={
            "ordering": ["rank"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("rank",),
                    name="segmentrule_rank_once",
                    violation_error_message="Another rule has this rank.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("employees_from", None),
                        ("employees_to", None),
                        ("employees_to__gte", models.F("employees_from")),
                        _connector="OR",
                    ),
                    name="segmentrule_size_band_is_in_order",
                    violation_error_message="The largest number is not below the smallest.",
                ),
            ],
        },
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
        ],
        options={
            "ordering": ["rank"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("rank",),
                    name="signalrule_rank_once",
                    violation_error_message="Another rule has this rank.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("threshold", None), ("threshold__gte", 0), _connector="OR"),
                    name="signalrule_threshold_is_not_negative",
                    violation_error_message="A threshold is not negative.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("days", None), ("days__gte", 1), _connector="OR"),
                        models.Q(
                            ("frequency_days", None), ("frequency_days__gte", 1), _connector="OR"
                        ),
                    ),
                    name="signalrule_days_are_some",
                    violation_error_message="Days and frequency are at least one day.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Team",
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
        ],
        options={
            "ordering": ["code"],
        },
    ),
    migrations.CreateModel(
        name="AccountProfile",
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="profiles",
                    to="accounts.account",
                ),
            ),
            (
                "segment",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.segment",
                ),
            ),
            (
                "region",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.region",
                ),
            ),
            (
                "source",
                models.CharField(
                    choices=[
                        ("manual", "By hand"),
                        ("rule", "By a segment rule"),
                        ("import", "Imported"),
                    ],
                    default="manual",
                    max_length=16,
                ),
            ),
        ],
        options={
            "ordering": ["account", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="accountprofile_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("account", "="),
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
                    name="accountprofile_one_at_a_time",
                    violation_error_message="Another profile of this account covers part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="BehaviourEvent",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="behaviour_events",
                    to="accounts.account",
                ),
            ),
            (
                "kind",
                models.CharField(
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
                    max_length=32,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
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
            ("at", models.DateTimeField(help_text="When it happened.")),
            (
                "key",
                models.CharField(
                    help_text="The sender's key: the same event again changes nothing.",
                    max_length=200,
                ),
            ),
        ],
        options={
            "ordering": ["-at", "-id"],
            "default_permissions": ("add", "view"),
            "indexes": [
                models.Index(fields=["account", "kind", "at"], name="behaviour_of_account")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account", "key"),
                    name="behaviourevent_once_per_key",
                    violation_error_message="The account has another event with this key.",
                )
            ],
        },
    ),
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
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="contacts",
                    to="accounts.account",
                ),
            ),
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
            "indexes": [
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                    ),
                    name="contact_name_search",
                ),
                django.contrib.postgres.indexes.GinIndex(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                    ),
                    name="contact_email_search",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    models.F("account"),
                    django.db.models.functions.text.Lower("email"),
                    condition=models.Q(("email", ""), _negated=True),
                    name="contact_of_an_email_is_one",
                    violation_error_message="The account has a contact with this e-mail already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditAccount",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.creditunit",
                ),
            ),
            ("owed", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("account", "unit"), name="creditaccount_once"),
                models.CheckConstraint(
                    condition=models.Q(("owed__gte", 0)),
                    name="creditaccount_owes_no_less_than_nothing",
                    violation_error_message="Nobody owes less than nothing.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditDraw",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="credit_draws",
                    to="accounts.account",
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.creditunit",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("use", "Use"),
                        ("correction", "Correction of a use"),
                        ("withdrawal", "Taken back"),
                    ],
                    default="use",
                    max_length=16,
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
                "rate",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.burnrate",
                ),
            ),
            (
                "units",
                models.DecimalField(
                    decimal_places=6,
                    default=0,
                    help_text="How much of the feature was used.",
                    max_digits=18,
                ),
            ),
            ("credits", models.DecimalField(decimal_places=6, max_digits=18)),
            (
                "overage",
                models.DecimalField(
                    decimal_places=6,
                    default=0,
                    help_text="Credits beyond what there was, paid in money.",
                    max_digits=18,
                ),
            ),
            (
                "overage_amount",
                models.DecimalField(
                    decimal_places=6,
                    default=0,
                    help_text="What those cost, in the account's currency.",
                    max_digits=18,
                ),
            ),
            (
                "overage_price",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.price",
                ),
            ),
            ("at", models.DateTimeField()),
            (
                "drawn_on",
                models.DateField(help_text="The day of the use, on the organisation's clock."),
            ),
            (
                "corrects",
                models.OneToOneField(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="corrected_by",
                    to="accounts.creditdraw",
                ),
            ),
            (
                "key",
                models.CharField(
                    blank=True,
                    help_text="Whoever draws twice by one key draws once.",
                    max_length=200,
                    null=True,
                ),
            ),
            ("reason", models.CharField(blank=True, max_length=500)),
            ("recorded_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["id"],
            "indexes": [models.Index(fields=["account", "unit", "drawn_on"], name="creditdraw_of")],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account", "key"),
                    name="creditdraw_key_once",
                    violation_error_message="Another draw of this account has the key.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "use"), _negated=True),
                        models.Q(
                            ("credits__gte", 0),
                            ("feature__isnull", False),
                            ("rate__isnull", False),
                            ("units__gt", 0),
                            ("overage__gte", 0),
                            ("overage__lte", models.F("credits")),
                            ("overage_amount__gte", 0),
                        ),
                        _connector="OR",
                    ),
                    name="creditdraw_use_is_of_a_feature",
                    violation_error_message="Some of a feature is used, at a rate.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("corrects__isnull", False), ("kind", "correction")),
                        models.Q(
                            models.Q(("kind", "correction"), _negated=True), ("corrects", None)
                        ),
                        _connector="OR",
                    ),
                    name="creditdraw_correction_says_of_what_and_why",
                    violation_error_message="A correction, and nothing else, names what it corrects.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kind", "use"), models.Q(("reason", ""), _negated=True), _connector="OR"
                    ),
                    name="creditdraw_taken_back_with_a_reason",
                    violation_error_message="Say why.",
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
        ],
        options={
            "ordering": ["account", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
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
                            ("unlimited", True), ("flag", None), ("level", None), ("quantity", None)
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
                    condition=models.Q(("quantity", None), ("quantity__gte", 0), _connector="OR"),
                    name="entitlementoverride_quantity_is_not_negative",
                    violation_error_message="A quantity is not negative.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Exposure",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="exposures",
                    to="accounts.account",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("campaign", "Campaign"),
                        ("in_app", "In the product"),
                        ("csm_talk", "Talk with the success manager"),
                        ("webinar", "Webinar"),
                        ("demo", "Demo"),
                    ],
                    max_length=16,
                ),
            ),
            ("shown_on", models.DateField()),
            (
                "note",
                models.TextField(blank=True, help_text="Such as the campaign's name; name nobody."),
            ),
        ],
        options={
            "ordering": ["-shown_on", "-id"],
            "indexes": [
                models.Index(fields=["account", "product", "shown_on"], name="exposure_of_account")
            ],
        },
    ),
    migrations.CreateModel(
        name="GrandfatheringException",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "policy",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="exceptions",
                    to="pricing.grandfatheringpolicy",
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("exclude", "Not protected"),
                        ("include", "Protected though out of scope"),
                        ("custom", "Protected on terms of its own"),
                    ],
                    max_length=8,
                ),
            ),
            ("reason", models.CharField(max_length=500)),
            (
                "until_date",
                models.DateField(
                    blank=True, help_text="Own terms: protected until this day.", null=True
                ),
            ),
            (
                "cap_percent",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="Own terms: at most so much more at each renewal.",
                    max_digits=7,
                    null=True,
                ),
            ),
            (
                "expires_on",
                models.DateField(help_text="First day on which the exception no longer counts."),
            ),
            (
                "author",
                models.ForeignKey(
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "approver",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["policy", "account"],
            "permissions": [
                ("approve_grandfatheringexception", "Can approve exceptions to policies")
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("policy", "account"),
                    name="grandfatheringexception_once",
                    violation_error_message="The policy has an exception for this customer already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "custom"), ("until_date__isnull", False)),
                        models.Q(
                            models.Q(("kind", "custom"), _negated=True),
                            ("cap_percent", None),
                            ("until_date", None),
                        ),
                        _connector="OR",
                    ),
                    name="grandfatheringexception_own_terms_are_given",
                    violation_error_message="Own terms name their last day, and only they do.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cap_percent", None),
                        models.Q(("cap_percent__gt", 0), ("cap_percent__lte", 100)),
                        _connector="OR",
                    ),
                    name="grandfatheringexception_cap_is_a_percentage",
                    violation_error_message="A percentage is more than 0, and at most 100.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("approver", None),
                        models.Q(("approver", models.F("author")), _negated=True),
                        _connector="OR",
                    ),
                    name="grandfatheringexception_is_approved_by_somebody_else",
                    violation_error_message="Somebody else approves it: not its author.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="HealthScore",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="health_scores",
                    to="accounts.account",
                ),
            ),
            ("day", models.DateField()),
            (
                "score",
                models.PositiveSmallIntegerField(help_text="From 0 to 100, the more the better."),
            ),
            (
                "band",
                models.CharField(
                    choices=[("red", "Red"), ("yellow", "Yellow"), ("green", "Green")],
                    editable=False,
                    help_text="By the thresholds health-red and health-green of the day.",
                    max_length=8,
                ),
            ),
            (
                "sources",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    blank=True,
                    default=list,
                    help_text="What it was made from, such as logins or tickets, separated by commas.",
                    size=20,
                ),
            ),
        ],
        options={
            "ordering": ["account", "-day"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account", "day"),
                    name="healthscore_once_a_day",
                    violation_error_message="The account has a score of this day: change that row.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("score__gte", 0), ("score__lte", 100)),
                    name="healthscore_is_from_0_to_100",
                    violation_error_message="A score is from 0 to 100.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LedgerEntry",
        fields=[
            ("position", models.BigIntegerField(primary_key=True, serialize=False)),
            ("recorded_at", models.DateTimeField()),
            (
                "account",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            ("effective_on", models.DateField()),
            ("sign", models.SmallIntegerField()),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("change", "Change of what is held or paid"),
                        ("reclass", "Change of segment or region alone"),
                    ],
                    max_length=8,
                ),
            ),
            ("currency", config.money.CurrencyField()),
            (
                "set_before",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="accounts.productset",
                ),
            ),
            (
                "set_after",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="accounts.productset",
                ),
            ),
            ("mrr_before", models.BigIntegerField()),
            ("mrr_after", models.BigIntegerField()),
            (
                "segment_before",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="portfolio.segment",
                ),
            ),
            (
                "segment_after",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="portfolio.segment",
                ),
            ),
            (
                "region_before",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="portfolio.region",
                ),
            ),
            (
                "region_after",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="portfolio.region",
                ),
            ),
            ("is_first", models.BooleanField(help_text="The first day on which the account pays.")),
            (
                "upsells",
                models.SmallIntegerField(
                    help_text="Kept products with an upsell on this day.", null=True
                ),
            ),
            ("cross_sell", models.BigIntegerField(null=True)),
            ("re_add", models.BigIntegerField(null=True)),
            ("tier_upsell", models.BigIntegerField(null=True)),
            ("feature_upsell", models.BigIntegerField(null=True)),
            ("capacity_upsell", models.BigIntegerField(null=True)),
            ("price_change", models.BigIntegerField(null=True)),
            ("downsell", models.BigIntegerField(null=True)),
            ("product_drop", models.BigIntegerField(null=True)),
            ("switch_net", models.BigIntegerField(null=True)),
            ("discount_start", models.BigIntegerField(null=True)),
            ("discount_end", models.BigIntegerField(null=True)),
        ],
        options={
            "verbose_name_plural": "ledger entries",
            "ordering": ["position"],
            "indexes": [
                models.Index(
                    fields=["account", "effective_on", "position"], name="entry_of_account"
                ),
                models.Index(fields=["effective_on"], name="entry_of_day"),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("sign__in", [1, -1])), name="ledgerentry_sign_is_one"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Member",
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
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="memberships",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "team",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="members",
                    to="accounts.team",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("csm", "Customer success manager"),
                        ("ae", "Account executive"),
                        ("am", "Account manager"),
                        ("specialist", "Specialist"),
                        ("product_led_queue", "Product-led queue"),
                    ],
                    max_length=20,
                ),
            ),
        ],
        options={
            "ordering": ["team", "user", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="member_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("user", "="),
                        ("team", "="),
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
                    name="member_one_at_a_time",
                    violation_error_message="This person is in the team on part of these days already.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Objection",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "playbook",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="objections",
                    to="accounts.playbook",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("price", "Price"),
                        ("timing", "Timing"),
                        ("adoption", "Adoption"),
                        ("value", "Value"),
                        ("stakeholder", "Somebody is missing"),
                        ("other", "Something else"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "response",
                models.CharField(
                    choices=[
                        ("roi", "Show what it returns"),
                        ("payment_flexibility", "Offer other payment terms"),
                        ("tie_to_initiative", "Tie it to an initiative of theirs"),
                        ("enablement", "Offer enablement"),
                        ("phased_rollout", "Roll it out in phases"),
                        ("reference", "Show a customer like them"),
                        ("other", "Something else"),
                    ],
                    max_length=24,
                ),
            ),
            (
                "says",
                models.TextField(
                    help_text="The objection, in the customer's words.", verbose_name="they say"
                ),
            ),
            ("reply", models.TextField(verbose_name="we answer")),
        ],
        options={
            "ordering": ["playbook", "kind", "response"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("playbook", "kind", "response"),
                    name="objection_one_per_kind_and_response",
                    violation_error_message="The playbook answers this kind this way already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PlaybookStep",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "playbook",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="steps",
                    to="accounts.playbook",
                ),
            ),
            (
                "stage",
                models.CharField(
                    choices=[
                        ("identified", "Identified"),
                        ("qualified", "Qualified"),
                        ("engaged", "Engaged"),
                        ("evaluating", "Evaluating"),
                        ("purchasing", "Purchasing"),
                        ("won", "Won, being adopted"),
                        ("adopted", "Adopted"),
                        ("deferred", "Deferred"),
                        ("disqualified", "Disqualified"),
                        ("lost", "Lost"),
                    ],
                    max_length=16,
                ),
            ),
            ("rank", models.PositiveSmallIntegerField(help_text="The order within the stage.")),
            ("title", models.CharField(max_length=200)),
            ("words", models.TextField(blank=True, help_text="What to say or to send.")),
            (
                "involve",
                models.CharField(
                    choices=[
                        ("user", "Users"),
                        ("champion", "The champion"),
                        ("budget_owner", "The budget owner"),
                        ("executive", "An executive"),
                        ("procurement", "Procurement"),
                        ("nobody", "Nobody at the customer"),
                    ],
                    default="nobody",
                    max_length=16,
                ),
            ),
        ],
        options={
            "ordering": ["playbook", "stage", "rank"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("playbook", "stage", "rank"),
                    name="playbookstep_one_per_rank",
                    violation_error_message="Another step of this stage has this rank.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="RebalancingProposal",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "pool",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="proposals",
                    to="accounts.pool",
                ),
            ),
            (
                "starts_on",
                models.DateField(
                    help_text="From which day accounts change hands.", verbose_name="first day"
                ),
            ),
            (
                "tolerance",
                models.PositiveSmallIntegerField(
                    default=10, help_text="How many percent a member may be off their share."
                ),
            ),
            (
                "recent_days",
                models.PositiveSmallIntegerField(
                    default=30, help_text="Who has an account for fewer days keeps it."
                ),
            ),
            (
                "renewal_days",
                models.PositiveSmallIntegerField(
                    default=90, help_text="An account that renews within so many days stays."
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("proposed", "Proposed"),
                        ("approved", "Approved"),
                        ("rejected", "Rejected"),
                    ],
                    default="proposed",
                    editable=False,
                    max_length=16,
                ),
            ),
            ("figures", models.JSONField(editable=False)),
            (
                "author",
                models.ForeignKey(
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "approver",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["-id"],
            "permissions": [("approve_rebalancingproposal", "Can approve and reject rebalancing")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("approver", None),
                        models.Q(("approver", models.F("author")), _negated=True),
                        _connector="OR",
                    ),
                    name="rebalancingproposal_is_approved_by_somebody_else",
                    violation_error_message="Somebody else approves it: not who proposed it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "approved"), _negated=True),
                        ("approver__isnull", False),
                        _connector="OR",
                    ),
                    name="rebalancingproposal_approved_has_its_approver",
                    violation_error_message="Without an approver it is not approved.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Subscription",
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
                    max_length=380,
                    unique=True,
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="subscriptions",
                    to="accounts.account",
                ),
            ),
            ("currency", config.money.CurrencyField(help_text="The account's currency.")),
            ("starts_on", models.DateField()),
            (
                "term_months",
                models.PositiveSmallIntegerField(
                    default=1, help_text="The committed term, in months."
                ),
            ),
            (
                "anchor_on",
                models.DateField(
                    blank=True,
                    editable=False,
                    help_text="The day from which terms are counted, once it was moved to renew with others; empty: the first day.",
                    null=True,
                ),
            ),
            (
                "ends_on",
                models.DateField(
                    blank=True,
                    help_text="First day it no longer runs; set only when it will not renew.",
                    null=True,
                ),
            ),
        ],
        options={
            "ordering": ["code"],
            "constraints": [
                models.UniqueConstraint(fields=("id", "account"), name="subscription_of_account"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                    ),
                    name="subscription_does_not_end_before_it_starts",
                    violation_error_message="It cannot end before it starts.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("term_months__gte", 1)),
                    name="subscription_term_is_a_month_or_more",
                    violation_error_message="The term is at least one month.",
                ),
            ],
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
        ],
        options={
            "ordering": ["account", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="trial_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("feature", None), ("plan__isnull", False)),
                        models.Q(("feature__isnull", False), ("plan", None)),
                        _connector="OR",
                    ),
                    name="trial_is_of_a_feature_or_a_plan",
                    violation_error_message="A trial is of a feature or of a plan, not of both.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on__isnull", False), ("max_uses__isnull", False), _connector="OR"
                    ),
                    name="trial_comes_to_an_end",
                    violation_error_message="A trial needs a last day, or a number of uses.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("max_uses", None), ("max_uses__gte", 1), _connector="OR"),
                    name="trial_lets_use_it_once",
                    violation_error_message="At least one use.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
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
                                models.F("plan"),
                                models.Value(0),
                                output_field=models.BigIntegerField(),
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
            ],
        },
    ),
    migrations.CreateModel(
        name="UsageDay",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "feature",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.feature",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("use", "In use"),
                        ("gate_hit", "Stopped at a gate"),
                        ("power_users", "Power users"),
                    ],
                    default="use",
                    max_length=16,
                ),
            ),
            ("day", models.DateField()),
            ("value", models.DecimalField(decimal_places=6, max_digits=18)),
        ],
        options={
            "verbose_name_plural": "usage days",
            "ordering": ["account", "feature", "kind", "day"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account", "feature", "kind", "day"),
                    name="usageday_once_a_day",
                    violation_error_message="This was told of the day already: change that row.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("value__gte", 0)),
                    name="usageday_value_is_not_negative",
                    violation_error_message="Nobody uses less than nothing.",
                ),
            ],
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
            (
                "kind",
                models.CharField(
                    choices=[("near_full", "Nearly used up"), ("habit", "Used on many days")],
                    max_length=16,
                ),
            ),
            ("day", models.DateField()),
        ],
        options={
            "ordering": ["-id"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account", "feature", "kind"), name="usagemoment_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ValueOutcome",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="value_outcomes",
                    to="accounts.account",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            ("achieved_on", models.DateField()),
            (
                "description",
                models.TextField(help_text="What they reached, with a figure if there is one."),
            ),
        ],
        options={
            "ordering": ["-achieved_on", "-id"],
            "indexes": [
                models.Index(
                    fields=["account", "product", "achieved_on"], name="outcome_of_account"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Variant",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "experiment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="variants",
                    to="accounts.experiment",
                ),
            ),
            (
                "code",
                config.codes.CodeField(
                    help_text="Letters, digits, dots, dashes and underscores.",
                    max_length=120,
                    unique=False,
                ),
            ),
            ("name", models.CharField(max_length=200)),
            (
                "rank",
                models.PositiveSmallIntegerField(
                    help_text="The order in which weights are laid out; it decides who gets what."
                ),
            ),
            (
                "weight",
                models.PositiveSmallIntegerField(
                    help_text="Of 100 accounts so many; those of an experiment add up to 100."
                ),
            ),
            (
                "offer",
                models.TextField(blank=True, help_text="The message, offer or call to action."),
            ),
        ],
        options={
            "ordering": ["experiment", "rank"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("experiment", "code"),
                    name="variant_code_once",
                    violation_error_message="The experiment has a variant of this code already.",
                ),
                models.UniqueConstraint(
                    fields=("experiment", "rank"),
                    name="variant_one_per_rank",
                    violation_error_message="Another variant of the experiment has this rank.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("weight__lte", 100)),
                    name="variant_weight_is_a_part",
                    violation_error_message="A weight is at most 100.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Absence",
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
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="absences",
                    to="accounts.member",
                ),
            ),
        ],
        options={
            "ordering": ["-starts_on", "member"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="absence_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("member", "="),
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
                    name="absence_one_at_a_time",
                    violation_error_message="The member is away on part of these days already.",
                ),
            ],
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
        ],
        options={
            "ordering": ["-id"],
            "constraints": [
                models.UniqueConstraint(
                    models.F("subscription"),
                    django.db.models.functions.comparison.Coalesce(
                        models.F("to_plan"), models.Value(0), output_field=models.BigIntegerField()
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
        name="NamedAccount",
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="named",
                    to="accounts.account",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("csm", "Customer success manager"),
                        ("ae", "Account executive"),
                        ("am", "Account manager"),
                        ("specialist", "Specialist"),
                        ("product_led_queue", "Product-led queue"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="named",
                    to="accounts.member",
                ),
            ),
            ("reason", models.CharField(help_text="Why they, and nobody else.", max_length=500)),
        ],
        options={
            "ordering": ["account", "role", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="namedaccount_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("account", "="),
                        ("role", "="),
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
                    name="namedaccount_one_at_a_time",
                    violation_error_message="The account is somebody's by name in this role on part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PoolMember",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "pool",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="members",
                    to="accounts.pool",
                ),
            ),
            (
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="pools",
                    to="accounts.member",
                ),
            ),
            (
                "weight",
                models.PositiveIntegerField(
                    default=100,
                    help_text="Share of the turns, against the others'; 0: takes none for now.",
                ),
            ),
            (
                "capacity",
                models.BigIntegerField(
                    blank=True,
                    help_text="Accounts, or minor units of monthly revenue; needed where the freest is chosen.",
                    null=True,
                    validators=[django.core.validators.MinValueValidator(0)],
                ),
            ),
            (
                "position",
                models.PositiveSmallIntegerField(help_text="Who goes first among equals."),
            ),
        ],
        options={
            "ordering": ["pool", "position"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("pool", "member"),
                    name="poolmember_once_in_a_pool",
                    violation_error_message="This member is in the pool already.",
                ),
                accounts.models.pool.AskedAtTheEnd(
                    deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                    fields=("pool", "position"),
                    name="poolmember_one_per_position",
                    violation_error_message="Another member of the pool has this position.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("capacity", None), ("capacity__gte", 0), _connector="OR"),
                    name="poolmember_capacity_is_not_negative",
                    violation_error_message="A capacity is not negative.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RoutingRule",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "rule_set",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="rules",
                    to="accounts.routingruleset",
                ),
            ),
            ("rank", models.PositiveSmallIntegerField(help_text="Lower ranks are asked first.")),
            ("name", models.CharField(blank=True, help_text="What it is for.", max_length=200)),
            (
                "motion",
                models.CharField(
                    blank=True,
                    choices=[
                        ("tier_upsell", "Tier upsell"),
                        ("feature_upsell", "Feature upsell"),
                        ("capacity_upsell", "Capacity upsell"),
                        ("adjacent_cross_sell", "Adjacent cross-sell"),
                        ("complementary_cross_sell", "Complementary cross-sell"),
                        ("platform_cross_sell", "Platform cross-sell"),
                    ],
                    help_text="Empty: any.",
                    max_length=24,
                    null=True,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: any.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "segment",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: any.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.segment",
                ),
            ),
            (
                "region",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: any.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.region",
                ),
            ),
            (
                "country",
                models.CharField(
                    blank=True,
                    max_length=2,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z]{2}\\Z", "Two capital letters, such as DE."
                        )
                    ],
                ),
            ),
            (
                "industry",
                models.CharField(blank=True, help_text="As on the account.", max_length=100),
            ),
            ("employees_from", models.PositiveIntegerField(blank=True, null=True)),
            ("employees_to", models.PositiveIntegerField(blank=True, null=True)),
            (
                "deal_from",
                models.BigIntegerField(
                    blank=True, help_text="Monthly revenue in minor units, this or more.", null=True
                ),
            ),
            (
                "deal_below",
                models.BigIntegerField(
                    blank=True,
                    help_text="Monthly revenue in minor units, less than this.",
                    null=True,
                ),
            ),
            (
                "procurement",
                models.BooleanField(
                    blank=True, help_text="Whether a purchase goes through procurement.", null=True
                ),
            ),
            (
                "owner_model",
                models.CharField(
                    blank=True,
                    choices=[
                        ("product_led", "Product-led"),
                        ("csm_led", "CSM-led"),
                        ("sales_led", "Sales-led"),
                        ("hybrid", "Hybrid, by size of the deal"),
                    ],
                    help_text="What the first stage found. Empty: whatever it was.",
                    max_length=16,
                    null=True,
                ),
            ),
            (
                "sets_owner_model",
                models.CharField(
                    blank=True,
                    choices=[
                        ("product_led", "Product-led"),
                        ("csm_led", "CSM-led"),
                        ("sales_led", "Sales-led"),
                        ("hybrid", "Hybrid, by size of the deal"),
                    ],
                    help_text="Makes it a rule of the first stage: which kind of owner.",
                    max_length=16,
                    null=True,
                ),
            ),
            (
                "pool",
                models.ForeignKey(
                    blank=True,
                    help_text="Who shares.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="rules",
                    to="accounts.pool",
                ),
            ),
            (
                "member",
                models.ForeignKey(
                    blank=True,
                    help_text="Always they.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.member",
                ),
            ),
            (
                "strategy",
                models.CharField(
                    blank=True,
                    choices=[
                        ("fixed", "Always this member"),
                        ("round_robin", "In turn"),
                        ("weighted", "In turn, by weight"),
                        ("capacity", "Whoever has most room"),
                    ],
                    help_text="Of a pool: whose turn.",
                    max_length=16,
                    null=True,
                ),
            ),
            (
                "sticky",
                models.BooleanField(
                    default=False, help_text="Whoever of them owns the account already keeps it."
                ),
            ),
            (
                "inherit_from_parent",
                models.BooleanField(
                    default=False, help_text="The owner of the parent account takes it."
                ),
            ),
        ],
        options={
            "ordering": ["rule_set", "rank"],
            "constraints": [
                accounts.models.pool.AskedAtTheEnd(
                    deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                    fields=("rule_set", "rank"),
                    name="routingrule_one_per_rank",
                    violation_error_message="Another rule of the set has this rank.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("member", None), ("pool", None), ("sets_owner_model__isnull", False)
                        ),
                        models.Q(
                            ("member", None), ("pool__isnull", False), ("sets_owner_model", None)
                        ),
                        models.Q(
                            ("member__isnull", False), ("pool", None), ("sets_owner_model", None)
                        ),
                        _connector="OR",
                    ),
                    name="routingrule_has_one_outcome",
                    violation_error_message="A rule says one thing: which kind of owner, which pool, or which member.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("sets_owner_model__isnull", False), ("strategy", None)),
                        models.Q(("member__isnull", False), ("strategy", "fixed")),
                        models.Q(
                            ("pool__isnull", False),
                            ("strategy__isnull", False),
                            models.Q(("strategy", "fixed"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="routingrule_strategy_fits_its_outcome",
                    violation_error_message="A pool takes turns or chooses the freest, a member is always this one, and a kind of owner has no strategy.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("sets_owner_model", None),
                        models.Q(
                            ("inherit_from_parent", False), ("owner_model", None), ("sticky", False)
                        ),
                        _connector="OR",
                    ),
                    name="routingrule_kind_of_owner_is_found_once",
                    violation_error_message="A rule about the kind of owner does not ask for one, and keeps nobody.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("employees_from", None),
                        ("employees_to", None),
                        ("employees_to__gte", models.F("employees_from")),
                        _connector="OR",
                    ),
                    name="routingrule_employees_are_in_order",
                    violation_error_message="The largest company cannot be below the smallest.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("deal_from", None), ("deal_from__gte", 0), _connector="OR"),
                        models.Q(("deal_below", None), ("deal_below__gt", 0), _connector="OR"),
                        models.Q(
                            ("deal_from", None),
                            ("deal_below", None),
                            ("deal_below__gt", models.F("deal_from")),
                            _connector="OR",
                        ),
                    ),
                    name="routingrule_deals_are_in_order",
                    violation_error_message="No deal is of such a size.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("owner_model", None),
                        models.Q(("owner_model", "hybrid"), _negated=True),
                        _connector="OR",
                    ),
                    name="routingrule_owner_model_is_one_that_is_found",
                    violation_error_message="Hybrid is settled by size before owners are looked for: name what it becomes.",
                ),
            ],
        },
    ),
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="subscription_feedback",
                    to="accounts.account",
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
                "missing",
                models.ManyToManyField(
                    blank=True,
                    help_text="Features that they missed.",
                    related_name="+",
                    to="pricing.feature",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "subscription feedback",
            "ordering": ["-given_on", "-id"],
        },
    ),
    migrations.CreateModel(
        name="SubscriptionLine",
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
                "subscription",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="lines",
                    to="accounts.subscription",
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="lines",
                    to="accounts.account",
                ),
            ),
            (
                "plan",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                ),
            ),
            (
                "plan_version",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.planversion",
                ),
            ),
            (
                "charge",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.charge",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    help_text="Empty for credits, which are spent on any product.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "price",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    editable=False,
                    help_text="The price it is held at; empty when its terms were agreed or imported.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.price",
                ),
            ),
            (
                "floor_version",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    editable=False,
                    help_text="Nothing it grants falls below what this version grants.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.planversion",
                ),
            ),
            (
                "bundle_plan",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    editable=False,
                    help_text="The bundle or platform it is held by; its amount is a share of that price.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                ),
            ),
            (
                "bundle_quantity",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    editable=False,
                    help_text="How many bundles.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "instance",
                models.PositiveSmallIntegerField(
                    default=0, help_text="Tells lines of the same charge apart."
                ),
            ),
            (
                "quantity",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Empty when it is not known (imports).",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "interval",
                models.CharField(
                    choices=[
                        ("month", "Month"),
                        ("quarter", "Quarter"),
                        ("year", "Year"),
                        ("one_time", "Once"),
                    ],
                    default="month",
                    max_length=16,
                ),
            ),
            (
                "list_amount",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Price of the interval before discounts; empty when it is not known.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "amount",
                models.DecimalField(
                    decimal_places=6,
                    help_text="What is paid for each interval, after discounts.",
                    max_digits=18,
                ),
            ),
            (
                "mrr",
                models.BigIntegerField(
                    help_text="Recurring revenue of a month, in minor units of the currency.",
                    verbose_name="MRR",
                ),
            ),
            (
                "root",
                models.ForeignKey(
                    blank=True,
                    help_text="The first line of the lineage; empty: this one.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "previous",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    help_text="The line that it follows.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="successors",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "origin",
                models.CharField(
                    choices=[
                        ("sale", "Sale"),
                        ("change", "Change asked for"),
                        ("renewal", "Renewal"),
                        ("migration", "Migration"),
                        ("discount_end", "End of a discount"),
                        ("import", "Import"),
                    ],
                    default="sale",
                    max_length=16,
                ),
            ),
            (
                "trace",
                models.JSONField(
                    db_default=models.Value([], models.JSONField()),
                    default=list,
                    editable=False,
                    help_text="The steps that led to its terms.",
                ),
            ),
            ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ("voided_at", models.DateTimeField(blank=True, editable=False, null=True)),
        ],
        options={
            "ordering": ["account", "starts_on", "id"],
            "indexes": [
                models.Index(fields=["account", "starts_on"], name="line_of_account"),
                models.Index(
                    condition=models.Q(("price__isnull", False)),
                    fields=["price"],
                    name="line_of_price",
                ),
                models.Index(
                    condition=models.Q(("bundle_plan__isnull", False)),
                    fields=["bundle_plan"],
                    name="line_of_bundle",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="subscriptionline_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    condition=models.Q(("voided_at", None)),
                    expressions=[
                        ("subscription", "="),
                        ("charge", "="),
                        (django.db.models.functions.comparison.Coalesce("product", 0), "="),
                        ("instance", "="),
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
                    name="subscriptionline_one_at_a_time",
                    violation_error_message="Another line of this subscription covers part of these days.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("mrr__gte", 0),
                        ("amount__gte", 0),
                        models.Q(
                            ("list_amount", None),
                            ("list_amount__gte", models.F("amount")),
                            _connector="OR",
                        ),
                    ),
                    name="subscriptionline_money_is_not_negative",
                    violation_error_message="Amounts are not negative, and nobody pays more than the list price.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("previous__isnull", False), ("voided_at", None)),
                    fields=("previous",),
                    name="subscriptionline_has_one_successor",
                    violation_error_message="Another line follows that one already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("bundle_plan", None), ("bundle_quantity", None)),
                        models.Q(("bundle_plan__isnull", False), ("bundle_quantity__gt", 0)),
                        _connector="OR",
                    ),
                    name="subscriptionline_of_a_bundle_says_how_many",
                    violation_error_message="A part of a bundle says of how many bundles.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("quantity", None), ("quantity__gt", 0), _connector="OR"),
                    name="subscriptionline_quantity_is_positive",
                    violation_error_message="The quantity is more than nothing.",
                ),
            ],
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
            (
                "trial",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="used",
                    to="accounts.trial",
                ),
            ),
            ("day", models.DateField()),
            ("key", models.CharField(max_length=200)),
        ],
        options={
            "ordering": ["trial", "id"],
            "constraints": [
                models.UniqueConstraint(fields=("trial", "key"), name="trialuse_key_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditGrant",
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
                "account",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="credit_grants",
                    to="accounts.account",
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.creditunit",
                ),
            ),
            ("credits", models.DecimalField(decimal_places=6, max_digits=18)),
            (
                "source",
                models.CharField(
                    choices=[
                        ("plan", "A subscription"),
                        ("purchase", "Bought once"),
                        ("promo", "Given away"),
                    ],
                    default="promo",
                    max_length=16,
                ),
            ),
            (
                "priority",
                models.PositiveSmallIntegerField(
                    default=100, help_text="Credits with a lower number are used first."
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    help_text="Only for features of this product; empty: of any.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "cost",
                models.DecimalField(
                    decimal_places=6,
                    default=0,
                    help_text="What the customer paid for all of it; credits that are free are used first.",
                    max_digits=18,
                ),
            ),
            (
                "plan",
                models.ForeignKey(
                    blank=True,
                    help_text="The credit pack; while these credits run, it says what happens beyond them.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "key",
                models.CharField(
                    blank=True,
                    help_text="Whoever grants twice by one key grants once.",
                    max_length=200,
                    null=True,
                ),
            ),
            ("reason", models.CharField(blank=True, max_length=500)),
            ("recorded_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["account", "starts_on", "id"],
            "indexes": [
                models.Index(fields=["account", "unit", "starts_on"], name="creditgrant_of")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="creditgrant_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                models.UniqueConstraint(
                    fields=("account", "key"),
                    name="creditgrant_key_once",
                    violation_error_message="Another grant of this account has the key.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cost__gte", 0),
                        ("cost__lt", 1000000000000),
                        ("credits__gt", 0),
                        ("credits__lt", 1000000000000),
                    ),
                    name="creditgrant_is_something",
                    violation_error_message="A grant is of some credits, and costs no less than none.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("source", "promo"), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="creditgrant_by_hand_has_a_reason",
                    violation_error_message="Say why the credits are given away.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="EntitlementLock",
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "root",
                models.ForeignKey(
                    help_text="The first line of the lineage that is protected.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="%(class)ss",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "policy",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="%(class)ss",
                    to="pricing.grandfatheringpolicy",
                ),
            ),
            (
                "end_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("changed", "The customer changed to another plan"),
                        ("superseded", "Another policy took its place"),
                        ("contract", "A contract price was made later"),
                        ("by_hand", "Ended by hand"),
                    ],
                    default="",
                    editable=False,
                    max_length=16,
                ),
            ),
            (
                "plan_version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.planversion",
                ),
            ),
            (
                "mode",
                models.CharField(
                    choices=[
                        ("pin", "Exactly the old set"),
                        ("floor", "The new set, never below the old limits"),
                    ],
                    max_length=8,
                ),
            ),
        ],
        options={
            "ordering": ["root", "starts_on"],
            "abstract": False,
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="entitlementlock_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("root", "="),
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
                    name="entitlementlock_one_at_a_time",
                    violation_error_message="Another policy protects the grants of this line on part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="IncentiveRedemption",
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
                "incentive",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="redemptions",
                    to="pricing.incentive",
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="redemptions",
                    to="accounts.account",
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="redemptions",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "discount",
                models.DecimalField(
                    decimal_places=6,
                    help_text="What it takes off for each interval, taken by itself.",
                    max_digits=18,
                ),
            ),
            ("recorded_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["-id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="incentiveredemption_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                models.UniqueConstraint(
                    fields=("incentive", "line"),
                    name="incentiveredemption_once_a_line",
                    violation_error_message="The line has this incentive already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("ends_on__isnull", False)),
                    name="incentiveredemption_ends",
                    violation_error_message="A discount without an end is the price.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("discount__gte", 0), ("discount__lt", 1000000000000)),
                    name="incentiveredemption_is_not_negative",
                    violation_error_message="A discount does not make anything dearer.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PreviewLine",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "policy",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="preview_lines",
                    to="pricing.grandfatheringpolicy",
                ),
            ),
            (
                "line",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            ("status", models.CharField(max_length=16)),
            ("exception", models.CharField(blank=True, default="", max_length=8)),
            ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
            ("list_amount", models.DecimalField(decimal_places=6, max_digits=18, null=True)),
            (
                "days",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(), help_text="The next renewals.", size=None
                ),
            ),
            (
                "kept",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DecimalField(decimal_places=6, max_digits=18),
                    help_text="Paid under the policy.",
                    size=None,
                ),
            ),
            (
                "forced",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DecimalField(decimal_places=6, max_digits=18),
                    help_text="Paid if all were moved.",
                    size=None,
                ),
            ),
            (
                "uplift",
                models.FloatField(
                    help_text="More after the first renewal, as a fraction.", null=True
                ),
            ),
            (
                "seen",
                models.CharField(
                    help_text="The terms it was previewed on, as a number.", max_length=32
                ),
            ),
        ],
        options={
            "ordering": ["policy", "account", "line"],
            "constraints": [
                models.UniqueConstraint(fields=("policy", "line"), name="previewline_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="PriceLock",
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "root",
                models.ForeignKey(
                    help_text="The first line of the lineage that is protected.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="%(class)ss",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "policy",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="%(class)ss",
                    to="pricing.grandfatheringpolicy",
                ),
            ),
            (
                "end_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("changed", "The customer changed to another plan"),
                        ("superseded", "Another policy took its place"),
                        ("contract", "A contract price was made later"),
                        ("by_hand", "Ended by hand"),
                    ],
                    default="",
                    editable=False,
                    max_length=16,
                ),
            ),
            (
                "price",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.price",
                ),
            ),
            (
                "quantity",
                models.DecimalField(
                    decimal_places=6, help_text="Units held on the first day.", max_digits=18
                ),
            ),
            (
                "amount",
                models.DecimalField(
                    decimal_places=6,
                    help_text="What they cost for each interval on the first day.",
                    max_digits=18,
                ),
            ),
            (
                "cap_percent",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="At most so much more at each renewal; empty: no movement.",
                    max_digits=7,
                    null=True,
                ),
            ),
        ],
        options={
            "ordering": ["root", "starts_on"],
            "abstract": False,
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="pricelock_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("root", "="),
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
                    name="pricelock_one_at_a_time",
                    violation_error_message="Another policy protects the price of this line on part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RoutingDecision",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to="accounts.account",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
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
                    max_length=24,
                    null=True,
                ),
            ),
            (
                "expected_mrr",
                models.BigIntegerField(
                    help_text="In minor units; null: what the account pays was asked about.",
                    null=True,
                ),
            ),
            ("starts_on", models.DateField(help_text="The day from which the owner is theirs.")),
            (
                "rule_set",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to="accounts.routingruleset",
                ),
            ),
            (
                "rule",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to="accounts.routingrule",
                ),
            ),
            (
                "owner_model",
                models.CharField(
                    choices=[
                        ("product_led", "Product-led"),
                        ("csm_led", "CSM-led"),
                        ("sales_led", "Sales-led"),
                        ("hybrid", "Hybrid, by size of the deal"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "how",
                models.CharField(
                    choices=[
                        ("named", "By name"),
                        ("sticky", "Kept"),
                        ("parent", "From the parent account"),
                        ("rule", "By a rule"),
                        ("catch_all", "By the last rule"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to="accounts.member",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("csm", "Customer success manager"),
                        ("ae", "Account executive"),
                        ("am", "Account manager"),
                        ("specialist", "Specialist"),
                        ("product_led_queue", "Product-led queue"),
                    ],
                    max_length=20,
                ),
            ),
            ("trace", models.JSONField()),
            (
                "key",
                models.CharField(
                    help_text="What was asked for, once.", max_length=300, unique=True
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("made_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["-id"],
            "indexes": [
                models.Index(
                    fields=["rule_set", "member", "starts_on"], name="decision_of_a_member"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Turn",
        fields=[
            (
                "seat",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="turn",
                    serialize=False,
                    to="accounts.poolmember",
                ),
            ),
            (
                "last",
                models.BigIntegerField(help_text="The pool's turn when it was theirs; 0: never."),
            ),
            ("credit", models.BigIntegerField(help_text="What a weighted pool still owes them.")),
        ],
        options={
            "ordering": ["seat"],
        },
    ),
    migrations.CreateModel(
        name="Assignment",
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
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="assignments",
                    to="accounts.account",
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: the whole account.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("csm", "Customer success manager"),
                        ("ae", "Account executive"),
                        ("am", "Account manager"),
                        ("specialist", "Specialist"),
                        ("product_led_queue", "Product-led queue"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="assignments",
                    to="accounts.member",
                ),
            ),
            (
                "source",
                models.CharField(
                    choices=[
                        ("manual", "By hand"),
                        ("named", "By name"),
                        ("sticky", "Kept"),
                        ("parent", "From the parent account"),
                        ("rule", "By a rule"),
                        ("rebalance", "To even out the load"),
                    ],
                    default="manual",
                    max_length=16,
                ),
            ),
            (
                "decision",
                models.ForeignKey(
                    blank=True,
                    help_text="Why they; empty: somebody said so.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="assignments",
                    to="accounts.routingdecision",
                ),
            ),
        ],
        options={
            "ordering": ["account", "role", "starts_on", "id"],
            "indexes": [
                models.Index(
                    fields=["member", "ends_on"],
                    include=("starts_on", "account", "product"),
                    name="assignment_of_a_member",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="assignment_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("account", "="),
                        ("role", "="),
                        (
                            django.db.models.functions.comparison.Coalesce(
                                models.F("product"),
                                models.Value(0),
                                output_field=models.BigIntegerField(),
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
                    name="assignment_one_owner_at_a_time",
                    violation_error_message="Another owner in this role covers part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditAllocation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "draw",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="allocations",
                    to="accounts.creditdraw",
                ),
            ),
            (
                "grant",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="allocations",
                    to="accounts.creditgrant",
                ),
            ),
            ("credits", models.DecimalField(decimal_places=6, max_digits=18)),
            ("counts_on", models.DateField()),
        ],
        options={
            "ordering": ["id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("credits", 0), _negated=True),
                    name="creditallocation_is_something",
                    violation_error_message="An allocation is of some credits.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="GrantBalance",
        fields=[
            (
                "grant",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="balance",
                    serialize=False,
                    to="accounts.creditgrant",
                ),
            ),
            ("left", models.DecimalField(decimal_places=6, max_digits=18)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("left__gte", 0)),
                    name="grantbalance_is_not_overspent",
                    violation_error_message="The grant has fewer credits left than that.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="RebalancingMove",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "proposal",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="moves",
                    to="accounts.rebalancingproposal",
                ),
            ),
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.account",
                ),
            ),
            (
                "assignment",
                models.ForeignKey(
                    help_text="What it ends.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.assignment",
                ),
            ),
            (
                "giver",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.member",
                ),
            ),
            (
                "taker",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.member",
                ),
            ),
            ("load", models.BigIntegerField(help_text="What it weighs, in the pool's measure.")),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("moved", "Moved"),
                        ("changed_since", "Left: it had changed since"),
                    ],
                    default="waiting",
                    editable=False,
                    max_length=16,
                ),
            ),
        ],
        options={
            "ordering": ["proposal", "id"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("proposal", "assignment"),
                    name="rebalancingmove_once_per_assignment",
                    violation_error_message="It is moved already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("giver", models.F("taker")), _negated=True),
                    name="rebalancingmove_moves",
                    violation_error_message="It moves from one member to another.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Feedback",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "opportunity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="feedback",
                    to="accounts.opportunity",
                ),
            ),
            (
                "outcome",
                models.CharField(
                    choices=[("upgraded", "They bought"), ("not_upgraded", "They did not buy")],
                    max_length=16,
                ),
            ),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("timing", "Timing"),
                        ("segmentation", "Not the right customer for it"),
                        ("stakeholder", "Not the right people"),
                        ("value", "The value was not clear"),
                        ("price", "Price"),
                        ("adoption", "They do not use what they have"),
                        ("competitor", "They took another vendor's"),
                        ("other", "Something else"),
                    ],
                    max_length=16,
                ),
            ),
            ("text", models.TextField(blank=True, help_text="Their words; name nobody.")),
            ("given_on", models.DateField()),
        ],
        options={
            "verbose_name_plural": "feedback",
            "ordering": ["-given_on", "-id"],
        },
    ),
    migrations.CreateModel(
        name="ObjectionRaised",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "opportunity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="objections",
                    to="accounts.opportunity",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("price", "Price"),
                        ("timing", "Timing"),
                        ("adoption", "Adoption"),
                        ("value", "Value"),
                        ("stakeholder", "Somebody is missing"),
                        ("other", "Something else"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "response",
                models.CharField(
                    choices=[
                        ("roi", "Show what it returns"),
                        ("payment_flexibility", "Offer other payment terms"),
                        ("tie_to_initiative", "Tie it to an initiative of theirs"),
                        ("enablement", "Offer enablement"),
                        ("phased_rollout", "Roll it out in phases"),
                        ("reference", "Show a customer like them"),
                        ("other", "Something else"),
                    ],
                    max_length=24,
                ),
            ),
            ("raised_on", models.DateField()),
            ("note", models.TextField(blank=True)),
        ],
        options={
            "verbose_name_plural": "objections raised",
            "ordering": ["opportunity", "raised_on", "id"],
        },
    ),
    migrations.CreateModel(
        name="Opportunity",
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
            (
                "account",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="opportunities",
                    to="accounts.account",
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
                    max_length=24,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    help_text="The product of the target; empty for bundles, platforms and imports.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "from_plan",
                models.ForeignKey(
                    blank=True,
                    help_text="What the customer has instead or below it now.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                ),
            ),
            (
                "target_plan",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                    verbose_name="target",
                ),
            ),
            (
                "problem",
                models.TextField(
                    blank=True,
                    help_text="Which specific problem does this solve for them? Needed before engaging.",
                    verbose_name="specific problem solved",
                ),
            ),
            (
                "weak_pair_reason",
                models.TextField(
                    blank=True,
                    help_text="Needed where hardly anybody with their products has this one.",
                    verbose_name="why despite weak affinity",
                ),
            ),
            (
                "expected_mrr",
                models.BigIntegerField(
                    blank=True,
                    help_text="More recurring revenue a month, in minor units of the account's currency.",
                    null=True,
                    verbose_name="expected MRR",
                ),
            ),
            ("price_trace", models.JSONField(blank=True, default=list, editable=False)),
            (
                "owner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="opportunities",
                    to="accounts.member",
                ),
            ),
            (
                "decision",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    help_text="How the owner was found; empty: whoever owned the account then, or by hand.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.routingdecision",
                ),
            ),
            (
                "secondary_owner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="helped_opportunities",
                    to="accounts.member",
                ),
            ),
            (
                "secondary_role",
                models.CharField(
                    blank=True,
                    choices=[("closer", "Closes the deal"), ("specialist", "Knows the product")],
                    max_length=16,
                ),
            ),
            (
                "sourced_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.member",
                ),
            ),
            (
                "closed_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.member",
                ),
            ),
            (
                "stage",
                models.CharField(
                    choices=[
                        ("identified", "Identified"),
                        ("qualified", "Qualified"),
                        ("engaged", "Engaged"),
                        ("evaluating", "Evaluating"),
                        ("purchasing", "Purchasing"),
                        ("won", "Won, being adopted"),
                        ("adopted", "Adopted"),
                        ("deferred", "Deferred"),
                        ("disqualified", "Disqualified"),
                        ("lost", "Lost"),
                    ],
                    default="identified",
                    max_length=16,
                ),
            ),
            (
                "left_at",
                models.CharField(
                    blank=True,
                    choices=[
                        ("identified", "Identified"),
                        ("qualified", "Qualified"),
                        ("engaged", "Engaged"),
                        ("evaluating", "Evaluating"),
                        ("purchasing", "Purchasing"),
                        ("won", "Won, being adopted"),
                        ("adopted", "Adopted"),
                        ("deferred", "Deferred"),
                        ("disqualified", "Disqualified"),
                        ("lost", "Lost"),
                    ],
                    editable=False,
                    help_text="The stage it was in before it was deferred, disqualified or lost.",
                    max_length=16,
                ),
            ),
            (
                "defer_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("anchor_unhealthy", "The customer is not well with what they have"),
                        ("premature", "They have not got value from what they have yet"),
                        ("value_not_realised", "What must come before is not adopted yet"),
                        ("cooldown", "They have turned this down not long ago"),
                        ("customer_timing", "The customer wants to talk later"),
                        ("other", "Something else"),
                    ],
                    max_length=24,
                ),
            ),
            (
                "loss_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("timing", "Timing"),
                        ("segmentation", "Not the right customer for it"),
                        ("stakeholder", "Not the right people"),
                        ("value", "The value was not clear"),
                        ("price", "Price"),
                        ("adoption", "They do not use what they have"),
                        ("competitor", "They took another vendor's"),
                        ("other", "Something else"),
                    ],
                    max_length=16,
                ),
            ),
            ("note", models.TextField(blank=True, help_text="Why it ended or waits, in words.")),
            (
                "qualification",
                models.JSONField(
                    blank=True,
                    default=list,
                    editable=False,
                    help_text="The checklist as it was last asked.",
                ),
            ),
            (
                "playbook",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="opportunities",
                    to="accounts.playbook",
                ),
            ),
            (
                "variant",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="opportunities",
                    to="accounts.variant",
                ),
            ),
            (
                "won_line",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.subscriptionline",
                ),
            ),
            (
                "origin",
                models.CharField(
                    choices=[
                        ("manual", "By hand"),
                        ("signal", "By a signal"),
                        ("import", "Imported"),
                    ],
                    default="manual",
                    max_length=16,
                ),
            ),
            (
                "signal",
                models.OneToOneField(
                    blank=True,
                    editable=False,
                    help_text="What opened it; empty: somebody did by hand.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="opened",
                    to="accounts.signal",
                ),
            ),
            ("opened_on", models.DateField()),
            ("stage_since", models.DateField(help_text="The day it came to its stage.")),
            (
                "decided_on",
                models.DateField(
                    blank=True, help_text="The day it was won, lost or disqualified.", null=True
                ),
            ),
            (
                "adopt_by",
                models.DateField(
                    blank=True,
                    help_text="The day a won one counts as over, adopted or not.",
                    null=True,
                ),
            ),
        ],
        options={
            "verbose_name_plural": "opportunities",
            "ordering": ["-opened_on", "-id"],
            "indexes": [
                models.Index(fields=["account", "motion", "stage"], name="opportunity_of_account"),
                models.Index(fields=["owner", "stage"], name="opportunity_of_owner"),
                models.Index(fields=["motion", "opened_on"], name="opportunity_of_motion"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(
                        (
                            "stage__in",
                            (
                                "identified",
                                "qualified",
                                "engaged",
                                "evaluating",
                                "purchasing",
                                "deferred",
                            ),
                        ),
                        ("target_plan__isnull", False),
                    ),
                    fields=("account", "motion", "target_plan"),
                    name="opportunity_one_open_per_target",
                    violation_error_message="The account has an open opportunity of this motion for this plan already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("origin", "import"), ("target_plan__isnull", False), _connector="OR"
                    ),
                    name="opportunity_has_a_target",
                    violation_error_message="Name the plan that is to be sold.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("origin", "import"),
                        models.Q(("stage__in", ["won", "adopted"]), _negated=True),
                        models.Q(("decided_on__isnull", False), ("won_line__isnull", False)),
                        _connector="OR",
                    ),
                    name="opportunity_won_has_a_line",
                    violation_error_message="Won needs the line that was bought.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("origin", "import"),
                        models.Q(("stage", "lost"), _negated=True),
                        models.Q(
                            models.Q(("loss_reason", ""), _negated=True),
                            ("decided_on__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="opportunity_lost_has_a_reason",
                    violation_error_message="Say why it was lost.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("stage", "deferred"), _negated=True),
                        models.Q(("defer_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="opportunity_deferred_has_a_reason",
                    violation_error_message="Say why it waits.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("stage", "disqualified"), _negated=True),
                        ("note__regex", "\\S"),
                        _connector="OR",
                    ),
                    name="opportunity_disqualified_has_a_reason",
                    violation_error_message="Say why it is disqualified.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("origin", "import"),
                        (
                            "stage__in",
                            ["identified", "qualified", "deferred", "disqualified", "lost"],
                        ),
                        ("problem__regex", "\\S"),
                        _connector="OR",
                    ),
                    name="opportunity_engaged_has_a_problem",
                    violation_error_message="Say which specific problem it solves for them.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("origin", "import"),
                        ("expected_mrr", None),
                        ("expected_mrr__gte", 0),
                        _connector="OR",
                    ),
                    name="opportunity_expects_no_loss",
                    violation_error_message="Expected revenue is not negative.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("secondary_owner", None), ("secondary_role", "")),
                        models.Q(
                            ("secondary_owner__isnull", False),
                            models.Q(("secondary_role", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="opportunity_secondary_owner_has_a_role",
                    violation_error_message="A secondary owner has a role, and only they do.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("decided_on", None),
                        ("decided_on__gte", models.F("opened_on")),
                        _connector="OR",
                    ),
                    name="opportunity_is_decided_after_it_opened",
                    violation_error_message="It cannot be decided before it was opened.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="OpportunityTransition",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "opportunity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="transitions",
                    to="accounts.opportunity",
                ),
            ),
            (
                "from_stage",
                models.CharField(
                    blank=True,
                    choices=[
                        ("identified", "Identified"),
                        ("qualified", "Qualified"),
                        ("engaged", "Engaged"),
                        ("evaluating", "Evaluating"),
                        ("purchasing", "Purchasing"),
                        ("won", "Won, being adopted"),
                        ("adopted", "Adopted"),
                        ("deferred", "Deferred"),
                        ("disqualified", "Disqualified"),
                        ("lost", "Lost"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "to_stage",
                models.CharField(
                    choices=[
                        ("identified", "Identified"),
                        ("qualified", "Qualified"),
                        ("engaged", "Engaged"),
                        ("evaluating", "Evaluating"),
                        ("purchasing", "Purchasing"),
                        ("won", "Won, being adopted"),
                        ("adopted", "Adopted"),
                        ("deferred", "Deferred"),
                        ("disqualified", "Disqualified"),
                        ("lost", "Lost"),
                    ],
                    max_length=16,
                ),
            ),
            ("on", models.DateField(verbose_name="day")),
            (
                "by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("reason", models.TextField(blank=True)),
            ("checklist", models.JSONField(default=list)),
            ("at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["opportunity", "id"],
            "default_permissions": ("view",),
        },
    ),
    migrations.CreateModel(
        name="Signal",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "rule",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="signals",
                    to="accounts.signalrule",
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
        ],
        options={
            "ordering": ["-on", "-id"],
            "default_permissions": ("view",),
            "indexes": [
                models.Index(fields=["account", "on"], name="signal_of_account"),
                models.Index(fields=["on", "state"], name="signal_of_day"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("rule", "account", "occurrence"),
                    name="signal_once_per_occurrence",
                    violation_error_message="This was noticed already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("reason", ""), ("state", "fired")),
                        models.Q(("state", "suppressed"), models.Q(("reason", ""), _negated=True)),
                        _connector="OR",
                    ),
                    name="signal_suppressed_has_a_reason",
                    violation_error_message="One that is suppressed has a reason, and no other one.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Stakeholder",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "opportunity",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stakeholders",
                    to="accounts.opportunity",
                ),
            ),
            (
                "contact",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stakes",
                    to="accounts.contact",
                ),
            ),
            (
                "engaged_on",
                models.DateField(help_text="The day they were first spoken to about it."),
            ),
            ("note", models.TextField(blank=True)),
        ],
        options={
            "ordering": ["opportunity", "id"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("opportunity", "contact"),
                    name="stakeholder_once",
                    violation_error_message="This contact is engaged in the opportunity already.",
                )
            ],
        },
    ),
]
