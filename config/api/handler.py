"""What happens to every exception that leaves a view."""

from django.http import HttpResponse

from config.api import (
    database_errors,  # noqa: F401  (registers what it knows)
    problems,
)
from config.api.translation import refusal_for


def answer(error: Exception, context: dict) -> HttpResponse | None:
    """The refusal as a problem; None lets a fault of ours be logged and answered as one."""
    refusal = refusal_for(error)
    if refusal is None:
        return None
    if refusal.kind.status == 401:
        refusal.headers["WWW-Authenticate"] = "Bearer"
    return problems.problem(context["request"], refusal)
