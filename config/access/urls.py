"""Signing in, the second factor, and a new password where mail is set up."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from config.access import sso
from config.admin.stating import stated


def mine(view):
    """For people who are signed in; nothing of it stays in the browser's cache."""
    return never_cache(login_required(view))


# The names are allauth's. What is not listed does not exist: no registration, no own e-mails.
urlpatterns = [
    path("", account.login, name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", mine(account.reauthenticate), name="account_reauthenticate"),
    path("factor/", mine(factor.index), name="mfa_index"),
    path("factor/code/", never_cache(factor.authenticate), name="mfa_authenticate"),
    path("factor/again/", mine(factor.reauthenticate), name="mfa_reauthenticate"),
    path("factor/app/", mine(totp.activate_totp), name="mfa_activate_totp"),
    path("factor/app/off/", mine(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("factor/recovery/", mine(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "factor/recovery/new/",
        mine(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("<slug:provider_id>/begin/", sso.begin, name="openid_connect_login"),
    path("<slug:provider_id>/back/", sso.come_back, name="openid_connect_callback"),
    path("cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
]

if settings.PASSWORD_RESET_BY_MAIL:
    urlpatterns += [
        path("password/", account.password_reset, name="account_reset_password"),
        path("password/sent/", account.password_reset_done, name="account_reset_password_done"),
        re_path(
            r"^password/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            never_cache(account.password_reset_from_key),
            name="account_reset_password_from_key",
        ),
        path(
            "password/done/",
            account.password_reset_from_key_done,
            name="account_reset_password_from_key_done",
        ),
    ]

# What signing in writes is told of as the admin's.
for pattern in urlpatterns:
    pattern.callback = stated(pattern.callback)
