"""Migrations are the owner's work; database, roles and privileges are there before the first."""

from django.core.management.commands import migrate
from django.db import connections

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
            output = super().execute(*args, **options)
            if not options["app_label"]:
                write_groups()
            return output
