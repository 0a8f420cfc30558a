"""Test databases: the owner makes, reads out and drops them; tests run as the application."""

from django.db.backends.postgresql import creation

from config.postgresql.owner import as_owner


class DatabaseCreation(creation.DatabaseCreation):
    def _create_test_db(self, *args, **kwargs):
        with as_owner(self.connection):
            return super()._create_test_db(*args, **kwargs)

    def _clone_test_db(self, *args, **kwargs):
        with as_owner(self.connection):
            super()._clone_test_db(*args, **kwargs)

    def _destroy_test_db(self, *args, **kwargs):
        with as_owner(self.connection):
            super()._destroy_test_db(*args, **kwargs)

    def serialize_db_to_string(self):
        with as_owner(self.connection):
            return super().serialize_db_to_string()
