"""How long the statements of a transaction may take, and how much memory they get."""

from django.db import connection

LONG_WORK = """
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL work_mem = '128MB'"""
FIGURE = """
SELECT set_config('work_mem', '64MB', true), set_config('statement_timeout', %s, true)"""


def allow_long_work() -> None:
    """Let this transaction take its time: imports, folds, checks of everything."""
    with connection.cursor() as cursor:
        cursor.execute(LONG_WORK)


def allow_a_figure(timeout: str) -> None:
    """What a figure may cost: memory, and time for each statement."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURE, [timeout])
