"""Tests: the application's database role, fast password hashing, nothing remembered."""

from config.settings.base import *  # noqa: F403  (settings files build on one another)

DEBUG = False
SECRET_KEY = "tests sign nothing of value"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMIT = {"requests": 1_000_000, "seconds": 10}
LOGGING["loggers"]["portico"]["handlers"] = []  # noqa: F405  (pytest keeps the lines)
