"""At most ten active webhook endpoints, however many are switched on at the same time."""

from django.db import migrations

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
ANY = """
DROP TRIGGER webhookendpoint_ten ON outbox_webhookendpoint;
DROP FUNCTION outbox_ten_endpoints();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_webhooks")]
    operations = [migrations.RunSQL(TEN, ANY)]
