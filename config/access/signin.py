"""Who may sign in with a password: people who are here already, a few tries a minute."""

import logging
import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.core.exceptions import ValidationError

logger = logging.getLogger("portico.signin")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody registers; what fails is logged without the password."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def pre_authenticate(self, request, **credentials) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._log("refused: too many attempts", request, credentials)
            raise

    def authentication_failed(self, request, **credentials) -> None:
        self._log("failed", request, credentials)

    def is_reauthentication_required(self, **kwargs) -> bool:
        """Whoever has just signed in has shown who they are."""
        records = get_authentication_records(self.request, self.request.user)
        recent = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        fresh = any(record["at"] > recent for record in records)
        return not fresh and super().is_reauthentication_required(**kwargs)

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        # Without the host: under five host names an account still has five attempts.
        return credentials.get("email", "").lower()

    def _log(self, what: str, request, credentials: dict) -> None:
        logger.warning(
            "Sign-in %s: %s from %s", what, credentials.get("email"), self.get_client_ip(request)
        )
