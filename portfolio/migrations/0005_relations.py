"""How products belong together: personas, needs, integrations, workflows, sequences."""

from datetime import date
from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import config.codes
from config.audit.operations import AuditTables
from config.versions import count_versions

EDITABLE = (
    "portfolio_persona",
    "portfolio_customerneed",
    "portfolio_integration",
    "portfolio_workflowedge",
    "portfolio_sequence",
    "portfolio_coherenceoverride",
)
LINKS = ("portfolio_product_personas", "portfolio_product_needs")

# What a product is for, and for whom, are facts of the product: linking counts as changing it.
COUNT_LINKS = """
CREATE FUNCTION portfolio_count_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE portfolio_product SET version = version
    WHERE id IN (SELECT product_id FROM links);
    RETURN NULL;
END $$;
"""
ON_LINKS = """
CREATE TRIGGER link_counts_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_removed AFTER DELETE ON {table} REFERENCING OLD TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_from AFTER UPDATE ON {table} REFERENCING OLD TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
CREATE TRIGGER link_counts_to AFTER UPDATE ON {table} REFERENCING NEW TABLE AS links
FOR EACH STATEMENT EXECUTE FUNCTION portfolio_count_links();
"""
OFF_LINKS = """
DROP TRIGGER link_counts_added ON {table};
DROP TRIGGER link_counts_removed ON {table};
DROP TRIGGER link_counts_from ON {table};
DROP TRIGGER link_counts_to ON {table};
"""

# One writer of sequences at a time, until it commits; whoever waited then sees what the other
# one wrote, for each statement of a function sees what was committed before it began.
ONE_WRITER = """
CREATE FUNCTION portfolio_one_writer_of_sequences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('portfolio_sequence', 0));
    RETURN NULL;
END $$;

CREATE TRIGGER sequence_one_writer BEFORE INSERT OR UPDATE OF before_id, after_id
ON portfolio_sequence FOR EACH STATEMENT EXECUTE FUNCTION portfolio_one_writer_of_sequences();
"""
# The first query visits each product once. Only when it finds the way back does the second one
# look for the shortest way, to name it.
NO_CIRCLE = """
CREATE FUNCTION portfolio_no_circle_of_sequences() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products bigint;
    leads_back boolean;
    way text;
BEGIN
    WITH RECURSIVE later (id) AS (
        SELECT NEW.after_id
        UNION
        SELECT step.after_id FROM later JOIN portfolio_sequence step ON step.before_id = later.id
    )
    SELECT count(*), bool_or(id = NEW.before_id) INTO products, leads_back FROM later;
    IF NOT leads_back THEN
        RETURN NULL;
    END IF;

    WITH RECURSIVE later (id, steps) AS (
        SELECT NEW.after_id, 1
        UNION
        SELECT step.after_id, later.steps + 1
        FROM later JOIN portfolio_sequence step ON step.before_id = later.id
        WHERE later.id <> NEW.before_id AND later.steps < products
    ), back (id, steps) AS (
        (SELECT id, steps FROM later WHERE id = NEW.before_id ORDER BY steps LIMIT 1)
        UNION ALL
        SELECT (
            SELECT min(later.id)
            FROM later JOIN portfolio_sequence step ON step.before_id = later.id
            WHERE step.after_id = back.id AND later.steps = back.steps - 1
        ), back.steps - 1
        FROM back WHERE back.steps > 1
    )
    SELECT string_agg(product.name, ' -> ' ORDER BY back.steps) INTO way
    FROM back JOIN portfolio_product product ON product.id = back.id;

    RAISE EXCEPTION 'This would go in a circle: % -> %. A product cannot come before itself, not even by way of others.',
        (SELECT name FROM portfolio_product WHERE id = NEW.before_id), way
        USING ERRCODE = 'check_violation', CONSTRAINT = 'sequence_goes_in_no_circle';
END $$;

CREATE TRIGGER sequence_goes_in_no_circle AFTER INSERT OR UPDATE OF before_id, after_id
ON portfolio_sequence FOR EACH ROW EXECUTE FUNCTION portfolio_no_circle_of_sequences();
"""
FREE_SEQUENCES = """
DROP TRIGGER sequence_goes_in_no_circle ON portfolio_sequence;
DROP TRIGGER sequence_one_writer ON portfolio_sequence;
DROP FUNCTION portfolio_no_circle_of_sequences();
DROP FUNCTION portfolio_one_writer_of_sequences();
"""

SINCE = date(2000, 1, 1)
THRESHOLDS = [
    (
        "coherence-platform",
        Decimal("0.6"),
        "Default of Portico: from here on, two products have more in common than not.",
    ),
    (
        "coherence-point-solutions",
        Decimal("0.3"),
        "Default of Portico: up to here, two products share little more than a vendor.",
    ),
    (
        "sequence-min-adoption",
        Decimal("0.6"),
        "Default of Portico: with fewer than three in five seats in use, value is rarely realised.",
    ),
]


def seed(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    for code, value, source in THRESHOLDS:
        threshold.objects.create(code=code, value=value, source=source, starts_on=SINCE)


def remove(apps, schema_editor) -> None:
    codes = [code for code, _, _ in THRESHOLDS]
    apps.get_model("portfolio", "Threshold").objects.filter(
        code__in=codes, starts_on=SINCE
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_audit"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]

    operations = [
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
            },
        ),
        migrations.AddField(
            model_name="product",
            name="needs",
            field=models.ManyToManyField(
                blank=True,
                help_text="What customers want to get done with it.",
                related_name="products",
                to="portfolio.customerneed",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="personas",
            field=models.ManyToManyField(
                blank=True,
                help_text="Who works with it.",
                related_name="products",
                to="portfolio.persona",
            ),
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
                        decimal_places=3,
                        help_text="From 0, not at all, to 1, entirely.",
                        max_digits=4,
                    ),
                ),
                ("note", models.TextField(help_text="Why the computed score is not right.")),
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
            ],
            options={
                "verbose_name": "judgement of coherence",
                "verbose_name_plural": "judgements of coherence",
                "ordering": ["product_a", "product_b", "question"],
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
                        default=False,
                        help_text="A step in one of them moves the work on in the other.",
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
            ],
            options={
                "ordering": ["product_a", "product_b"],
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
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.product",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portfolio.product",
                    ),
                ),
            ],
            options={
                "ordering": ["before", "after"],
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
                    "description",
                    models.TextField(blank=True, help_text="What is handed over, and when."),
                ),
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
            ],
            options={
                "verbose_name": "workflow",
                "ordering": ["from_product", "to_product"],
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
        *count_versions(*EDITABLE),
        AuditTables(*EDITABLE, unwatched=("version",)),
        AuditTables(*LINKS),
        migrations.RunSQL(COUNT_LINKS, "DROP FUNCTION portfolio_count_links();"),
        *(
            migrations.RunSQL(ON_LINKS.format(table=table), OFF_LINKS.format(table=table))
            for table in LINKS
        ),
        migrations.RunSQL(ONE_WRITER + NO_CIRCLE, FREE_SEQUENCES),
        migrations.RunPython(seed, remove),
    ]
