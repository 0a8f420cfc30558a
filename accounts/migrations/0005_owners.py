"""Teams, their members, and who looks after which account since when."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import config.codes

KEEP_PERSON = """
CREATE FUNCTION accounts_keep_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A membership stays with its person and team: end it and add another one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'member_stays_a_persons';
END $$;

CREATE TRIGGER member_stays_a_persons BEFORE UPDATE OF user_id, team_id ON accounts_member
FOR EACH ROW WHEN ((OLD.user_id, OLD.team_id) IS DISTINCT FROM (NEW.user_id, NEW.team_id))
EXECUTE FUNCTION accounts_keep_person();
"""
FREE_PERSON = """
DROP TRIGGER member_stays_a_persons ON accounts_member;
DROP FUNCTION accounts_keep_person();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_audit"),
        ("portfolio", "0002_thresholds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.AlterModelOptions(
            name="account",
            options={
                "ordering": ["code"],
                "permissions": [
                    ("view_team_account", "Can view accounts that the own teams look after"),
                    ("view_all_account", "Can view accounts of everybody"),
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
            ],
            options={
                "ordering": ["team", "user", "starts_on"],
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
                    "source",
                    models.CharField(
                        choices=[("manual", "By hand")], default="manual", max_length=16
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
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "ordering": ["account", "role", "starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
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
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                ),
                name="member_ends_after_it_starts",
                violation_error_message="It must end after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
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
        ),
        migrations.RunSQL(KEEP_PERSON, FREE_PERSON),
    ]
