"""Many requests at the same time."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def somebody_waits() -> bool:
    """Whether a transaction waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def together(work, times: int) -> list:
    """What each of so many threads answers, all at the same time."""

    def alone(number: int):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))
