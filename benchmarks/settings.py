"""The settings of the benchmarks: those of every installation, without debugging."""

import os

from config.settings.base import *  # noqa: F403  (settings files build on one another)

DEBUG = False
SECRET_KEY = "benchmarks sign nothing of value"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]

# One client asks as fast as it can. Lines of the log are made as ever, and thrown away.
RATE_LIMIT = {"requests": 1_000_000, "seconds": 10}
LOGGING["handlers"]["lines"] |= {"class": "logging.FileHandler", "filename": os.devnull}  # noqa: F405
