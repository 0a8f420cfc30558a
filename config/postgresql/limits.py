"""How long the statements of a transaction may take, and how much memory they get."""

from django.db import connection

LONG_WORK = """
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL work_mem = '128MB'"""
FIGURE = "SET LOCAL statement_timeout = '15s'; SET LOCAL work_mem = '64MB'"


def allow_long_work() -> None:
    """Let this transaction take its time: imports, folds, checks of everything."""
    with connection.cursor() as cursor:
        cursor.execute(LONG_WORK)


def allow_a_figure() -> None:
    """What a figure may cost."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURE)
