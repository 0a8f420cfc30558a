"""The tables, as they are at the baseline."""

from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.codes
import config.money
import pricing.amounts
import pricing.models.kinds

TABLES = [
    migrations.CreateModel(
        name="CreditUnit",
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
                "portfolio",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.portfolio",
                ),
            ),
            (
                "on_empty",
                models.CharField(
                    choices=[
                        ("block", "Nothing more can be used"),
                        ("allow_negative", "It goes on; the next credits pay for it"),
                    ],
                    default="block",
                    help_text="For customers without a credit pack; a pack says it for those who have it.",
                    max_length=16,
                    verbose_name="when empty",
                ),
            ),
        ],
        options={
            "ordering": ["code"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("on_empty", "overage"), _negated=True),
                    name="creditunit_has_no_price",
                    violation_error_message="Only a credit pack has a price for what goes beyond it.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Feature",
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
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "value_type",
                models.CharField(
                    choices=[
                        ("flag", "There or not"),
                        ("quantity", "So many"),
                        ("level", "One of several levels"),
                    ],
                    help_text="What a plan says of it; never changes.",
                    max_length=16,
                ),
            ),
            (
                "unit",
                models.CharField(
                    blank=True,
                    help_text="What is counted, such as GB; 1000 GB are shown as 1 TB. Empty: plain numbers.",
                    max_length=20,
                ),
            ),
            (
                "levels",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=60),
                    blank=True,
                    default=list,
                    help_text="The levels from the lowest upwards, separated by commas.",
                    size=20,
                ),
            ),
            (
                "is_support",
                models.BooleanField(
                    default=False,
                    help_text="How customers are helped; comparisons tell it apart from what the product does.",
                    verbose_name="support",
                ),
            ),
            (
                "value_rating",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="What it is worth to customers, from 1 to 5; empty: nobody has judged it.",
                    null=True,
                    validators=[
                        django.core.validators.MinValueValidator(1),
                        django.core.validators.MaxValueValidator(5),
                    ],
                ),
            ),
            (
                "on_exceed",
                models.CharField(
                    choices=[
                        ("block_new", "Nothing new can be added"),
                        ("read_only", "Everything stays, to read only"),
                        ("grace", "It goes on for some days"),
                    ],
                    default="block_new",
                    help_text="What happens to a customer above the limit. Nothing is ever deleted.",
                    max_length=16,
                    verbose_name="when exceeded",
                ),
            ),
            (
                "grace_days",
                models.PositiveSmallIntegerField(
                    blank=True, help_text="How many days it goes on; only with grace.", null=True
                ),
            ),
            (
                "rank",
                models.PositiveIntegerField(
                    default=0, help_text="Its place in comparisons, the lowest first."
                ),
            ),
        ],
        options={
            "ordering": ["product", "rank", "code"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("levels__len__gte", 2), ("value_type", "level")),
                        models.Q(models.Q(("value_type", "level"), _negated=True), ("levels", [])),
                        _connector="OR",
                    ),
                    name="feature_levels_with_level_type",
                    violation_error_message="A feature of levels names at least two; any other names none.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("value_type", "quantity"), ("unit", ""), _connector="OR"),
                    name="feature_unit_with_quantity_type",
                    violation_error_message="Only what is counted has a unit.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("value_rating", None),
                        models.Q(("value_rating__gte", 1), ("value_rating__lte", 5)),
                        _connector="OR",
                    ),
                    name="feature_value_rating_from_1_to_5",
                    violation_error_message="The rating is from 1 to 5.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("grace_days__gte", 1),
                            ("grace_days__isnull", False),
                            ("on_exceed", "grace"),
                        ),
                        models.Q(
                            models.Q(("on_exceed", "grace"), _negated=True), ("grace_days", None)
                        ),
                        _connector="OR",
                    ),
                    name="feature_grace_has_days",
                    violation_error_message="Grace needs its days, one at least; nothing else has any.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Plan",
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
                    max_length=250,
                    unique=True,
                ),
            ),
            ("name", models.CharField(max_length=200)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("tier", "Tier"),
                        ("add_on", "Add-on"),
                        ("capacity", "Capacity pack"),
                        ("bundle", "Bundle"),
                        ("platform", "Platform"),
                        ("credit_pack", "Credit pack"),
                    ],
                    default="tier",
                    max_length=16,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    blank=True,
                    help_text="For a tier, an add-on and a capacity pack.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "portfolio",
                models.ForeignKey(
                    blank=True,
                    help_text="For a bundle, a platform and a credit pack.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.portfolio",
                ),
            ),
            (
                "rank",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Higher tiers of a product have higher ranks; of others, the place in lists.",
                    null=True,
                ),
            ),
            ("is_public", models.BooleanField(default=True, verbose_name="public")),
            (
                "available_from",
                models.DateField(
                    blank=True, help_text="First day it can be sold; empty: a draft.", null=True
                ),
            ),
            (
                "end_of_sale_on",
                models.DateField(
                    blank=True, help_text="First day no new customer can buy it.", null=True
                ),
            ),
            (
                "end_of_life_on",
                models.DateField(
                    blank=True, help_text="First day nobody has it any more.", null=True
                ),
            ),
        ],
        options={
            "ordering": ["product", "rank"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("kind", "tier")),
                    fields=("product", "rank"),
                    name="plan_one_tier_per_rank",
                    violation_error_message="Another tier of this product has this rank.",
                ),
                models.UniqueConstraint(fields=("id", "product"), name="plan_of_product"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind__in", ("tier", "add_on", "capacity")), _negated=True),
                        models.Q(("portfolio", None), ("product__isnull", False)),
                        _connector="OR",
                    ),
                    name="plan_of_a_product_names_it",
                    violation_error_message="A tier, an add-on or a capacity pack belongs to a product, and only to that.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kind__in", ("tier", "add_on", "capacity")),
                        models.Q(("portfolio__isnull", False), ("product", None)),
                        _connector="OR",
                    ),
                    name="plan_of_a_portfolio_names_it",
                    violation_error_message="A bundle, a platform or a credit pack belongs to a portfolio, and to no product.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "tier"), _negated=True),
                        ("rank__isnull", False),
                        _connector="OR",
                    ),
                    name="plan_tier_has_a_rank",
                    violation_error_message="A tier needs a rank.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("available_from", None),
                            ("end_of_sale_on", None),
                            ("end_of_sale_on__gte", models.F("available_from")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("available_from", None),
                            ("end_of_life_on", None),
                            ("end_of_life_on__gte", models.F("available_from")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("end_of_sale_on", None),
                            ("end_of_life_on", None),
                            ("end_of_life_on__gte", models.F("end_of_sale_on")),
                            _connector="OR",
                        ),
                    ),
                    name="plan_dates_follow_one_another",
                    violation_error_message="The dates must follow one another: available, end of sale, end of life.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PriceBook",
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
                "account_code",
                config.codes.CodeField(
                    blank=True,
                    help_text="The customer whose contract this is; empty: no contract.",
                    max_length=120,
                    null=True,
                    unique=False,
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
        ],
        options={
            "ordering": ["code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("account_code", "segment", "region"),
                    name="pricebook_one_of_a_scope",
                    nulls_distinct=False,
                    violation_error_message="There is a price book for these very customers.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("account_code", None),
                        models.Q(("region", None), ("segment", None)),
                        _connector="OR",
                    ),
                    name="pricebook_of_an_account_has_no_market",
                    violation_error_message="A contract book is for one customer, wherever it belongs: leave segment and region empty.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="AddOn",
        fields=[],
        options={
            "verbose_name": "add-on",
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="Bundle",
        fields=[],
        options={
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="BurnRate",
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
                "unit",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="rates",
                    to="pricing.creditunit",
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
                "credits",
                models.DecimalField(
                    decimal_places=6,
                    help_text="What one of it costs.",
                    max_digits=18,
                    verbose_name="credits per unit",
                ),
            ),
        ],
        options={
            "ordering": ["unit", "feature", "starts_on"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="burnrate_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("unit", "="),
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
                    name="burnrate_one_at_a_time",
                    violation_error_message="Another rate of this feature covers part of these days.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("credits__gt", 0), ("credits__lt", 1000000000000)),
                    name="burnrate_is_positive",
                    violation_error_message="A unit costs more than no credits.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Capacity",
        fields=[],
        options={
            "verbose_name": "capacity pack",
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="Charge",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "plan",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="charges",
                    to="pricing.plan",
                ),
            ),
            (
                "code",
                config.codes.CodeField(
                    default="base",
                    help_text="Letters, digits, dots, dashes and underscores.",
                    max_length=40,
                    unique=False,
                ),
            ),
            (
                "cadence",
                models.CharField(
                    choices=[
                        ("recurring", "Recurring"),
                        ("usage", "By usage"),
                        ("one_time", "Once"),
                    ],
                    default="recurring",
                    max_length=16,
                ),
            ),
            (
                "feature",
                models.ForeignKey(
                    blank=True,
                    help_text="What is counted for it, such as users; empty for a base fee.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.feature",
                ),
            ),
        ],
        options={
            "ordering": ["plan", "code"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.UniqueConstraint(
                    fields=("plan", "code"),
                    name="charge_code_once_per_plan",
                    violation_error_message="The plan has a charge of this code already.",
                ),
                models.UniqueConstraint(fields=("id", "plan"), name="charge_of_plan"),
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditPack",
        fields=[],
        options={
            "verbose_name": "credit pack",
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="GrandfatheringPolicy",
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
            ("title", models.CharField(max_length=200)),
            (
                "rank",
                models.PositiveIntegerField(
                    help_text="Of two policies for one line, the lower rank decides.", unique=True
                ),
            ),
            ("effective_on", models.DateField(help_text="First day of the protection.")),
            (
                "supersedes",
                models.BooleanField(
                    default=False,
                    help_text="Also of the locks of policies that rank before it.",
                    verbose_name="takes the place of others",
                ),
            ),
            (
                "started_before",
                models.DateField(
                    blank=True, help_text="Only who held it before this day; empty: all.", null=True
                ),
            ),
            (
                "min_tenure_months",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Only who has held it for so many months; empty: all.",
                    null=True,
                ),
            ),
            ("freeze_price", models.BooleanField(default=True, verbose_name="keeps the price")),
            (
                "freeze_entitlements",
                models.BooleanField(default=False, verbose_name="keeps what is granted"),
            ),
            (
                "entitlement_mode",
                models.CharField(
                    blank=True,
                    choices=[
                        ("pin", "Exactly the old set"),
                        ("floor", "The new set, never below the old limits"),
                    ],
                    default="",
                    max_length=8,
                ),
            ),
            (
                "until",
                models.CharField(
                    choices=[
                        ("forever", "For ever"),
                        ("date", "Until a day"),
                        ("renewals", "For a number of renewals"),
                        ("months", "For a number of months"),
                    ],
                    max_length=8,
                ),
            ),
            (
                "until_date",
                models.DateField(
                    blank=True,
                    help_text="The new price begins at the first end of a term on or after it.",
                    null=True,
                ),
            ),
            (
                "until_renewals",
                models.PositiveSmallIntegerField(
                    blank=True, help_text="So many are billed at the old price; 0: none.", null=True
                ),
            ),
            (
                "until_months",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Calendar months from the first day of the protection.",
                    null=True,
                ),
            ),
            (
                "cap_percent",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="At most so much more at each renewal while it holds; empty: no movement.",
                    max_digits=7,
                    null=True,
                    validators=[
                        django.core.validators.MinValueValidator(0),
                        django.core.validators.MaxValueValidator(100),
                    ],
                ),
            ),
            (
                "on_expiry",
                models.CharField(
                    choices=[
                        ("list", "The list price at once"),
                        ("glide", "Towards the list price, a step at each renewal"),
                        ("successor", "To the successor of the product"),
                    ],
                    default="list",
                    max_length=16,
                ),
            ),
            (
                "glide_percent",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="At most so much more at each renewal afterwards; for a glide.",
                    max_digits=7,
                    null=True,
                    validators=[
                        django.core.validators.MinValueValidator(0),
                        django.core.validators.MaxValueValidator(100),
                    ],
                ),
            ),
            (
                "on_upgrade",
                models.CharField(
                    choices=[
                        ("drop", "The protection ends"),
                        (
                            "carry_as_of_lock_date",
                            "The new plan's price as of the first day of the lock",
                        ),
                    ],
                    default="drop",
                    max_length=24,
                ),
            ),
            (
                "on_quantity_change",
                models.CharField(
                    choices=[
                        ("keep", "All units at the protected price"),
                        ("old_units_only", "More units cost the list price"),
                    ],
                    default="keep",
                    max_length=16,
                ),
            ),
            (
                "lapse_days",
                models.PositiveSmallIntegerField(
                    default=0, help_text="Who comes back within so many days is protected again."
                ),
            ),
            (
                "most_favoured",
                models.BooleanField(
                    default=True, help_text="A lower list price applies at the next end of a term."
                ),
            ),
            (
                "on_sunset",
                models.CharField(
                    choices=[
                        ("honour_until_end_of_life", "Kept until the end of life"),
                        ("move_capped", "Moved to the successor, the uplift capped"),
                        ("move_now", "Moved to the successor at the next renewal"),
                    ],
                    default="honour_until_end_of_life",
                    max_length=32,
                ),
            ),
            (
                "notice_days",
                models.PositiveSmallIntegerField(
                    default=30, help_text="How long before a price moves customers are told."
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("previewed", "Previewed"),
                        ("approved", "Approved"),
                        ("applied", "Applied"),
                        ("ended", "Ended"),
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
            ("approved_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "preview_hash",
                models.CharField(
                    blank=True,
                    default="",
                    editable=False,
                    help_text="Policy, lines in scope, their prices and releases, as one number.",
                    max_length=64,
                ),
            ),
            ("plans", models.ManyToManyField(related_name="+", to="pricing.plan")),
            (
                "books",
                models.ManyToManyField(
                    blank=True,
                    help_text="Whose prices are held; empty: all.",
                    related_name="+",
                    to="pricing.pricebook",
                ),
            ),
            (
                "segments",
                models.ManyToManyField(
                    blank=True, help_text="Empty: all.", related_name="+", to="portfolio.segment"
                ),
            ),
            (
                "regions",
                models.ManyToManyField(
                    blank=True, help_text="Empty: all.", related_name="+", to="portfolio.region"
                ),
            ),
        ],
        options={
            "verbose_name_plural": "grandfathering policies",
            "ordering": ["rank"],
            "permissions": [
                ("approve_grandfatheringpolicy", "Can approve grandfathering policies"),
                ("apply_grandfatheringpolicy", "Can apply and end grandfathering policies"),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("freeze_price", True), ("freeze_entitlements", True), _connector="OR"
                    ),
                    name="grandfatheringpolicy_keeps_something",
                    violation_error_message="It keeps the price, what is granted, or both.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("freeze_entitlements", True), ("entitlement_mode", ""), _connector="XOR"
                    ),
                    name="grandfatheringpolicy_says_how_grants_are_kept",
                    violation_error_message="Say how what is granted is kept, if it is kept, and only then.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("until", "date"), ("until_date__isnull", False)),
                        models.Q(models.Q(("until", "date"), _negated=True), ("until_date", None)),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_until_date_belongs_to_its_kind",
                    violation_error_message="“Until a day” needs the field below it, and no other kind has it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("until", "renewals"), ("until_renewals__isnull", False)),
                        models.Q(
                            models.Q(("until", "renewals"), _negated=True), ("until_renewals", None)
                        ),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_until_renewals_belongs_to_its_kind",
                    violation_error_message="“For a number of renewals” needs the field below it, and no other kind has it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("until", "months"), ("until_months__isnull", False)),
                        models.Q(
                            models.Q(("until", "months"), _negated=True), ("until_months", None)
                        ),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_until_months_belongs_to_its_kind",
                    violation_error_message="“For a number of months” needs the field below it, and no other kind has it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cap_percent", None),
                        models.Q(("cap_percent__gt", 0), ("cap_percent__lte", 100)),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_cap_percent_is_a_percentage",
                    violation_error_message="A percentage is more than 0, and at most 100.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("glide_percent", None),
                        models.Q(("glide_percent__gt", 0), ("glide_percent__lte", 100)),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_glide_percent_is_a_percentage",
                    violation_error_message="A percentage is more than 0, and at most 100.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("on_expiry", "glide"), ("glide_percent", None), _connector="XOR"
                    ),
                    name="grandfatheringpolicy_glide_has_its_step",
                    violation_error_message="A glide needs its percentage, and only a glide has one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cap_percent", None), ("freeze_price", True), _connector="OR"
                    ),
                    name="grandfatheringpolicy_caps_a_kept_price",
                    violation_error_message="A cap is for a price that is kept.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("on_sunset", "move_capped"), _negated=True),
                        ("cap_percent__isnull", False),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_caps_what_is_moved_capped",
                    violation_error_message="Moving with a capped uplift needs the cap.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("approver", None),
                        models.Q(("approver", models.F("author")), _negated=True),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_is_approved_by_somebody_else",
                    violation_error_message="Somebody else approves it: not its author.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["draft", "previewed"]),
                        models.Q(
                            ("approved_at__isnull", False),
                            ("approver__isnull", False),
                            models.Q(("preview_hash", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="grandfatheringpolicy_approved_has_its_approver",
                    violation_error_message="Without an approver it is not approved.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Incentive",
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
                "rank",
                models.PositiveIntegerField(
                    help_text="The order in which those that go together are taken off.",
                    unique=True,
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("percent", "So many percent less"),
                        ("amount", "So much less each interval"),
                        ("free_periods", "The first intervals are free"),
                    ],
                    default="percent",
                    max_length=16,
                ),
            ),
            (
                "value",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="50 is half the price of 50 percent, or 50.00; free intervals have none.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "currency",
                config.money.CurrencyField(
                    blank=True, default="", help_text="Of an amount, and only of that."
                ),
            ),
            ("redeem_from", models.DateField(help_text="First day on which it can be had.")),
            (
                "redeem_until",
                models.DateField(help_text="First day on which it cannot be had any more."),
            ),
            (
                "duration_days",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="How many days it lasts; or say how many intervals.",
                    null=True,
                ),
            ),
            (
                "duration_periods",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="How many intervals it lasts.",
                    null=True,
                    verbose_name="duration in intervals",
                ),
            ),
            (
                "nth_product",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Only as the customer's n-th product: 2 is the second.",
                    null=True,
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
                "interval",
                models.CharField(
                    blank=True,
                    choices=[("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
                    default="",
                    help_text="Empty: any.",
                    max_length=16,
                ),
            ),
            (
                "reacquire_days",
                models.PositiveIntegerField(
                    default=180,
                    help_text="Not for a product that the customer gave up fewer days ago.",
                ),
            ),
            (
                "max_total",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="How often it can be had in all; empty: without limit.",
                    null=True,
                ),
            ),
            ("max_per_account", models.PositiveIntegerField(default=1)),
            (
                "stacking",
                models.CharField(
                    choices=[
                        ("exclusive", "Alone: of all that apply, the best for the customer"),
                        ("stackable", "Together with others"),
                    ],
                    default="exclusive",
                    max_length=16,
                ),
            ),
            (
                "on_locked",
                models.BooleanField(
                    default=False,
                    help_text="Also on a price that is held for the customer.",
                    verbose_name="on locked prices",
                ),
            ),
            (
                "plans",
                models.ManyToManyField(
                    blank=True,
                    help_text="What it makes cheaper; empty: any plan.",
                    related_name="+",
                    to="pricing.plan",
                ),
            ),
            (
                "required_products",
                models.ManyToManyField(
                    blank=True,
                    help_text="The customer has all of these.",
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "excluded_products",
                models.ManyToManyField(
                    blank=True,
                    help_text="The customer has none of these.",
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
        ],
        options={
            "ordering": ["rank"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("redeem_until__gt", models.F("redeem_from"))),
                    name="incentive_can_be_had_until_a_day",
                    violation_error_message="It can be had until a day after the first.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("duration_days__gte", 1),
                            ("duration_days__isnull", False),
                            ("duration_days__lte", 3660),
                            ("duration_periods", None),
                        ),
                        models.Q(
                            ("duration_days", None),
                            ("duration_periods__gte", 1),
                            ("duration_periods__isnull", False),
                            ("duration_periods__lte", 120),
                        ),
                        _connector="OR",
                    ),
                    name="incentive_lasts_so_long_and_no_longer",
                    violation_error_message="Say how long it lasts: so many days, or so many intervals, and not both. A discount without an end is the price.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind", "percent"),
                            ("value__gt", 0),
                            ("value__isnull", False),
                            ("value__lte", 100),
                        ),
                        models.Q(
                            ("kind", "amount"),
                            ("value__gt", 0),
                            ("value__isnull", False),
                            ("value__lt", 1000000000000),
                        ),
                        models.Q(
                            ("duration_periods__isnull", False),
                            ("kind", "free_periods"),
                            ("value", None),
                        ),
                        _connector="OR",
                    ),
                    name="incentive_value_fits_its_kind",
                    violation_error_message="A percentage is above 0 and at most 100, an amount above 0; free intervals have no value but a duration in intervals.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", "amount"), models.Q(("currency", ""), _negated=True)),
                        models.Q(models.Q(("kind", "amount"), _negated=True), ("currency", "")),
                        _connector="OR",
                    ),
                    name="incentive_amount_has_a_currency",
                    violation_error_message="An amount, and nothing else, has a currency.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("nth_product", None), ("nth_product__gte", 1), _connector="OR"),
                        models.Q(("max_total", None), ("max_total__gte", 1), _connector="OR"),
                        ("max_per_account__gte", 1),
                    ),
                    name="incentive_counts_from_one",
                    violation_error_message="The first is number 1; a limit is at least 1.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MigrationPath",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "from_plan",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="paths",
                    to="pricing.plan",
                    verbose_name="from",
                ),
            ),
            (
                "to_plan",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                    verbose_name="to",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("upgrade", "Upgrade"),
                        ("downgrade", "Downgrade"),
                        ("lateral", "Lateral"),
                        ("sunset", "Sunset"),
                    ],
                    max_length=16,
                ),
            ),
            ("allowed", models.BooleanField(default=True)),
            (
                "self_serve",
                models.BooleanField(
                    default=False,
                    help_text="Customers may take it without talking to us.",
                    verbose_name="self-service",
                ),
            ),
            (
                "timing",
                models.CharField(
                    choices=[("now", "At once"), ("period_end", "At the end of the term")],
                    default="now",
                    max_length=16,
                ),
            ),
            (
                "note",
                models.CharField(
                    blank=True, help_text="What customers should be told.", max_length=500
                ),
            ),
        ],
        options={
            "ordering": ["from_plan", "to_plan"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("from_plan", models.F("to_plan")), _negated=True),
                    name="migrationpath_leads_elsewhere",
                    violation_error_message="A path leads from one plan to another.",
                ),
                models.UniqueConstraint(
                    fields=("from_plan", "to_plan"),
                    name="migrationpath_once",
                    violation_error_message="There is a path between these plans already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("self_serve", False), ("allowed", True), _connector="OR"),
                    name="migrationpath_self_serve_is_allowed",
                    violation_error_message="What is not allowed is no self-service either.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PlanEnablement",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "plan",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="enabled_by",
                    to="pricing.plan",
                ),
            ),
            (
                "note",
                models.CharField(
                    blank=True, help_text="What the plan could not do without it.", max_length=500
                ),
            ),
        ],
        options={
            "ordering": ["product", "plan"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "plan"),
                    name="planenablement_once",
                    violation_error_message="The product enables this plan already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PlanVersion",
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
                "plan",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="versions",
                    to="pricing.plan",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            (
                "state",
                models.CharField(
                    choices=[("draft", "Draft"), ("published", "Published")],
                    default="draft",
                    max_length=16,
                ),
            ),
            (
                "existing_treatment",
                models.CharField(
                    blank=True,
                    choices=[
                        ("keep", "Existing customers keep what they have"),
                        ("gains_only", "Existing customers get what is better, and lose nothing"),
                        ("next_boundary", "Existing customers move at the end of their term"),
                        ("policy", "A grandfathering policy decides"),
                    ],
                    help_text="What happens to those who have the plan already; needed to publish.",
                    max_length=16,
                    null=True,
                ),
            ),
        ],
        options={
            "ordering": ["plan", "number"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="planversion_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                models.UniqueConstraint(
                    fields=("plan", "number"),
                    name="planversion_number_once",
                    violation_error_message="The plan has a version of this number already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state", "draft"), ("existing_treatment__isnull", False), _connector="OR"
                    ),
                    name="planversion_published_says_what_happens",
                    violation_error_message="Say what happens to existing customers before publishing.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    condition=models.Q(("state", "published")),
                    expressions=[
                        ("plan", "="),
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
                    name="planversion_one_published_at_a_time",
                    violation_error_message="Another published version covers part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Platform",
        fields=[],
        options={
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="PriceSheet",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "book",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="pricing.pricebook",
                ),
            ),
            (
                "sender",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("content", models.BinaryField()),
            ("problems", models.JSONField(default=list)),
            ("sent_at", models.DateTimeField(auto_now_add=True)),
        ],
        options={
            "ordering": ["-id"],
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="Tier",
        fields=[],
        options={
            "proxy": True,
            "default_permissions": (),
        },
        bases=(pricing.models.kinds.OfKind, "pricing.plan"),
    ),
    migrations.CreateModel(
        name="BundleItem",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "plan_version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="items",
                    to="pricing.planversion",
                ),
            ),
            (
                "plan",
                models.ForeignKey(
                    help_text="What is in it.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.plan",
                    verbose_name="component",
                ),
            ),
            ("quantity", models.DecimalField(decimal_places=6, default=1, max_digits=18)),
            (
                "optional",
                models.BooleanField(
                    default=False, help_text="Customers may take it along; it is not granted."
                ),
            ),
            (
                "is_composed",
                models.BooleanField(
                    default=False,
                    editable=False,
                    help_text="Nobody named it: the platform contained it on the day it was published for.",
                    verbose_name="from the rule",
                ),
            ),
        ],
        options={
            "verbose_name": "component",
            "ordering": ["plan_version", "id"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("plan_version", "plan"),
                    name="bundleitem_once_per_component",
                    violation_error_message="The version contains this plan already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("quantity__gt", 0)),
                    name="bundleitem_quantity_is_positive",
                    violation_error_message="The quantity is more than nothing.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CreditTerms",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "plan",
                models.OneToOneField(
                    help_text="A credit pack.",
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="credit_terms",
                    to="pricing.plan",
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="packs",
                    to="pricing.creditunit",
                ),
            ),
            (
                "valid_months",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="How long its credits can be used. Empty: until the next are granted; bought once, without end.",
                    null=True,
                ),
            ),
            (
                "priority",
                models.PositiveSmallIntegerField(
                    default=100, help_text="Credits with a lower number are used first."
                ),
            ),
            (
                "on_empty",
                models.CharField(
                    choices=[
                        ("block", "Nothing more can be used"),
                        ("allow_negative", "It goes on; the next credits pay for it"),
                        ("overage", "It goes on at a price in money"),
                    ],
                    default="block",
                    max_length=16,
                    verbose_name="when empty",
                ),
            ),
            (
                "overage_charge",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    help_text="The charge of the pack whose price for a unit a credit beyond it costs.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="pricing.charge",
                ),
            ),
        ],
        options={
            "verbose_name": "terms of a credit pack",
            "verbose_name_plural": "terms of credit packs",
            "ordering": ["plan"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("on_empty", "overage"), ("overage_charge__isnull", False)),
                        models.Q(
                            models.Q(("on_empty", "overage"), _negated=True),
                            ("overage_charge", None),
                        ),
                        _connector="OR",
                    ),
                    name="creditterms_overage_has_its_charge",
                    violation_error_message="Going on at a price needs the charge that has the price; nothing else has it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("valid_months", None),
                        models.Q(("valid_months__gte", 1), ("valid_months__lte", 600)),
                        _connector="OR",
                    ),
                    name="creditterms_valid_a_month_or_more",
                    violation_error_message="Credits are valid for 1 to 600 months, or without end.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Entitlement",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "plan_version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="entitlements",
                    to="pricing.planversion",
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
                    help_text="For a feature that is counted; empty where it is unlimited.",
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
        ],
        options={
            "ordering": ["plan_version", "feature__rank", "feature__code"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("plan_version", "feature"),
                    name="entitlement_once_per_feature",
                    violation_error_message="The version says already what it grants of this feature.",
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
                    name="entitlement_says_one_thing",
                    violation_error_message="Say one thing: yes or no, a quantity, unlimited, or a level.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("quantity", None), ("quantity__gte", 0), _connector="OR"),
                    name="entitlement_quantity_is_not_negative",
                    violation_error_message="A quantity is not negative.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PriceRelease",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "book",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="releases",
                    to="pricing.pricebook",
                ),
            ),
            ("title", models.CharField(max_length=200)),
            ("effective_on", models.DateField(help_text="First day of its prices.")),
            (
                "existing_treatment",
                models.CharField(
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
            (
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
            (
                "motions",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("tier_upsell", "Tier upsell"),
                            ("feature_upsell", "Feature upsell"),
                            ("capacity_upsell", "Capacity upsell"),
                            ("adjacent_cross_sell", "Adjacent cross-sell"),
                            ("complementary_cross_sell", "Complementary cross-sell"),
                            ("platform_cross_sell", "Platform cross-sell"),
                        ],
                        max_length=32,
                    ),
                    blank=True,
                    default=list,
                    help_text="The motions that these prices help or hinder.",
                    size=None,
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("in_review", "In review"),
                        ("approved", "Approved"),
                        ("published", "Published"),
                        ("cancelled", "Cancelled"),
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
            (
                "submitter",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
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
            (
                "content_hash",
                models.CharField(
                    blank=True,
                    default="",
                    editable=False,
                    help_text="What was submitted, as one number.",
                    max_length=64,
                ),
            ),
            (
                "note",
                models.CharField(
                    blank=True,
                    default="",
                    editable=False,
                    help_text="Why it was sent back or cancelled.",
                    max_length=500,
                ),
            ),
        ],
        options={
            "ordering": ["-effective_on", "-id"],
            "permissions": [
                ("approve_pricerelease", "Can approve and reject price releases"),
                ("publish_pricerelease", "Can publish price releases, and cancel published ones"),
                ("correct_pricerelease", "Can publish prices that begin in the past"),
            ],
            "indexes": [
                models.Index(fields=["book", "effective_on"], name="pricerelease_of_a_book")
            ],
            "constraints": [
                models.UniqueConstraint(fields=("id", "book"), name="pricerelease_of_book"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("approver", None),
                        models.Q(
                            models.Q(("approver", models.F("author")), _negated=True),
                            models.Q(("approver", models.F("submitter")), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="pricerelease_is_approved_by_somebody_else",
                    violation_error_message="Somebody else approves it: not who wrote or submitted it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state__in", ["approved", "published"]), _negated=True),
                        models.Q(
                            ("approver__isnull", False),
                            ("submitter__isnull", False),
                            models.Q(("content_hash", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="pricerelease_approved_has_its_approver",
                    violation_error_message="Without an approver it is not approved.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["draft", "cancelled"]),
                        ("existing_treatment__isnull", False),
                        _connector="OR",
                    ),
                    name="pricerelease_says_what_happens",
                    violation_error_message="Say what happens to existing customers before it is submitted.",
                ),
                models.CheckConstraint(
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
            ],
        },
    ),
    migrations.CreateModel(
        name="Price",
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
                "release",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lines",
                    to="pricing.pricerelease",
                ),
            ),
            (
                "book",
                models.ForeignKey(
                    db_index=False,
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="prices",
                    to="pricing.pricebook",
                ),
            ),
            (
                "charge",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="prices",
                    to="pricing.charge",
                ),
            ),
            ("currency", config.money.CurrencyField()),
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
                "is_end",
                models.BooleanField(
                    default=False,
                    help_text="From that day on the charge has no price here; leave all else empty.",
                    verbose_name="ends the price",
                ),
            ),
            (
                "model",
                models.CharField(
                    blank=True, choices=pricing.amounts.model_choices, default="", max_length=16
                ),
            ),
            (
                "flat_amount",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="For each interval, whatever the quantity.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "unit_amount",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="For each unit, or for each package.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "included_units",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Units that the flat amount covers.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "package_size",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Units in a package.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "credits",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Credits granted for each interval.",
                    max_digits=18,
                    null=True,
                ),
            ),
            (
                "is_minimum",
                models.BooleanField(
                    default=False,
                    help_text="Shown as “from”: contracts agree on more.",
                    verbose_name="is a minimum",
                ),
            ),
            ("cancelled", models.BooleanField(default=False, editable=False)),
            ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
        ],
        options={
            "ordering": ["charge", "currency", "interval", "starts_on", "id"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "indexes": [
                models.Index(
                    fields=["charge", "book", "currency", "interval", "starts_on"],
                    name="price_of_a_charge",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="price_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    condition=models.Q(("cancelled", False), ("published_at__isnull", False)),
                    expressions=[
                        ("book", "="),
                        ("charge", "="),
                        ("currency", "="),
                        ("interval", "="),
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
                    name="price_one_at_a_time",
                    violation_error_message="Another price already covers part of this period.",
                ),
                models.UniqueConstraint(
                    fields=("release", "charge", "currency", "interval"),
                    name="price_one_line_per_release",
                    violation_error_message="The release has a line for this charge, currency and interval already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("flat_amount", None),
                            models.Q(
                                ("flat_amount__gte", 0),
                                ("flat_amount__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("unit_amount", None),
                            models.Q(
                                ("unit_amount__gte", 0),
                                ("unit_amount__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("included_units", None),
                            models.Q(
                                ("included_units__gte", 0),
                                ("included_units__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("package_size", None),
                            models.Q(
                                ("package_size__gte", 0),
                                ("package_size__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("credits", None),
                            models.Q(
                                ("credits__gte", 0), ("credits__lt", Decimal("1000000000000"))
                            ),
                            _connector="OR",
                        ),
                    ),
                    name="price_money_is_not_negative",
                    violation_error_message="Amounts and quantities are not negative.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("is_end", True), ("is_minimum", False), ("model", "")),
                        models.Q(
                            models.Q(("is_end", False)), models.Q(("model", ""), _negated=True)
                        ),
                        _connector="OR",
                    ),
                    name="price_has_a_model_or_ends_one",
                    violation_error_message="Choose how it is priced, or that it ends the price.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("model__in", ("flat", "credit")), _negated=True),
                            ("flat_amount__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("model__in", ("graduated", "volume", "")), _negated=True),
                            ("flat_amount__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    name="price_flat_amount_fits_its_model",
                    violation_error_message="Flat and credit prices have a flat amount; bands have their own.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("model__in", ("per_unit", "package")), _negated=True),
                            ("unit_amount__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(
                                ("model__in", ("flat", "graduated", "volume", "credit", "")),
                                _negated=True,
                            ),
                            ("unit_amount__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    name="price_unit_amount_fits_its_model",
                    violation_error_message="Prices per unit and per package, and only these, have a unit amount.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("model__in", ()), _negated=True),
                            ("included_units__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(
                                ("model__in", ("flat", "graduated", "volume", "credit", "")),
                                _negated=True,
                            ),
                            ("included_units__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    name="price_included_units_fits_its_model",
                    violation_error_message="Only prices per unit and per package include units.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("model__in", ("package",)), _negated=True),
                            ("package_size__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(
                                (
                                    "model__in",
                                    ("flat", "per_unit", "graduated", "volume", "credit", ""),
                                ),
                                _negated=True,
                            ),
                            ("package_size__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    name="price_package_size_fits_its_model",
                    violation_error_message="Package prices, and only these, say how many units are in a package.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            models.Q(("model__in", ("credit",)), _negated=True),
                            ("credits__isnull", False),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(
                                (
                                    "model__in",
                                    ("flat", "per_unit", "graduated", "volume", "package", ""),
                                ),
                                _negated=True,
                            ),
                            ("credits__isnull", True),
                            _connector="OR",
                        ),
                    ),
                    name="price_credits_fits_its_model",
                    violation_error_message="Credit prices, and only these, say how many credits they grant.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("package_size", None), ("package_size__gt", 0), _connector="OR"
                    ),
                    name="price_package_is_not_empty",
                    violation_error_message="A package holds something.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("cancelled", False), ("published_at__isnull", False), _connector="OR"
                    ),
                    name="price_draft_is_not_cancelled",
                    violation_error_message="Only a published price is cancelled.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PriceTier",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "price",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="tiers",
                    to="pricing.price",
                ),
            ),
            (
                "from_quantity",
                models.DecimalField(
                    decimal_places=6,
                    help_text="0 for the first band, then where the one before ends.",
                    max_digits=18,
                    verbose_name="above",
                ),
            ),
            (
                "to_quantity",
                models.DecimalField(
                    blank=True,
                    decimal_places=6,
                    help_text="Empty: without end.",
                    max_digits=18,
                    null=True,
                    verbose_name="up to and including",
                ),
            ),
            ("unit_amount", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
            ("flat_amount", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
        ],
        options={
            "ordering": ["price", "from_quantity"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("to_quantity", None),
                        ("to_quantity__gt", models.F("from_quantity")),
                        _connector="OR",
                    ),
                    name="pricetier_is_not_empty",
                    violation_error_message="A band ends above where it begins.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("from_quantity", None),
                            models.Q(
                                ("from_quantity__gte", 0),
                                ("from_quantity__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("to_quantity", None),
                            models.Q(
                                ("to_quantity__gte", 0),
                                ("to_quantity__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("unit_amount", None),
                            models.Q(
                                ("unit_amount__gte", 0),
                                ("unit_amount__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        models.Q(
                            ("flat_amount", None),
                            models.Q(
                                ("flat_amount__gte", 0),
                                ("flat_amount__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                    ),
                    name="pricetier_money_is_not_negative",
                    violation_error_message="Amounts and quantities are not negative.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("price", "="),
                        (
                            models.Func(
                                models.F("from_quantity"),
                                models.F("to_quantity"),
                                models.Value("(]"),
                                function="numrange",
                                output_field=django.contrib.postgres.fields.ranges.DecimalRangeField(),
                            ),
                            "&&",
                        ),
                    ],
                    name="pricetier_bands_do_not_overlap",
                    violation_error_message="Another band covers part of these quantities.",
                ),
            ],
        },
    ),
]
