"""The number of the transaction that wrote a row, which PostgreSQL never gives twice."""

from django.db import models
from django.db.models import Func


class TransactionField(models.Field):
    """PostgreSQL's `xid8`, an integer in Python."""

    description = "Number of a transaction"

    def db_type(self, connection) -> str:
        return "xid8"

    def get_placeholder(self, value, compiler, connection) -> str:
        return "%s" if hasattr(value, "as_sql") else "%s::xid8"

    def to_python(self, value):
        return None if value is None else int(value)

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def get_prep_value(self, value):
        # As text: there is no comparison of a transaction's number with an integer.
        return value if value is None or hasattr(value, "as_sql") else str(int(value))


class ThisTransaction(Func):
    """The number of the open transaction; asking for it assigns one."""

    template = "pg_current_xact_id()"
    output_field = TransactionField()


class OldestRunning(Func):
    """The number of the oldest transaction that has not ended, as this statement sees it."""

    template = "pg_snapshot_xmin(pg_current_snapshot())"
    output_field = TransactionField()
