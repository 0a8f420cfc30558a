"""How people prove who they are: passwords, second factor, single sign-on, sessions."""

import os

from config.access.openid import providers

# Django's own backend: it finds people by e-mail, spends the same time on unknown ones, and lets
# nobody in who is switched off.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ["email", "name"]},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # "Strict" would lose the session on the way back from the SSO
CSRF_COOKIE_SAMESITE = "Lax"

# An address to send from opens the way to a new password by mail.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "1") != "0"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portico@localhost")
PASSWORD_RESET_BY_MAIL = bool(EMAIL_HOST)

ACCOUNT_ADAPTER = "config.access.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators enter addresses, nobody registers
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE says
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "5/m/ip,5/m/key",  # the key is the e-mail, or the person who enters a code
    "reauthenticate": "5/m/user",
    "reset_password": "5/m/ip,5/m/key",
    "reset_password_from_key": "5/m/ip",
}

MFA_REQUIRED = False
MFA_ADAPTER = "config.access.factors.FactorAdapter"
MFA_FORMS = {"activate_totp": "config.access.factors.ActivateForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Portico"
MFA_RECOVERY_CODES_SHOW_ONCE = True

SOCIALACCOUNT_ADAPTER = "config.access.sso.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
# A link, not a form: `form-action` also refuses the redirects that follow a form, and a provider
# may send people on to places nobody listed here. What comes back is bound to a state and a nonce.
SOCIALACCOUNT_LOGIN_ON_GET = True
OIDC_CREATE_ROLE = os.environ.get("OIDC_CREATE_ROLE", "")
