"""The command `rebuild_ledger`: entries for whatever the ledger lacks."""

import sys

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from accounts.ledger.bulk import append_for
from config.postgresql.limits import allow_long_work
from config.progress import bar, silent

EVERYBODY = "SELECT id FROM accounts_account ORDER BY id FOR NO KEY UPDATE"
TOUCHED = (
    "CREATE TEMP TABLE rebuilt ON COMMIT DROP AS SELECT id AS account_id FROM accounts_account"
)


class Command(BaseCommand):
    help = (
        "Recomputes every account's entries from its lines and profiles and appends what differs; "
        "history is corrected, never rewritten. Changes nothing where the ledger is right."
    )

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        allow_long_work()
        with connection.cursor() as cursor:
            cursor.execute(EVERYBODY)
            cursor.execute(TOUCHED)
        shown = bar if sys.stderr.isatty() else silent
        self.stdout.write(f"{append_for('rebuilt', shown):,} entries appended.")
