"""Which tables are audited: every one, but those whose app gives a reason."""

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import connection
from django.db.models import Model

from config.audit.operations import TRIGGERS
from config.localpg.place import AUDIT

ATTACHED = """
SELECT r.relname, t.tgname
FROM pg_trigger t
JOIN pg_class r ON r.oid = t.tgrelid
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname LIKE 'audit\\_%%' AND t.tgenabled IN ('O', 'A')
  AND r.relnamespace = 'public'::regnamespace AND p.pronamespace = r.relnamespace
  AND p.proname = 'audit_record' AND p.proowner = %s::regrole AND p.prosecdef
"""


MASKED = """
SELECT encode(tgargs, 'escape') FROM pg_trigger
WHERE tgrelid = to_regclass(%s) AND tgname = 'audit_update'"""


def not_audited() -> dict[str, str]:
    """Tables that leave no events, each with its reason, as the apps list them."""
    return {
        table: reason
        for config in apps.get_app_configs()
        for table, reason in getattr(config, "not_audited", {}).items()
    }


@cache
def models_by_table() -> dict[str, type[Model]]:
    """Every model that has a table, tables between two models included."""
    return {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }


def audited_tables() -> set[str]:
    return models_by_table().keys() - not_audited().keys()


def masked(table: str) -> set[str]:
    """The columns of a table whose values events never tell: the trigger's first argument."""
    with connection.cursor() as cursor:
        cursor.execute(MASKED, [table])
        found = cursor.fetchone()
    return set(found[0].split("\\000")[0].strip("{}").split(",")) if found else set()


def unattached() -> Iterator[str]:
    """Audited tables and the triggers that they lack."""
    with connection.cursor() as cursor:
        cursor.execute(ATTACHED, [AUDIT])
        attached = set(cursor.fetchall())
    for table in sorted(audited_tables()):
        for event in TRIGGERS:
            if (table, f"audit_{event}") not in attached:
                yield f"{table} has no trigger audit_{event}"
