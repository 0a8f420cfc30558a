"""How many figures are computed at once, so that they never starve prices and writes."""

from django.conf import settings
from django.db import connection

from config.errors import Busy

# The first number names these locks among all advisory locks of the database.
TRY = """
SELECT slot FROM generate_series(1, %s) AS slot
WHERE pg_try_advisory_xact_lock(7019401, slot) LIMIT 1"""


def take_slot() -> None:
    """Takes one of the database's slots until the transaction ends; never waits.

    Raises Busy when all are taken.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRY, [settings.METRIC_SLOTS])
        if cursor.fetchone() is None:
            raise Busy("Too many figures are being computed; ask again in a moment.")
