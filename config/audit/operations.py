"""A migration puts tables under audit: every way of writing them leaves events."""

from collections.abc import Iterable

from django.db.migrations.operations.base import Operation, OperationCategory

TRIGGERS = {"insert": "NEW", "update": "BOTH", "delete": "OLD", "truncate": ""}
ROWS = {
    "NEW": "REFERENCING NEW TABLE AS new_rows",
    "OLD": "REFERENCING OLD TABLE AS old_rows",
    "BOTH": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "": "",
}
ATTACH = """
    CREATE OR REPLACE TRIGGER audit_{event} AFTER {event} ON {table} {rows}
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_record('{masked}', '{unwatched}', '{summed}')
"""
DETACH = "DROP TRIGGER IF EXISTS audit_{event} ON {table}"


class AuditTables(Operation):
    """Audits tables with a bigint `id`: `AuditTables("portfolio_product", "portfolio_region")`.

    Of `masked` columns (personal values, secrets) events tell that they changed, never what they
    hold. A change of `unwatched` columns alone is no event. `summarised`: a bulk that says so
    (`config.audit.context.summarising`) leaves one event for all rows that it adds. The last
    operation that names a table holds.
    """

    category = OperationCategory.SQL
    reversible = True

    def __init__(
        self,
        *tables: str,
        masked: Iterable[str] = (),
        unwatched: Iterable[str] = (),
        summarised: bool = False,
    ) -> None:
        self.tables = tables
        self.masked = tuple(masked)
        self.unwatched = tuple(unwatched)
        self.summarised = summarised

    def deconstruct(self):
        options = {
            "masked": self.masked,
            "unwatched": self.unwatched,
            "summarised": self.summarised,
        }
        return type(self).__name__, self.tables, {k: v for k, v in options.items() if v}

    def state_forwards(self, app_label, state) -> None:
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for table in self.tables:
            for event, rows in TRIGGERS.items():
                schema_editor.execute(
                    ATTACH.format(
                        event=event,
                        table=schema_editor.quote_name(table),
                        rows=ROWS[rows],
                        masked=_array(self.masked),
                        unwatched=_array(self.unwatched),
                        summed=str(self.summarised).lower(),
                    )
                )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for table in self.tables:
            for event in TRIGGERS:
                schema_editor.execute(
                    DETACH.format(event=event, table=schema_editor.quote_name(table))
                )

    def describe(self) -> str:
        return f"Audit {', '.join(self.tables)}"


def _array(names: Iterable[str]) -> str:
    return "{" + ",".join(names) + "}"
