"""Migrations are the owner's work; database, roles and privileges are there before the first."""

from django.core.management.commands import migrate
from django.db import connections

from config.postgresql.owner import as_owner
from config.roles import provision


class Command(migrate.Command):
    def execute(self, *args, **options):
        # Not in handle(): the checks that come before it already look into the database.
        connection = connections[options["database"]]
        with as_owner(connection):
            if not (options["plan"] or options["check_unapplied"]):
                provision(connection)
            return super().execute(*args, **options)
