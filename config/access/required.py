"""Where a second factor is asked for before anything else."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from config.access.factors import has_factor, shown

WAYS_OUT = ("login", "logout")
ASKING = ("mfa_authenticate", "mfa_reauthenticate")


class SecondFactor:
    """Staff without one set it up before any page of the admin, if MFA_REQUIRED says so.

    A session that began before the factor was set up must show it too, here and before it may
    change the factor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_) -> HttpResponse | None:
        elsewhere = _first(request)
        if elsewhere is None:
            return None
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse(elsewhere)}?{query}")


def lacks_factor(request: HttpRequest) -> bool:
    """Whether the session is of somebody who needs a second factor and has not shown it here."""
    if not (settings.MFA_REQUIRED and request.user.is_staff):
        return False
    return not (has_factor(request.user) and shown(request))


def _first(request: HttpRequest) -> str | None:
    page = request.resolver_match
    in_admin = "admin" in page.namespaces and page.url_name not in WAYS_OUT
    if not (in_admin or _in_set_up(page)) or not request.user.is_authenticated:
        return None
    if in_admin and not (settings.MFA_REQUIRED and request.user.is_staff):
        return None
    if not has_factor(request.user):
        return "mfa_activate_totp" if in_admin else None
    return None if shown(request) else "mfa_reauthenticate"


def _in_set_up(page: ResolverMatch) -> bool:
    name = page.url_name or ""
    return name.startswith("mfa_") and name not in ASKING
