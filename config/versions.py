"""Which state of a row somebody has seen: a number that the database counts up, never a client."""

from django.db import models
from django.db.migrations import RunSQL


class Versioned(models.Model):
    """A row that is edited: whoever changes it can say which version of it they have seen.

    The migration that adds the column also runs `count_versions` for the table.
    """

    version = models.BigIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True


def count_versions(*tables: str) -> list[RunSQL]:
    """Operations of a migration: every UPDATE of these tables, however it is made, counts."""
    add = "".join(
        f"CREATE TRIGGER version_counts BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION config_count_version();\n"
        for table in tables
    )
    remove = "".join(f"DROP TRIGGER version_counts ON {table};\n" for table in tables)
    return [RunSQL(add, remove)]


def stored_version(row: Versioned) -> int | None:
    """The row's version as the database has it now; None for a row that is gone."""
    rows = type(row)._base_manager.filter(pk=row.pk)
    return rows.values_list("version", flat=True).first()
