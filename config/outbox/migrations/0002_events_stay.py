"""An event is written once: not changed and not deleted, not in Python, not in SQL."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION outbox_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An event is never changed: what happened afterwards is a new event.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'event_is_append_only';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON outbox_event
FOR EACH STATEMENT EXECUTE FUNCTION outbox_append_only();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER event_append_only ON outbox_event;
DROP FUNCTION outbox_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_events")]
    operations = [migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY)]
