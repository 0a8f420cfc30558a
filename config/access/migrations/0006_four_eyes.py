"""Nobody is preparer and approver, however many are made so at the same time."""

from django.db import migrations

# The person is locked first, so that of two who give a role each, the second sees the first.
NEVER_BOTH = """
CREATE FUNCTION access_never_both() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM access_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF (SELECT count(DISTINCT g.name) FROM access_user_groups m JOIN auth_group g ON g.id = m.group_id
        WHERE m.user_id = NEW.user_id
          AND g.name IN ('finance_preparer', 'finance_approver')) > 1 THEN
        RAISE EXCEPTION
            'Preparer and approver of prices are never one person: choose one of the two roles.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'user_never_prepares_and_approves';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER user_groups_never_both AFTER INSERT OR UPDATE ON access_user_groups
FOR EACH ROW EXECUTE FUNCTION access_never_both();
"""
BOTH = """
DROP TRIGGER user_groups_never_both ON access_user_groups;
DROP FUNCTION access_never_both();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_audit_factors"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunSQL(NEVER_BOTH, BOTH)]
