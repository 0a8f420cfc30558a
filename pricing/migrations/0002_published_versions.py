"""A published plan version is ended, never edited or deleted: not in Python, not in SQL."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION pricing_keep_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.plan_id, NEW.number, NEW.state, NEW.existing_treatment,
                            NEW.starts_on)
        IS DISTINCT FROM (OLD.id, OLD.plan_id, OLD.number, OLD.state, OLD.existing_treatment,
                          OLD.starts_on) THEN
        RAISE EXCEPTION 'A published plan version is never edited; end it and publish the next.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'planversion_published_is_kept';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER planversion_published_is_kept BEFORE UPDATE OR DELETE ON pricing_planversion
FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION pricing_keep_published_version();
"""
ALLOW = """
DROP TRIGGER planversion_published_is_kept ON pricing_planversion;
DROP FUNCTION pricing_keep_published_version();
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_plans")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
