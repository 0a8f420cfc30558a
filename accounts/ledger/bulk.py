"""Carrying the changes of very many accounts to the ledger, in pieces, with flat memory."""

from django.db import connection

from accounts.ledger.timeline import append, differences
from config.progress import Progress

PIECE = 25_000

DIFFERENCES = f"""
INSERT INTO ledger_difference
{differences("SELECT account_id FROM ledger_touched WHERE piece = %s")}
SELECT * FROM difference"""


def append_for(table: str, progress: Progress) -> int:
    """Append what the ledger lacks of the accounts (`account_id`) that a table names.

    The caller holds the accounts' locks and ends its transaction next: the entries of all
    pieces are computed first, and the head of the ledger is locked for their insertion only.
    Returns how many entries were appended.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"""
            DROP TABLE IF EXISTS ledger_touched, ledger_difference;
            CREATE TEMP TABLE ledger_touched ON COMMIT DROP AS
            SELECT account_id, row_number() OVER (ORDER BY account_id) / {PIECE} AS piece
            FROM (SELECT DISTINCT account_id FROM {table}) AS touched;
            CREATE INDEX ON ledger_touched (piece);
            ANALYZE ledger_touched;
            CREATE TEMP TABLE ledger_difference ON COMMIT DROP AS
            {differences("SELECT NULL::bigint AS account_id")} SELECT * FROM difference WITH NO DATA
            """)
        cursor.execute("SELECT count(*), max(piece) FROM ledger_touched")
        accounts, last = cursor.fetchone()
        if not accounts:
            return 0
        with progress("Writing the ledger", accounts) as step:
            for piece in range(last + 1):
                cursor.execute(DIFFERENCES, [piece])
                step(min(PIECE, accounts - piece * PIECE))
            cursor.execute(f"WITH {append('ledger_difference')}")
            return cursor.rowcount
