"""Emptying tables: the owner's work, for the application may not truncate."""

from django.db.backends.postgresql import operations

from config.postgresql.owner import as_owner


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list):
        with as_owner(self.connection):
            super().execute_sql_flush(sql_list)
