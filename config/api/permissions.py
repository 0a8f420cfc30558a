"""What a caller may do: the scope of the key and the permission of the person, by method."""

from rest_framework.permissions import SAFE_METHODS, BasePermission

from config.access.models import ApiKey
from config.api import problems

ACTIONS = {
    "GET": "view",
    "HEAD": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class Allowed(BasePermission):
    """Denied unless the view says what it needs and the caller has it.

    A view declares `read_scope` and `write_scope` for keys. For everybody it needs the model's
    permission that fits the method, or exactly those named in `needs`.
    """

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        if not handles(view, request.method):
            return True  # answered 405 right after
        if isinstance(request.auth, ApiKey):
            check_scope(request.auth, _scope(view, request.method))
        names = _needed(view, request.method)
        return bool(names) and request.user.has_perms(names)


def handles(view, method: str) -> bool:
    """Whether the view has an answer for the method other than 405."""
    verb = method.lower()
    return verb in view.http_method_names and verb != "options" and hasattr(view, verb)


def _scope(view, method: str) -> str | None:
    return getattr(view, "read_scope" if method in SAFE_METHODS else "write_scope", None)


def check_scope(key: ApiKey, scope: str | None) -> None:
    """Raises Refusal unless the key may be used for what needs the scope; None: no key may."""
    if scope is None:
        raise problems.Refusal(problems.FORBIDDEN, "API keys may not do this.")
    if scope not in key.scopes:
        raise problems.Refusal(problems.SCOPE_MISSING, f"The API key lacks the scope {scope}.")


def _needed(view, method: str) -> tuple[str, ...]:
    if view.needs is not None:
        return view.needs
    if view.queryset is None or method not in ACTIONS:
        return ()
    meta = view.queryset.model._meta
    return (f"{meta.app_label}.{ACTIONS[method]}_{meta.model_name}",)
