"""A real installation: everything comes from the environment, and what is missing is said."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403  (settings files build on one another)


def required(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(
            f"Set {name}: production takes it from the environment."
        ) from None


DEBUG = False
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
required("DATABASE_URL")

RATE_LIMIT = {**RATE_LIMIT, "requests": int(os.environ.get("RATE_LIMIT", "2000"))}  # noqa: F405

# Everything else that is worth a line, in the same form.
LOGGING["loggers"]["django"] = {"handlers": ["lines"], "level": "WARNING", "propagate": False}  # noqa: F405

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

PREPARE_AFTER = int(os.environ.get("DATABASE_PREPARE_AFTER", PREPARE_AFTER)) or None  # noqa: F405
MFA_REQUIRED = os.environ.get("MFA_REQUIRED", "1") != "0"
# How many proxies append to X-Forwarded-For: the address that is limited is the last one's client.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1"))
