"""Migrations are the owner's work; database, roles and privileges are there before the first."""

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from config.access.roles import write_groups
from config.postgresql.owner import as_owner
from config.roles import provision


class Command(migrate.Command):
    def execute(self, *args, **options):
        # Not in handle(): the checks that come before it already look into the database.
        connection = connections[options["database"]]
        with as_owner(connection):
            if options["plan"] or options["check_unapplied"]:
                return super().execute(*args, **options)
            provision(connection)
            require_all_that_was_replaced(connection)
            output = super().execute(*args, **options)
            if not options["app_label"]:
                write_groups()
            return output


def require_all_that_was_replaced(connection: BaseDatabaseWrapper) -> None:
    """Raises CommandError for a database with only some of the migrations that one replaces.

    Django would leave out the replacement without a word.
    """
    loader = MigrationLoader(connection)
    for key, migration in loader.replacements.items():
        if key not in loader.graph.nodes and not loader.disk_migrations.keys() & migration.replaces:
            raise CommandError(
                f"This database stopped in the middle of {migration.app_label}, at a migration "
                "that is gone. Migrate it with the release that it was used with, then with this."
            )
