"""Sums of previews; exceptions keep their four eyes, and end with the policy's application."""

from datetime import date
from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SINCE = date(2000, 1, 1)
SOURCE = "A default of ours: nothing dictates it."
STEEP = "policy-steep-uplift"

KEEP = """
CREATE FUNCTION accounts_move_exception() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row accounts_grandfatheringexception := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    terms jsonb;
BEGIN
    IF EXISTS (SELECT FROM pricing_grandfatheringpolicy
               WHERE id = row.policy_id AND state IN ('applied', 'ended')) THEN
        PERFORM pricing_refuse('The policy is applied: exceptions to it came before.', 'grandfatheringexception_is_kept');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.author_id IS DISTINCT FROM OLD.author_id THEN
            PERFORM pricing_refuse('The author of an exception never changes.', 'grandfatheringexception_keeps_its_author');
        END IF;
        terms := to_jsonb(NEW) - ARRAY['version', 'approver_id'];
        IF terms IS DISTINCT FROM to_jsonb(OLD) - ARRAY['version', 'approver_id'] THEN
            NEW.approver_id := NULL;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exception_moves BEFORE INSERT OR UPDATE OR DELETE ON accounts_grandfatheringexception
FOR EACH ROW EXECUTE FUNCTION accounts_move_exception();
"""
LET_GO = """
DROP TRIGGER exception_moves ON accounts_grandfatheringexception;
DROP FUNCTION accounts_move_exception();
"""


def add_threshold(apps, schema_editor) -> None:
    threshold = apps.get_model("portfolio", "Threshold")
    if not threshold.objects.filter(code=STEEP).exists():
        threshold.objects.create(code=STEEP, value=Decimal("0.3"), source=SOURCE, starts_on=SINCE)


def remove_threshold(apps, schema_editor) -> None:
    apps.get_model("portfolio", "Threshold").objects.filter(code=STEEP, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0026_signals"),
        ("pricing", "0022_supersedes"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="grandfatheringexception",
            options={
                "ordering": ["policy", "account"],
                "permissions": [
                    ("approve_grandfatheringexception", "Can approve exceptions to policies")
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyPreview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("totals", models.JSONField()),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "policy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preview",
                        to="pricing.grandfatheringpolicy",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(KEEP, LET_GO),
        migrations.RunPython(add_threshold, remove_threshold),
    ]
