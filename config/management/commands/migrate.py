"""Migrations are the owner's work; roles and privileges are in place before the first one."""

from django.core.management.commands import migrate
from django.db import connections

from config.postgresql.owner import as_owner
from config.roles import provision


class Command(migrate.Command):
    def handle(self, *args, **options):
        connection = connections[options["database"]]
        with as_owner(connection):
            if not (options["plan"] or options["check_unapplied"]):
                provision(connection)
            super().handle(*args, **options)
