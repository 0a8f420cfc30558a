"""Whether this process lives, and whether it can do its work."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

UNAVAILABLE = {"status": 503, "headers": {"Retry-After": "1"}}


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration this code knows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        _require_migrations()
    except DatabaseError:
        return JsonResponse({"status": "database"}, **UNAVAILABLE)
    except MigrationsMissing:
        return JsonResponse({"status": "migrations"}, **UNAVAILABLE)
    return JsonResponse({"status": "ready"})


class MigrationsMissing(Exception):
    pass


@cache
def _require_migrations() -> None:
    # A process keeps its code, so once complete is complete; a failure is not remembered.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsMissing
