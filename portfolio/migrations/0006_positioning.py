"""How products are put before customers, how they end, and what others have published."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import config.codes
from config.audit.operations import AuditTables
from config.versions import count_versions

TABLES = [
    f"portfolio_{name}"
    for name in (
        "asset",
        "benchmark",
        "channel",
        "regioncountry",
        "segmentenablement",
        "sunsetplan",
        "targeting",
    )
]

# Plans are written one after another, so that two of them cannot close a circle together: each
# statement of a volatile function sees what was committed before it began.
NO_CIRCLE = """
CREATE FUNCTION portfolio_sunset_has_no_circle() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('portfolio.sunset'));
    IF EXISTS (
        WITH RECURSIVE chain (product_id) AS (
            SELECT NEW.successor_id
            UNION
            SELECT plan.successor_id FROM portfolio_sunsetplan plan
            JOIN chain USING (product_id)
            WHERE plan.product_id <> NEW.product_id
        )
        SELECT FROM chain WHERE product_id = NEW.product_id
    ) THEN
        RAISE EXCEPTION 'The chain of successors would come back to this product.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sunsetplan_chain_has_an_end';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER sunsetplan_chain_has_an_end
BEFORE INSERT OR UPDATE OF product_id, successor_id ON portfolio_sunsetplan
FOR EACH ROW WHEN (NEW.successor_id IS NOT NULL)
EXECUTE FUNCTION portfolio_sunset_has_no_circle();
"""
CIRCLE = """
DROP TRIGGER sunsetplan_chain_has_an_end ON portfolio_sunsetplan;
DROP FUNCTION portfolio_sunset_has_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0005_relations"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]

    operations = [
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
                (
                    "source",
                    models.CharField(help_text="Where the figure comes from.", max_length=500),
                ),
                (
                    "published_on",
                    models.DateField(help_text="The day it was published, or else collected."),
                ),
            ],
            options={
                "ordering": ["key", "-published_on"],
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
                    "industry",
                    models.CharField(
                        blank=True,
                        help_text="As on the account; empty: any industry.",
                        max_length=100,
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="portfolio.product",
                    ),
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
            ],
            options={
                "ordering": ["product", "segment", "motion"],
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
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countries",
                        to="portfolio.region",
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
                    "note",
                    models.CharField(
                        blank=True, help_text="What they buy because of it.", max_length=500
                    ),
                ),
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
            ],
            options={
                "ordering": ["product"],
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
            ],
            options={
                "ordering": ["segment", "product"],
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
        *count_versions(*TABLES),
        AuditTables(*TABLES, unwatched=("version",)),
        migrations.RunSQL(NO_CIRCLE, CIRCLE),
    ]
