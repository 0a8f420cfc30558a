"""People, their keys and roles; nobody is preparer and approver; all of it is audited."""

from django.db import migrations

from config.access.migrations.baseline.tables import TABLES
from config.audit.operations import AuditTables
from config.rules import CreateModels, rules

# The roles, by name; what each may do is written after every migration (config.access.roles).
ROLES = [
    "viewer",
    "product_ops",
    "finance_preparer",
    "finance_approver",
    "revops",
    "sales",
    "csm",
    "sales_manager",
    "user_admin",
    "auditor",
]
ADD_ROLES = """
    INSERT INTO auth_group (name) SELECT unnest(%s::text[]) ON CONFLICT (name) DO NOTHING
"""
REMOVE_ROLES = """
    WITH gone AS (DELETE FROM auth_group WHERE name = ANY (%s::text[]) RETURNING id),
         rights AS (DELETE FROM auth_group_permissions WHERE group_id IN (SELECT id FROM gone))
    DELETE FROM access_user_groups WHERE group_id IN (SELECT id FROM gone)
"""

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

# The table that the processes share for their limits on signing in (Django's database cache).
# As `createcachetable` would make it; here because only the owner makes tables.
CACHE = """
    CREATE TABLE shared_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamp with time zone NOT NULL
    );
    CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audit", "0001_baseline"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    replaces = [
        ("access", "0001_users_and_keys"),
        ("access", "0002_groups"),
        ("access", "0003_audit"),
        ("access", "0004_shared_cache"),
        ("access", "0006_four_eyes"),
    ]
    operations = [
        CreateModels(*TABLES),
        rules(NEVER_BOTH),
        migrations.RunSQL(
            [(ADD_ROLES, [ROLES])],
            [(REMOVE_ROLES, [ROLES]), "SET CONSTRAINTS ALL IMMEDIATE"],
        ),
        # Never an e-mail, a name, a password or a key's hash.
        AuditTables("access_user", masked=["email", "name", "password"]),
        AuditTables("access_apikey", masked=["hash"], unwatched=["last_used_at"]),
        AuditTables(
            "access_user_groups",
            "access_user_user_permissions",
            "auth_group",
            "auth_group_permissions",
        ),
        migrations.RunSQL(CACHE, "DROP TABLE shared_cache"),
    ]
