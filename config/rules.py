"""What migrations are made of: many tables at once, and rules that the database keeps."""

import re

from django.db.migrations import CreateModel, RunSQL
from django.db.migrations.operations.base import Operation, OperationCategory

FUNCTION = re.compile(r"^CREATE FUNCTION (\w+)", re.MULTILINE)


class CreateModels(Operation):
    """Makes the tables of many models from one rendering of them.

    `CreateModel` renders anew whatever refers to the model, which of a hundred related models is
    a hundred times nearly all.
    """

    category = OperationCategory.ADDITION
    reversible = True

    def __init__(self, *models: CreateModel) -> None:
        self.models = models

    def deconstruct(self):
        return type(self).__name__, self.models, {}

    def state_forwards(self, app_label, state) -> None:
        state.__dict__.pop("apps", None)  # rendered once, when somebody asks
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)
        while schema_editor.deferred_sql:  # constraints: the rules that follow refer to them
            schema_editor.execute(schema_editor.deferred_sql.pop(0), params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {', '.join(model.name for model in self.models)}"


def rules(*statements: str) -> RunSQL:
    """Functions with their triggers, and keys of two columns.

    Going back drops the functions with the triggers that call them; keys go with their tables.
    """
    sql = "\n".join(statements)
    return RunSQL(sql, f"DROP FUNCTION {', '.join(FUNCTION.findall(sql))} CASCADE;")
