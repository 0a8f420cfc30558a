"""Who may sign in through the OpenID Connect provider: an active person here, by verified e-mail.

Nothing is kept of the provider, neither an identity nor a token: every sign-in asks anew whose
e-mail it is, so switching a person off or changing the address counts at once.
"""

import logging
import secrets

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from requests import RequestException

from config.access.models import User

logger = logging.getLogger("portico.signin")


class NotLetIn(Exception):
    """Why somebody is not let in: for the log, never for the page."""


class Provider(OpenIDConnectProvider):
    """Adds a nonce, and takes no wishes from the address line."""

    def redirect(self, request, process, next_url=None, data=None, **_):
        nonce = secrets.token_urlsafe(32)
        return super().redirect(
            request, AuthProcess.LOGIN, next_url, auth_params={"nonce": nonce}, nonce=nonce
        )


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request, provider, client_id=None):
        return Provider(request, app=self.get_app(request, provider, client_id))

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def pre_social_login(self, request, sociallogin) -> None:
        try:
            email, name = identity(sociallogin.account.extra_data, sociallogin.state)
            sociallogin.user = person(email=email, name=name)
        except NotLetIn as reason:
            logger.warning("Single sign-on failed: %s", reason)
            raise ImmediateHttpResponse(refused(request)) from None

    def on_authentication_error(self, request, provider, error=None, exception=None, **_) -> None:
        logger.warning("Single sign-on failed: %s %s", error or "", type(exception).__name__)


def identity(answer: dict, state: dict) -> tuple[str, str]:
    """The verified e-mail and the name in what the provider answered.

    Raises NotLetIn.
    """
    token, about = answer.get("id_token") or {}, answer.get("userinfo") or {}
    if not state.get("nonce") or token.get("nonce") != state["nonce"]:
        raise NotLetIn("the nonce is not the one sent")
    if about and about.get("sub") != token.get("sub"):
        raise NotLetIn("userinfo speaks of somebody else than the token")
    claims = about if about.get("email") else token
    email = str(claims.get("email") or "").lower()
    try:
        validate_email(email)
    except ValidationError:
        raise NotLetIn("there is no e-mail") from None
    if claims.get("email_verified") not in (True, "true"):
        raise NotLetIn(f"{email} is not verified")
    return email, str(claims.get("name") or "")


def person(*, email: str, name: str) -> User:
    """The active person with this e-mail, or a new one if OIDC_CREATE_ROLE names a role.

    Raises NotLetIn.
    """
    known = User.objects.filter(email=email).first()
    if known and known.is_active:
        return known
    if known:
        raise NotLetIn(f"{email} is switched off")
    if not settings.OIDC_CREATE_ROLE:
        raise NotLetIn(f"{email} is unknown")
    with transaction.atomic():
        user = User(email=email, name=name[:150], is_staff=True)
        user.set_unusable_password()
        user.full_clean()
        user.save()
        user.groups.add(Group.objects.get(name=settings.OIDC_CREATE_ROLE))
    logger.warning("Single sign-on made %s, a %s", email, settings.OIDC_CREATE_ROLE)
    return user


def refused(request, status: int = 403):
    return render(request, "socialaccount/refused.html", status=status)


def _guarded(view):
    """A provider that is down or talks nonsense is a page, not a fault of ours."""

    @never_cache
    def guarded(request, provider_id):
        try:
            return view(request, provider_id)
        except (RequestException, LookupError, TypeError, ValueError):
            logger.exception("Single sign-on failed: the provider's answer is of no use")
            return refused(request, 502)

    return guarded


begin = _guarded(views.login)
come_back = _guarded(views.callback)
