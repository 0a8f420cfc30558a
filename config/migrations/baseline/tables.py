"""The tables, as they are at the baseline."""

import django.db.models.functions.datetime
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name="NightlyJob",
        fields=[
            ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
            ("next_at", models.DateTimeField()),
            ("begun_at", models.DateTimeField(null=True)),
            ("ended_at", models.DateTimeField(null=True)),
            ("failed", models.BooleanField(default=False)),
            ("said", models.TextField(default="")),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="StoredResponse",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("client", models.CharField(max_length=40)),
            ("method", models.CharField(max_length=8)),
            ("path", models.CharField(max_length=600)),
            ("key", models.CharField(max_length=255)),
            ("body_hash", models.CharField(max_length=64)),
            ("status", models.PositiveSmallIntegerField(null=True)),
            ("headers", models.JSONField(default=dict)),
            ("body", models.TextField(default="")),
            (
                "created_at",
                models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
            ),
        ],
        options={
            "default_permissions": (),
            "indexes": [models.Index(fields=["created_at"], name="storedresponse_age")],
            "constraints": [
                models.UniqueConstraint(
                    fields=("client", "method", "path", "key"), name="storedresponse_once"
                )
            ],
        },
    ),
]
