"""Price books, their releases, and the prices and bands these set."""

from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.codes
import config.money
import pricing.amounts


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_audit"),
        ("pricing", "0009_plan_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.segment",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
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
                ("title", models.CharField(max_length=200)),
                ("effective_on", models.DateField(help_text="First day of its prices.")),
                (
                    "existing_treatment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("keep", "Existing customers keep what they pay"),
                            ("next_boundary", "Existing customers move at the end of their term"),
                        ],
                        help_text="Decide it before the release is submitted.",
                        max_length=16,
                        null=True,
                        verbose_name="what happens to existing customers",
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
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="pricing.pricebook",
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
            ],
            options={
                "ordering": ["-effective_on", "-id"],
                "permissions": [
                    ("approve_pricerelease", "Can approve and reject price releases"),
                    (
                        "publish_pricerelease",
                        "Can publish price releases, and cancel published ones",
                    ),
                    ("correct_pricerelease", "Can publish prices that begin in the past"),
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
                (
                    "charge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="pricing.charge",
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
                    "release",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="pricing.pricerelease",
                    ),
                ),
            ],
            options={
                "ordering": ["charge", "currency", "interval", "starts_on", "id"],
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
                (
                    "price",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="pricing.price",
                    ),
                ),
            ],
            options={
                "ordering": ["price", "from_quantity"],
            },
        ),
        migrations.AddConstraint(
            model_name="pricebook",
            constraint=models.UniqueConstraint(
                fields=("account_code", "segment", "region"),
                name="pricebook_one_of_a_scope",
                nulls_distinct=False,
                violation_error_message="There is a price book for these very customers.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricebook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("account_code", None),
                    models.Q(("region", None), ("segment", None)),
                    _connector="OR",
                ),
                name="pricebook_of_an_account_has_no_market",
                violation_error_message="A contract book is for one customer, wherever it belongs: leave segment and region empty.",
            ),
        ),
        migrations.AddIndex(
            model_name="pricerelease",
            index=models.Index(fields=["book", "effective_on"], name="pricerelease_of_a_book"),
        ),
        migrations.AddConstraint(
            model_name="pricerelease",
            constraint=models.UniqueConstraint(fields=("id", "book"), name="pricerelease_of_book"),
        ),
        migrations.AddConstraint(
            model_name="pricerelease",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="pricerelease",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="pricerelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "cancelled"]),
                    ("existing_treatment__isnull", False),
                    _connector="OR",
                ),
                name="pricerelease_says_what_happens",
                violation_error_message="Say what happens to existing customers before it is submitted.",
            ),
        ),
        migrations.AddIndex(
            model_name="price",
            index=models.Index(
                fields=["charge", "book", "currency", "interval", "starts_on"],
                name="price_of_a_charge",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="price_ends_after_it_starts",
                violation_error_message="It must end after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(
                fields=("release", "charge", "currency", "interval"),
                name="price_one_line_per_release",
                violation_error_message="The release has a line for this charge, currency and interval already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("flat_amount", None),
                        models.Q(
                            ("flat_amount__gte", 0), ("flat_amount__lt", Decimal("1000000000000"))
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("unit_amount", None),
                        models.Q(
                            ("unit_amount__gte", 0), ("unit_amount__lt", Decimal("1000000000000"))
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
                            ("package_size__gte", 0), ("package_size__lt", Decimal("1000000000000"))
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("credits", None),
                        models.Q(("credits__gte", 0), ("credits__lt", Decimal("1000000000000"))),
                        _connector="OR",
                    ),
                ),
                name="price_money_is_not_negative",
                violation_error_message="Amounts and quantities are not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_end", True), ("is_minimum", False), ("model", "")),
                    models.Q(models.Q(("is_end", False)), models.Q(("model", ""), _negated=True)),
                    _connector="OR",
                ),
                name="price_has_a_model_or_ends_one",
                violation_error_message="Choose how it is priced, or that it ends the price.",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("package_size", None), ("package_size__gt", 0), _connector="OR"
                ),
                name="price_package_is_not_empty",
                violation_error_message="A package holds something.",
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled", False), ("published_at__isnull", False), _connector="OR"
                ),
                name="price_draft_is_not_cancelled",
                violation_error_message="Only a published price is cancelled.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricetier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_quantity", None),
                    ("to_quantity__gt", models.F("from_quantity")),
                    _connector="OR",
                ),
                name="pricetier_is_not_empty",
                violation_error_message="A band ends above where it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricetier",
            constraint=models.CheckConstraint(
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
                            ("to_quantity__gte", 0), ("to_quantity__lt", Decimal("1000000000000"))
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("unit_amount", None),
                        models.Q(
                            ("unit_amount__gte", 0), ("unit_amount__lt", Decimal("1000000000000"))
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("flat_amount", None),
                        models.Q(
                            ("flat_amount__gte", 0), ("flat_amount__lt", Decimal("1000000000000"))
                        ),
                        _connector="OR",
                    ),
                ),
                name="pricetier_money_is_not_negative",
                violation_error_message="Amounts and quantities are not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricetier",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
        ),
    ]
