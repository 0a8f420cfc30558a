"""What must hold of the audit trail."""

from collections.abc import Iterator

from django.db import connection

from config.audit.coverage import masked, unattached
from config.invariants import invariant
from config.localpg.place import AUDIT
from config.privacy import declared

RIGHTS = """
SELECT current_user || ' may ' || right_name || ' events'
FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS right_name
WHERE has_table_privilege('public.audit_event', right_name)
UNION ALL
SELECT session_user || ' is a member of ' || audit.rolname
FROM pg_roles audit
WHERE audit.rolname = %s AND session_user = current_user
  AND pg_has_role(session_user, audit.oid, 'MEMBER')
UNION ALL
SELECT current_user || ' may attach the function that writes events'
WHERE has_function_privilege('public.audit_record()', 'EXECUTE')
"""


@invariant
def audited_tables_have_their_triggers() -> Iterator[str]:
    """Every audited table has its triggers."""
    yield from unattached()


@invariant
def personal_columns_are_masked() -> Iterator[str]:
    """No personal column is recorded in the audit trail."""
    for model, kind in declared.items():
        columns = {model._meta.get_field(name).column for name in kind.columns}
        for column in sorted(columns - masked(model._meta.db_table)):
            yield f"{model._meta.db_table}.{column} is personal and not masked"


@invariant
def the_trail_is_out_of_reach() -> Iterator[str]:
    """The application can read the audit trail, and only read it."""
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [AUDIT])
        yield from (violation for (violation,) in cursor.fetchall())
