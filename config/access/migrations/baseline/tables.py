"""The tables, as they are at the baseline."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import config.access.models
import config.access.scopes

TABLES = [
    migrations.CreateModel(
        name="User",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("password", models.CharField(max_length=128, verbose_name="password")),
            ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
            (
                "is_superuser",
                models.BooleanField(
                    default=False,
                    help_text="Designates that this user has all permissions without explicitly assigning them.",
                    verbose_name="superuser status",
                ),
            ),
            (
                "email",
                config.access.models.LoginField(
                    error_messages={"unique": "This e-mail is taken."},
                    max_length=254,
                    unique=True,
                    verbose_name="e-mail",
                ),
            ),
            ("name", models.CharField(blank=True, max_length=150)),
            (
                "is_staff",
                models.BooleanField(
                    default=False,
                    help_text="What may be done there follows from roles.",
                    verbose_name="may enter the admin",
                ),
            ),
            (
                "is_active",
                models.BooleanField(
                    default=True,
                    help_text="Switch off instead of deleting: history keeps its author, keys stop at once.",
                    verbose_name="active",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now(), editable=False
                ),
            ),
            (
                "groups",
                models.ManyToManyField(
                    blank=True,
                    help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.group",
                    verbose_name="groups",
                ),
            ),
            (
                "user_permissions",
                models.ManyToManyField(
                    blank=True,
                    help_text="Specific permissions for this user.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.permission",
                    verbose_name="user permissions",
                ),
            ),
        ],
        options={
            "ordering": ["email"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                    name="user_email_in_lower_case",
                    violation_error_message="The e-mail must be in lower case.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ApiKey",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("name", models.CharField(help_text="What the key is used for.", max_length=100)),
            (
                "prefix",
                models.CharField(
                    editable=False,
                    help_text="The part before the dot; no secret.",
                    max_length=12,
                    unique=True,
                ),
            ),
            ("hash", models.CharField(editable=False, max_length=64)),
            (
                "owner",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="api_keys",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "scopes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=config.access.scopes.scope_choices, max_length=30
                    ),
                    size=None,
                ),
            ),
            (
                "expires_at",
                models.DateTimeField(blank=True, help_text="Empty: it does not expire.", null=True),
            ),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            (
                "last_used_at",
                models.DateTimeField(
                    blank=True, editable=False, help_text="To the minute.", null=True
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
            "verbose_name": "API key",
            "ordering": ["-created_at", "-id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("scopes__len__gt", 0)),
                    name="api_key_has_a_scope",
                    violation_error_message="A key needs at least one scope.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")),
                    name="api_key_keeps_only_a_hash",
                    violation_error_message="Only the SHA-256 of the secret is kept.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("expires_at", None),
                        ("expires_at__gt", models.F("created_at")),
                        _connector="OR",
                    ),
                    name="api_key_expires_after_it_was_made",
                    violation_error_message="It must expire after it was made.",
                ),
            ],
        },
    ),
]
