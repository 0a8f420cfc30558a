"""What differs from Django here: who empties tables, and what a prepared statement was."""

from django.db.backends.postgresql import operations

from config.postgresql.owner import as_owner


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list):
        with as_owner(self.connection):
            super().execute_sql_flush(sql_list)

    def last_executed_query(self, cursor, sql, params):
        # A statement that the server knows already was not sent again.
        return super().last_executed_query(cursor, sql, params) or sql
