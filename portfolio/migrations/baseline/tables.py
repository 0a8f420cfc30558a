"""The tables, as they are at the baseline."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.codes

TABLES = [
    migrations.CreateModel(
        name="Benchmark",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "key",
                config.codes.CodeField(
                    help_text="What it is about: the code of a metric, or motion- and a motion.",
                    max_length=120,
                    unique=False,
                ),
            ),
            ("name", models.CharField(max_length=200)),
            (
                "low",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="Empty: no lower end.",
                    max_digits=12,
                    null=True,
                ),
            ),
            (
                "high",
                models.DecimalField(
                    blank=True,
                    decimal_places=4,
                    help_text="Empty: no upper end.",
                    max_digits=12,
                    null=True,
                ),
            ),
            (
                "unit",
                models.CharField(
                    choices=[
                        ("share", "Share: 0.15 is 15 %"),
                        ("points", "Points of a percentage: 0.20 is 20 points"),
                        ("multiple", "Multiple: 2 is twice as much"),
                    ],
                    default="share",
                    max_length=16,
                ),
            ),
            (
                "basis",
                models.CharField(
                    blank=True,
                    help_text="Of what, and over which time, as far as it is said.",
                    max_length=200,
                ),
            ),
            ("source", models.CharField(help_text="Where the figure comes from.", max_length=500)),
            (
                "published_on",
                models.DateField(help_text="The day it was published, or else collected."),
            ),
        ],
        options={
            "ordering": ["key", "-published_on"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.UniqueConstraint(
                    fields=("key", "published_on"),
                    name="benchmark_one_per_key_and_day",
                    violation_error_message="This key has a figure of that day already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("low", None),
                        ("high", None),
                        ("high__gte", models.F("low")),
                        _connector="OR",
                    ),
                    name="benchmark_low_is_not_above_high",
                    violation_error_message="The low end cannot be above the high one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("low__isnull", False), ("high__isnull", False), _connector="OR"
                    ),
                    name="benchmark_has_a_figure",
                    violation_error_message="Give the low end, the high end, or both.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CustomerNeed",
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
            ("description", models.TextField(blank=True)),
        ],
        options={
            "ordering": ["code"],
            "abstract": False,
            "default_permissions": ("add", "change", "delete", "view", "export"),
        },
    ),
    migrations.CreateModel(
        name="Persona",
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
            ("description", models.TextField(blank=True)),
        ],
        options={
            "ordering": ["code"],
            "abstract": False,
            "default_permissions": ("add", "change", "delete", "view", "export"),
        },
    ),
    migrations.CreateModel(
        name="Portfolio",
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
                "model",
                models.CharField(
                    choices=[
                        ("suite", "Suite: sold as one"),
                        ("modular", "Modular: each product stands alone"),
                        ("layered", "Layered: products build on a core"),
                        ("ecosystem", "Ecosystem: others add products"),
                    ],
                    default="modular",
                    help_text="How the products belong together; the checks of the portfolio follow from it.",
                    max_length=16,
                ),
            ),
            (
                "default_channel",
                models.CharField(
                    choices=[
                        ("product_led", "Product-led"),
                        ("csm_led", "CSM-led"),
                        ("sales_led", "Sales-led"),
                        ("hybrid", "Hybrid, by size of the deal"),
                    ],
                    default="hybrid",
                    help_text="Who sells a product for which nothing more exact is said.",
                    max_length=16,
                ),
            ),
        ],
        options={
            "ordering": ["code"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
        },
    ),
    migrations.CreateModel(
        name="Region",
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
            ("rank", models.PositiveIntegerField(help_text="Lower ranks come first.", unique=True)),
        ],
        options={
            "ordering": ["rank"],
            "abstract": False,
            "default_permissions": ("add", "change", "delete", "view", "export"),
        },
    ),
    migrations.CreateModel(
        name="Segment",
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
            ("rank", models.PositiveIntegerField(help_text="Lower ranks come first.", unique=True)),
        ],
        options={
            "ordering": ["rank"],
            "abstract": False,
            "default_permissions": ("add", "change", "delete", "view", "export"),
        },
    ),
    migrations.CreateModel(
        name="Threshold",
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
                    unique=False,
                ),
            ),
            ("value", models.DecimalField(decimal_places=6, max_digits=18)),
            ("source", models.CharField(help_text="Where the figure comes from.", max_length=500)),
        ],
        options={
            "ordering": ["code", "starts_on"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                    ),
                    name="threshold_ends_after_it_starts",
                    violation_error_message="It must end after it starts.",
                ),
                django.contrib.postgres.constraints.ExclusionConstraint(
                    expressions=[
                        ("code", "="),
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
                    name="threshold_one_at_a_time",
                    violation_error_message="Another value of this threshold covers part of these days.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Product",
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
                    related_name="products",
                    to="portfolio.portfolio",
                ),
            ),
            (
                "role",
                models.CharField(
                    blank=True,
                    choices=[
                        ("anchor", "Anchor: the way in"),
                        ("attach", "Attach: added to an anchor"),
                        ("strategic", "Strategic: justifies the platform"),
                        ("sunset", "Sunset: on its way out"),
                    ],
                    help_text="Empty until somebody has decided it; a product without a role cannot be sold.",
                    max_length=16,
                    null=True,
                ),
            ),
            (
                "is_core",
                models.BooleanField(
                    default=False,
                    help_text="Other products of a layered portfolio build on it.",
                    verbose_name="core",
                ),
            ),
            (
                "origin",
                models.CharField(
                    choices=[("native", "Our own"), ("third_party", "Third party")],
                    default="native",
                    max_length=16,
                ),
            ),
            ("vendor", models.CharField(blank=True, max_length=200)),
            (
                "review_state",
                models.CharField(
                    choices=[
                        ("not_needed", "Not needed"),
                        ("pending", "Pending"),
                        ("approved", "Approved"),
                        ("rejected", "Rejected"),
                    ],
                    default="not_needed",
                    help_text="Only approved third-party products go into bundles and platforms.",
                    max_length=16,
                ),
            ),
            ("value_proposition", models.TextField(blank=True)),
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
            ("end_of_support_on", models.DateField(blank=True, null=True)),
            (
                "end_of_life_on",
                models.DateField(
                    blank=True, help_text="First day nobody has it any more.", null=True
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "personas",
                models.ManyToManyField(
                    blank=True,
                    help_text="Who works with it.",
                    related_name="products",
                    to="portfolio.persona",
                ),
            ),
            (
                "needs",
                models.ManyToManyField(
                    blank=True,
                    help_text="What customers want to get done with it.",
                    related_name="products",
                    to="portfolio.customerneed",
                ),
            ),
        ],
        options={
            "ordering": ["code"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
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
                            ("end_of_support_on", None),
                            ("end_of_support_on__gte", models.F("available_from")),
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
                            ("end_of_support_on", None),
                            ("end_of_support_on__gte", models.F("end_of_sale_on")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("end_of_sale_on", None),
                            ("end_of_life_on", None),
                            ("end_of_life_on__gte", models.F("end_of_sale_on")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("end_of_support_on", None),
                            ("end_of_life_on", None),
                            ("end_of_life_on__gte", models.F("end_of_support_on")),
                            _connector="OR",
                        ),
                    ),
                    name="product_dates_follow_one_another",
                    violation_error_message="The dates must follow one another: available, end of sale, end of support, end of life.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("role__isnull", False), ("available_from", None), _connector="OR"
                    ),
                    name="product_has_a_role_when_it_is_sold",
                    violation_error_message="Decide the role before the product is sold.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("role", None),
                        models.Q(("role", "sunset"), _negated=True),
                        ("end_of_sale_on__isnull", False),
                        _connector="OR",
                    ),
                    name="product_sunset_has_an_end_of_sale",
                    violation_error_message="A sunset product needs the day its sale ends.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("origin", "native"), ("review_state", "not_needed")),
                        models.Q(
                            ("origin", "third_party"),
                            models.Q(("review_state", "not_needed"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="product_third_party_is_reviewed",
                    violation_error_message="A third-party product needs a review state; one of our own has none.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RegionCountry",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "region",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="countries",
                    to="portfolio.region",
                ),
            ),
            (
                "country",
                models.CharField(
                    help_text="Two capital letters, such as DE.",
                    max_length=2,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z]{2}\\Z", "Two capital letters, such as DE."
                        )
                    ],
                ),
            ),
        ],
        options={
            "verbose_name": "country of a region",
            "verbose_name_plural": "countries of regions",
            "ordering": ["country"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("country",),
                    name="regioncountry_in_one_region",
                    violation_error_message="This country is in a region already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Asset",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            ("name", models.CharField(max_length=200)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("demo", "Demo"),
                        ("case_study", "Case study"),
                        ("one_pager", "One-pager"),
                        ("video", "Video"),
                        ("calculator", "Calculator"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="assets",
                    to="portfolio.product",
                ),
            ),
            (
                "other_product",
                models.ForeignKey(
                    blank=True,
                    help_text="What it works together with; empty: it is about one product.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "industry",
                models.CharField(
                    blank=True, help_text="As on the account; empty: any industry.", max_length=100
                ),
            ),
            (
                "employees_from",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Smallest company it suits; empty: no matter how small.",
                    null=True,
                ),
            ),
            (
                "employees_to",
                models.PositiveIntegerField(
                    blank=True,
                    help_text="Largest company it suits; empty: no matter how large.",
                    null=True,
                ),
            ),
            ("url", models.URLField(max_length=500, verbose_name="address")),
            ("message", models.TextField(blank=True, help_text="What to say with it.")),
            (
                "published_on",
                models.DateField(help_text="First day it may be shown; newer ones go first."),
            ),
        ],
        options={
            "ordering": ["-published_on", "-id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("other_product", None),
                        models.Q(("other_product", models.F("product")), _negated=True),
                        _connector="OR",
                    ),
                    name="asset_is_about_two_different_products",
                    violation_error_message="The other product must be another one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("employees_from", None),
                        ("employees_to", None),
                        ("employees_to__gte", models.F("employees_from")),
                        _connector="OR",
                    ),
                    name="asset_size_band_is_in_order",
                    violation_error_message="The largest company cannot be below the smallest.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Channel",
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
                    blank=True,
                    help_text="Empty: any product.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="channels",
                    to="portfolio.product",
                ),
            ),
            (
                "segment",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: any segment.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="channels",
                    to="portfolio.segment",
                ),
            ),
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
                    help_text="Empty: any motion.",
                    max_length=24,
                    null=True,
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
                    verbose_name="who sells",
                ),
            ),
        ],
        options={
            "ordering": ["product", "segment", "motion"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "segment", "motion"),
                    name="channel_one_per_criteria",
                    nulls_distinct=False,
                    violation_error_message="Another channel has the same product, segment and motion: change that one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("product__isnull", False),
                        ("segment__isnull", False),
                        ("motion__isnull", False),
                        _connector="OR",
                    ),
                    name="channel_has_a_criterion",
                    violation_error_message="Name a product, a segment or a motion: who sells everything else is the portfolio's own channel.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CoherenceOverride",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "product_a",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="one product",
                ),
            ),
            (
                "product_b",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="other product",
                ),
            ),
            (
                "question",
                models.CharField(
                    choices=[
                        ("needs", "Related needs"),
                        ("personas", "Shared users"),
                        ("integration", "Technical integration"),
                        ("workflow", "Workflow continuity"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "score",
                models.DecimalField(
                    decimal_places=3, help_text="From 0, not at all, to 1, entirely.", max_digits=4
                ),
            ),
            ("note", models.TextField(help_text="Why the computed score is not right.")),
        ],
        options={
            "verbose_name": "judgement of coherence",
            "verbose_name_plural": "judgements of coherence",
            "ordering": ["product_a", "product_b", "question"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("product_a__lt", models.F("product_b"))),
                    name="coherenceoverride_is_of_two_products",
                    violation_error_message="Choose two different products.",
                ),
                models.UniqueConstraint(
                    fields=("product_a", "product_b", "question"),
                    name="override_once_for_a_question",
                    violation_error_message="This question about the two products is judged already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("score__gte", 0), ("score__lte", 1)),
                    name="override_score_is_a_share",
                    violation_error_message="The score is from 0 to 1.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("note__regex", "\\S")),
                    name="override_says_why",
                    violation_error_message="Say why the computed score is not right.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Integration",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "product_a",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="one product",
                ),
            ),
            (
                "product_b",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="other product",
                ),
            ),
            (
                "depth",
                models.CharField(
                    choices=[
                        ("none", "None: side by side"),
                        ("surface", "Surface: links and single sign-on"),
                        ("deep", "Deep: one flow of data and work"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "shares_data",
                models.BooleanField(
                    default=False, help_text="What one of them knows, the other knows too."
                ),
            ),
            (
                "syncs_workflow",
                models.BooleanField(
                    default=False, help_text="A step in one of them moves the work on in the other."
                ),
            ),
            (
                "status",
                models.CharField(
                    choices=[("planned", "Planned"), ("live", "Live"), ("retired", "Retired")],
                    default="live",
                    help_text="Only a live integration counts as technical integration.",
                    max_length=16,
                ),
            ),
            (
                "better_together",
                models.TextField(
                    blank=True,
                    help_text="What a customer gains by having both: the value of the two, not their features.",
                ),
            ),
        ],
        options={
            "ordering": ["product_a", "product_b"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("product_a__lt", models.F("product_b"))),
                    name="integration_is_of_two_products",
                    violation_error_message="Choose two different products.",
                ),
                models.UniqueConstraint(
                    fields=("product_a", "product_b"),
                    name="integration_once_for_two_products",
                    violation_error_message="These two products have an integration already.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SegmentEnablement",
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
                    related_name="segments_enabled",
                    to="portfolio.product",
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
                "note",
                models.CharField(
                    blank=True, help_text="What they buy because of it.", max_length=500
                ),
            ),
        ],
        options={
            "ordering": ["product", "segment"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "segment"),
                    name="segmentenablement_once",
                    violation_error_message="The product enables this segment already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Sequence",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "before",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                ),
            ),
            (
                "after",
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
                        ("requires", "Required: not without it"),
                        ("recommended", "Recommended: better after it"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "min_adoption",
                models.DecimalField(
                    decimal_places=3,
                    help_text="The share of the first product's seats in use from which the second makes sense; 0.6 is 60 %.",
                    max_digits=4,
                    verbose_name="least adoption",
                ),
            ),
        ],
        options={
            "ordering": ["before", "after"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("before", models.F("after")), _negated=True),
                    name="sequence_is_of_two_products",
                    violation_error_message="A product cannot come before itself.",
                ),
                models.UniqueConstraint(
                    fields=("before", "after"),
                    name="sequence_once_for_two_products",
                    violation_error_message="This sequence is listed already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("min_adoption__gte", 0), ("min_adoption__lte", 1)),
                    name="sequence_adoption_is_a_share",
                    violation_error_message="The least adoption is from 0 to 1.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="SunsetPlan",
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
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sunset_plan",
                    to="portfolio.product",
                ),
            ),
            (
                "successor",
                models.ForeignKey(
                    blank=True,
                    help_text="What customers move to.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="predecessor_plans",
                    to="portfolio.product",
                ),
            ),
            (
                "no_successor",
                models.BooleanField(
                    default=False,
                    help_text="Tick it when nothing takes its place, so that this is a decision.",
                ),
            ),
            (
                "reason",
                models.TextField(help_text="Why it ends, in words that customers may read."),
            ),
            (
                "notice_days",
                models.PositiveIntegerField(
                    help_text="How long before its end of life customers must know.",
                    verbose_name="days of notice",
                ),
            ),
            (
                "announced_on",
                models.DateField(
                    blank=True, help_text="The day customers were told, or will be.", null=True
                ),
            ),
        ],
        options={
            "ordering": ["product"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("successor", None),
                        models.Q(("successor", models.F("product")), _negated=True),
                        _connector="OR",
                    ),
                    name="sunsetplan_successor_is_another_product",
                    violation_error_message="A product cannot be its own successor.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("successor__isnull", False), ("no_successor", True), _connector="OR"
                    ),
                    name="sunsetplan_says_what_comes_after",
                    violation_error_message="Name a successor, or say that there is none.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("successor", None), ("no_successor", False), _connector="OR"
                    ),
                    name="sunsetplan_says_one_thing",
                    violation_error_message="There is a successor: do not also say that there is none.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Targeting",
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
                    blank=True,
                    help_text="Empty: plans that bundle several products, and the platform.",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="targetings",
                    to="portfolio.product",
                ),
            ),
            (
                "segment",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="targetings",
                    to="portfolio.segment",
                ),
            ),
            (
                "posture",
                models.CharField(
                    choices=[
                        ("lead", "Lead with it"),
                        ("recommend", "Recommend it"),
                        ("neutral", "Sell it when asked"),
                        ("exclude", "Never offer it"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "max_products",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="How many products to offer to a customer of the segment at most; of several rows the smallest number holds. Empty: no limit.",
                    null=True,
                    verbose_name="most products",
                ),
            ),
        ],
        options={
            "ordering": ["segment", "product"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.UniqueConstraint(
                    fields=("product", "segment"),
                    name="targeting_once_per_product_and_segment",
                    nulls_distinct=False,
                    violation_error_message="This is positioned in the segment already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("max_products", None), ("max_products__gte", 1), _connector="OR"
                    ),
                    name="targeting_offers_something",
                    violation_error_message="At least one product can be offered; to offer none, exclude them.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="WorkflowEdge",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("version", models.BigIntegerField(db_default=1, default=1, editable=False)),
            (
                "from_product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="from",
                ),
            ),
            (
                "to_product",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="portfolio.product",
                    verbose_name="to",
                ),
            ),
            (
                "description",
                models.TextField(blank=True, help_text="What is handed over, and when."),
            ),
        ],
        options={
            "verbose_name": "workflow",
            "ordering": ["from_product", "to_product"],
            "default_permissions": ("add", "change", "delete", "view", "export"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("from_product", models.F("to_product")), _negated=True),
                    name="workflow_goes_to_another_product",
                    violation_error_message="Work flows from one product into another one.",
                ),
                models.UniqueConstraint(
                    fields=("from_product", "to_product"),
                    name="workflow_once_for_each_way",
                    violation_error_message="This workflow is listed already.",
                ),
            ],
        },
    ),
]
