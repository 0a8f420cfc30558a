"""Plans of every kind, what their versions grant and contain, and ways between them."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import config.codes


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_audit"),
        ("pricing", "0007_export_permission"),
    ]

    operations = [
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
                        blank=True,
                        help_text="How many days it goes on; only with grace.",
                        null=True,
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
            },
        ),
        migrations.CreateModel(
            name="AddOn",
            fields=[],
            options={
                "verbose_name": "add-on",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.CreateModel(
            name="Capacity",
            fields=[],
            options={
                "verbose_name": "capacity pack",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.CreateModel(
            name="CreditPack",
            fields=[],
            options={
                "verbose_name": "credit pack",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.CreateModel(
            name="Platform",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pricing.plan",),
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_one_tier_per_rank",
        ),
        migrations.AddField(
            model_name="plan",
            name="portfolio",
            field=models.ForeignKey(
                blank=True,
                help_text="For a bundle, a platform and a credit pack.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.portfolio",
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="kind",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="plan",
            name="product",
            field=models.ForeignKey(
                blank=True,
                help_text="For a tier, an add-on and a capacity pack.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.product",
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="rank",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Higher tiers of a product have higher ranks; of others, the place in lists.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "tier")),
                fields=("product", "rank"),
                name="plan_one_tier_per_rank",
                violation_error_message="Another tier of this product has this rank.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("tier", "add_on", "capacity")), _negated=True),
                    models.Q(("portfolio", None), ("product__isnull", False)),
                    _connector="OR",
                ),
                name="plan_of_a_product_names_it",
                violation_error_message="A tier, an add-on or a capacity pack belongs to a product, and only to that.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ("tier", "add_on", "capacity")),
                    models.Q(("portfolio__isnull", False), ("product", None)),
                    _connector="OR",
                ),
                name="plan_of_a_portfolio_names_it",
                violation_error_message="A bundle, a platform or a credit pack belongs to a portfolio, and to no product.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "tier"), _negated=True),
                    ("rank__isnull", False),
                    _connector="OR",
                ),
                name="plan_tier_has_a_rank",
                violation_error_message="A tier needs a rank.",
            ),
        ),
        migrations.AddField(
            model_name="bundleitem",
            name="plan",
            field=models.ForeignKey(
                help_text="What is in it.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.plan",
                verbose_name="component",
            ),
        ),
        migrations.AddField(
            model_name="bundleitem",
            name="plan_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="pricing.planversion",
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="plan_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entitlements",
                to="pricing.planversion",
            ),
        ),
        migrations.AddField(
            model_name="feature",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.product",
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="feature",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.feature"
            ),
        ),
        migrations.AddField(
            model_name="charge",
            name="feature",
            field=models.ForeignKey(
                blank=True,
                help_text="What is counted for it, such as users; empty for a base fee.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.feature",
            ),
        ),
        migrations.AddField(
            model_name="migrationpath",
            name="from_plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paths",
                to="pricing.plan",
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="migrationpath",
            name="to_plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pricing.plan",
                verbose_name="to",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundleitem",
            constraint=models.UniqueConstraint(
                fields=("plan_version", "plan"),
                name="bundleitem_once_per_component",
                violation_error_message="The version contains this plan already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="bundleitem_quantity_is_positive",
                violation_error_message="The quantity is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("levels__len__gte", 2), ("value_type", "level")),
                    models.Q(models.Q(("value_type", "level"), _negated=True), ("levels", [])),
                    _connector="OR",
                ),
                name="feature_levels_with_level_type",
                violation_error_message="A feature of levels names at least two; any other names none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(("value_type", "quantity"), ("unit", ""), _connector="OR"),
                name="feature_unit_with_quantity_type",
                violation_error_message="Only what is counted has a unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("value_rating", None),
                    models.Q(("value_rating__gte", 1), ("value_rating__lte", 5)),
                    _connector="OR",
                ),
                name="feature_value_rating_from_1_to_5",
                violation_error_message="The rating is from 1 to 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("grace_days__gte", 1),
                        ("grace_days__isnull", False),
                        ("on_exceed", "grace"),
                    ),
                    models.Q(models.Q(("on_exceed", "grace"), _negated=True), ("grace_days", None)),
                    _connector="OR",
                ),
                name="feature_grace_has_days",
                violation_error_message="Grace needs its days, one at least; nothing else has any.",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                fields=("plan_version", "feature"),
                name="entitlement_once_per_feature",
                violation_error_message="The version says already what it grants of this feature.",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity", None), ("quantity__gte", 0), _connector="OR"),
                name="entitlement_quantity_is_not_negative",
                violation_error_message="A quantity is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="migrationpath",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_plan", models.F("to_plan")), _negated=True),
                name="migrationpath_leads_elsewhere",
                violation_error_message="A path leads from one plan to another.",
            ),
        ),
        migrations.AddConstraint(
            model_name="migrationpath",
            constraint=models.UniqueConstraint(
                fields=("from_plan", "to_plan"),
                name="migrationpath_once",
                violation_error_message="There is a path between these plans already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="migrationpath",
            constraint=models.CheckConstraint(
                condition=models.Q(("self_serve", False), ("allowed", True), _connector="OR"),
                name="migrationpath_self_serve_is_allowed",
                violation_error_message="What is not allowed is no self-service either.",
            ),
        ),
    ]
