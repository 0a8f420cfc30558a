"""Test databases: the owner makes, reads out and drops them; tests run as the application."""

from django.db.backends.postgresql import creation

from config.postgresql.dropping import drop_database
from config.postgresql.owner import as_owner


class DatabaseCreation(creation.DatabaseCreation):
    def _create_test_db(self, *args, **kwargs):
        with as_owner(self.connection):
            return super()._create_test_db(*args, **kwargs)

    def _clone_test_db(self, *args, **kwargs):
        with as_owner(self.connection):
            super()._clone_test_db(*args, **kwargs)

    def _destroy_test_db(self, test_database_name, verbosity):
        with as_owner(self.connection), self._nodb_cursor() as cursor:
            # Connections that a test's threads left open end with it.
            drop_database(cursor, test_database_name)

    def serialize_db_to_string(self):
        with as_owner(self.connection):
            return super().serialize_db_to_string()
