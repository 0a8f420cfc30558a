"""What differs from Django's PostgreSQL: the owner empties tables, a prepared statement has a text."""

from django.db.backends.postgresql import operations

from config.postgresql.owner import as_owner


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list):
        with as_owner(self.connection):
            super().execute_sql_flush(sql_list)

    def last_executed_query(self, cursor, sql, params):
        # A statement that the server knows already was not sent again.
        return super().last_executed_query(cursor, sql, params) or sql
