"""What is written down about second factors and who came in: names, never codes."""

import logging

from allauth.mfa import signals
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

logger = logging.getLogger("portico.signin")


@receiver(user_logged_in)
def came_in(user, **_) -> None:
    logger.info("Signed in: %s", user.email)


@receiver(signals.authentication_failed)
def wrong_code(user, **_) -> None:
    logger.warning("Second factor failed: %s", user.email)


@receiver(signals.authenticator_added)
def factor_added(user, authenticator, **_) -> None:
    logger.warning("Second factor added: %s, %s", user.email, authenticator.type)


@receiver(signals.authenticator_removed)
def factor_removed(user, authenticator, **_) -> None:
    logger.warning("Second factor removed: %s, %s", user.email, authenticator.type)
