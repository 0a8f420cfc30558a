"""One machine, one developer or visitor: answers on loopback only."""

import os

from config.settings.base import *  # noqa: F403  (settings files build on one another)

DEBUG = True
SECRET_KEY = os.environ.get(
    "SECRET_KEY", "for this machine only; production refuses to start with it"
)
WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
