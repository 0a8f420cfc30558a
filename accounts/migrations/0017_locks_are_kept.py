"""Locks are promises: the database keeps them as they were made, and lets them end."""

from django.db import migrations

from config.audit.operations import AuditTables
from config.versions import count_versions

LOCKS = ["accounts_pricelock", "accounts_entitlementlock"]

KEEP = """
CREATE FUNCTION accounts_keep_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.starts_on <= current_date THEN
            PERFORM pricing_refuse('A lock that has begun is never deleted; it is ended.', 'lock_is_kept');
        END IF;
        RETURN OLD;
    END IF;
    IF (to_jsonb(NEW) - ARRAY['ends_on', 'end_reason'])
       IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['ends_on', 'end_reason']) THEN
        PERFORM pricing_refuse('A lock is never edited; it is ended.', 'lock_is_kept');
    END IF;
    IF NEW.ends_on IS DISTINCT FROM OLD.ends_on
       AND (NEW.ends_on IS NULL OR NEW.ends_on > OLD.ends_on) THEN
        PERFORM pricing_refuse('A lock ends earlier, never later.', 'lock_ends_earlier');
    END IF;
    RETURN NEW;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER lock_is_kept BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION accounts_keep_lock();
"""
    for table in LOCKS
)
LET_GO = (
    "".join(f"DROP TRIGGER lock_is_kept ON {table};" for table in LOCKS)
    + "DROP FUNCTION accounts_keep_lock();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_locks"),
        ("pricing", "0019_releases_by_policy"),
        ("audit", "0001_events"),
        ("config", "0002_versions"),
    ]
    operations = [
        migrations.RunSQL(KEEP, LET_GO),
        *count_versions("accounts_grandfatheringexception"),
        AuditTables(*LOCKS),
        AuditTables("accounts_grandfatheringexception", unwatched=("version",)),
    ]
