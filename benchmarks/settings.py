"""The settings of the benchmarks: those of every installation, without debugging."""

from config.settings.base import *  # noqa: F403  (settings files build on one another)

DEBUG = False
SECRET_KEY = "benchmarks sign nothing of value"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
