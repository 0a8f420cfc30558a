"""Removing many rows piece by piece, so that nobody waits for all of them."""

from collections.abc import Mapping, Sequence

from django.db import connection

PIECE = 5000


def in_pieces(statement: str, values: Sequence[object] | Mapping[str, object]) -> int:
    """Runs a DELETE until it finds less than a piece, and returns how many rows are gone.

    The size of a piece is the statement's last parameter, or the one named `piece`. It chooses
    its rows with FOR UPDATE SKIP LOCKED: what somebody holds is left for the next time.
    """
    named = isinstance(values, Mapping)
    parameters = {**values, "piece": PIECE} if named else [*values, PIECE]
    removed = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            removed += cursor.rowcount
            if cursor.rowcount < PIECE:
                return removed
