"""Old events may go, piece by piece; erasing a person may blank what an event says of them."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import config.outbox.fields

# The guard is of rows now. Of the last week nothing is removed, whoever asks.
KEEPS = """
CREATE OR REPLACE FUNCTION outbox_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.created_at < now() - interval '7 days' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('portico.erasing', true) = 'on'
       AND (NEW.id, NEW.kind, NEW.xid, NEW.created_at)
           = (OLD.id, OLD.kind, OLD.xid, OLD.created_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An event is never changed: what happened afterwards is a new event.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'event_is_append_only';
END $$;
DROP TRIGGER event_append_only ON outbox_event;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON outbox_event
FOR EACH ROW EXECUTE FUNCTION outbox_append_only();
"""
KEPT = """
CREATE OR REPLACE FUNCTION outbox_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An event is never changed: what happened afterwards is a new event.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'event_is_append_only';
END $$;
DROP TRIGGER event_append_only ON outbox_event;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON outbox_event
FOR EACH STATEMENT EXECUTE FUNCTION outbox_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_audit")]
    operations = [
        migrations.RunSQL(KEEPS, KEPT),
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
        migrations.AddIndex(
            model_name="event",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="event_age"
            ),
        ),
    ]
