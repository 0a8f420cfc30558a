"""The application for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from config.postgresql.session import limit_statements
from config.settings import choose

os.environ.setdefault("DJANGO_SETTINGS_MODULE", choose())
application = get_wsgi_application()
limit_statements("5s")
gc.freeze()  # what is loaded by now stays: looking through it again makes some answers wait
