"""Who is calling: a program with an API key, or a person with a session."""

from django.utils import timezone
from rest_framework import authentication, exceptions

from config.access.keys import note_use, recognise
from config.access.models import ApiKey, User
from config.access.required import lacks_factor
from config.api import problems


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <prefix>.<secret>`; `request.auth` is the key, `user` its owner."""

    def authenticate(self, request) -> tuple[User, ApiKey] | None:
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        key = recognise(text.strip(), at=now)
        if key is None:
            raise exceptions.AuthenticationFailed
        note_use(key, at=now)
        return key.owner, key

    def authenticate_header(self, request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the admin; whoever writes with it proves the page was ours (CSRF).

    Who needs a second factor for the admin needs it here too.
    """

    def authenticate(self, request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found and lacks_factor(request._request):
            raise problems.Refusal(
                problems.SECOND_FACTOR_REQUIRED,
                "Sign in to the admin and show your second factor there; then ask again.",
            )
        return found

    def enforce_csrf(self, request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise problems.Refusal(problems.CSRF_FAILED) from error


def client_of(request) -> str:
    """Who sends it; two keys of one person are two clients."""
    if isinstance(request.auth, ApiKey):
        return f"key {request.auth.pk}"
    return f"user {request.user.pk}"
