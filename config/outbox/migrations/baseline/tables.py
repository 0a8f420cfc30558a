"""The tables, as they are at the baseline."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import config.outbox.fields
import config.outbox.kinds
import config.outbox.models.endpoint

TABLES = [
    migrations.CreateModel(
        name="Event",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("kind", models.CharField(max_length=60)),
            (
                "subject",
                models.CharField(help_text="Path of the resource below /api/v1.", max_length=500),
            ),
            ("payload", models.JSONField(help_text="Thin: ask the resource for the rest.")),
            (
                "xid",
                config.outbox.fields.TransactionField(
                    db_default=config.outbox.fields.ThisTransaction(), editable=False
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now(), editable=False
                ),
            ),
        ],
        options={
            "ordering": ["xid", "id"],
            "indexes": [
                models.Index(fields=["xid", "id"], name="event_in_order"),
                django.contrib.postgres.indexes.BrinIndex(
                    autosummarize=True, fields=["created_at"], name="event_age"
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("subject__regex", "^/.*/$")),
                    name="event_subject_is_a_path",
                    violation_error_message="The subject is a path such as /products/crm/.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Horizon",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("xid", config.outbox.fields.TransactionField()),
            ("number", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("id", 1)),
                    name="horizon_is_one",
                    violation_error_message="There is one horizon.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="WebhookEndpoint",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "url",
                models.CharField(
                    help_text="https, on port 443 or 8443, at a public address.",
                    max_length=2000,
                    verbose_name="URL",
                ),
            ),
            ("description", models.CharField(blank=True, max_length=200)),
            (
                "kinds",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=config.outbox.kinds.kind_codes, max_length=60
                    ),
                    blank=True,
                    default=list,
                    help_text="Kinds of events to send; none chosen: all.",
                    size=None,
                ),
            ),
            (
                "active",
                models.BooleanField(
                    default=True,
                    help_text="Switched off, nothing is sent; switched on, it goes on from there.",
                ),
            ),
            ("disabled_because", models.CharField(blank=True, editable=False, max_length=200)),
            (
                "owner",
                models.ForeignKey(
                    editable=False,
                    help_text="Who changed it last: only what this person may see is sent.",
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "secret",
                models.CharField(
                    default=config.outbox.models.endpoint.new_secret, editable=False, max_length=100
                ),
            ),
            ("previous_secret", models.CharField(blank=True, editable=False, max_length=100)),
            (
                "previous_secret_until",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    help_text="Until then, the old secret signs too.",
                    null=True,
                ),
            ),
            (
                "position_xid",
                config.outbox.fields.TransactionField(
                    db_default=config.outbox.fields.OldestRunning(), editable=False
                ),
            ),
            ("position_id", models.BigIntegerField(default=0, editable=False)),
            (
                "created_at",
                models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now(), editable=False
                ),
            ),
        ],
        options={
            "ordering": ["id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("previous_secret", ""), ("previous_secret_until", None)),
                        models.Q(
                            models.Q(("previous_secret", ""), _negated=True),
                            ("previous_secret_until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="webhook_endpoint_old_secret_has_an_end",
                    violation_error_message="An old secret is known together with its last moment.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="WebhookDelivery",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "endpoint",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="deliveries",
                    to="outbox.webhookendpoint",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="deliveries",
                    to="outbox.event",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("pending", "Pending"),
                        ("delivered", "Delivered"),
                        ("dead", "Given up"),
                    ],
                    default="pending",
                    max_length=16,
                ),
            ),
            ("tries", models.PositiveIntegerField(default=0)),
            ("failures", models.PositiveSmallIntegerField(default=0)),
            ("next_attempt_at", models.DateTimeField(null=True)),
            (
                "created_at",
                models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
            ),
        ],
        options={
            "verbose_name_plural": "webhook deliveries",
            "ordering": ["-id"],
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "pending")),
                    fields=["endpoint", "next_attempt_at", "id"],
                    name="delivery_due",
                ),
                models.Index(fields=["state", "-id"], name="delivery_by_state"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("endpoint", "event"),
                    name="delivery_once_per_endpoint",
                    violation_error_message="The endpoint gets the event already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("next_attempt_at__isnull", False), ("state", "pending")),
                        models.Q(
                            models.Q(("state", "pending"), _negated=True), ("next_attempt_at", None)
                        ),
                        _connector="OR",
                    ),
                    name="delivery_is_due_while_it_is_pending",
                    violation_error_message="A pending delivery, and no other, has a next attempt.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DeliveryAttempt",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "delivery",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="attempts",
                    to="outbox.webhookdelivery",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("sent_at", models.DateTimeField()),
            ("milliseconds", models.PositiveIntegerField()),
            ("request_headers", models.JSONField(help_text="Without the signature.")),
            (
                "status",
                models.PositiveSmallIntegerField(
                    help_text="Empty: there was no answer.", null=True
                ),
            ),
            ("answer", models.TextField(blank=True, help_text="The first 2 KB.")),
            ("problem", models.CharField(blank=True, max_length=500)),
        ],
        options={
            "ordering": ["number"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("delivery", "number"), name="attempt_numbers_differ"
                )
            ],
        },
    ),
]
