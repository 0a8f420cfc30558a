"""What happened, who wants to hear of it, and what was sent to them."""

from django.conf import settings
from django.db import migrations

from config.audit.operations import AuditTables
from config.outbox.migrations.baseline.tables import TABLES
from config.rules import CreateModels, rules

# Old events may go, piece by piece; erasing a person may blank what an event says of them.
APPEND_ONLY = """
CREATE FUNCTION outbox_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON outbox_event
FOR EACH ROW EXECUTE FUNCTION outbox_append_only();
"""

# However many are switched on at the same time.
TEN = """
CREATE FUNCTION outbox_ten_endpoints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('outbox.endpoints'));
    IF (SELECT count(*) FROM outbox_webhookendpoint WHERE active AND id <> NEW.id) >= 10 THEN
        RAISE EXCEPTION 'Ten endpoints are active already: switch one off first.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER webhookendpoint_ten BEFORE INSERT OR UPDATE OF active ON outbox_webhookendpoint
FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION outbox_ten_endpoints();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audit", "0001_baseline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    replaces = [
        ("outbox", "0001_events"),
        ("outbox", "0002_events_stay"),
        ("outbox", "0003_webhooks"),
        ("outbox", "0004_ten_endpoints"),
        ("outbox", "0005_audit"),
        ("outbox", "0006_retention"),
    ]
    operations = [
        CreateModels(*TABLES),
        rules(APPEND_ONLY, TEN),
        AuditTables(
            "outbox_webhookendpoint",
            masked=("secret", "previous_secret"),
            unwatched=("position_xid", "position_id"),
        ),
    ]
