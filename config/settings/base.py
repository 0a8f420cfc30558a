"""What every installation shares."""

import os
from pathlib import Path

from config.admin import theme
from config.database import databases
from config.settings.numbers import whole
from config.settings.signin import *  # noqa: F403  (settings files build on one another)

# Matrices of figures are small: more threads of NumPy would only take the cores from the database.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "config.apps.FrameConfig",
    "config.access.apps.AccessConfig",
    "config.audit.apps.AuditConfig",
    "config.outbox.apps.OutboxConfig",
    "portfolio.apps.PortfolioConfig",
    "pricing.apps.PricingConfig",
    "accounts.apps.AccountsConfig",
    "metrics.apps.MetricsConfig",
    "config.admin.apps.PorticoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "config.requests.Requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.csp.ContentSecurityPolicy",
    "config.access.required.SecondFactor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {
                "figures": "config.admin.formatting",
                "entrance": "config.admin.entrance",
                "reaching": "config.admin.reaching",
            },
        },
    },
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = databases()

# Days are days in the organisation's zone; instants are stored in UTC.
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

# Probes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# Scripts from here alone; config.csp lets the admin theme evaluate its attributes.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],  # the themes of admin and API pages
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.api.authentication.BearerAuthentication",
        "config.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.api.permissions.Allowed"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.negotiation.ContentNegotiation",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.handler.answer",
    "NON_FIELD_ERRORS_KEY": "__all__",  # as Django's models call it
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Portico",
    "DESCRIPTION": "The product portfolio: what is sold, at what price, to whom, what happens.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "BehaviourKindEnum": "accounts.models.BehaviourKind",
        "DeferReasonEnum": "accounts.models.DeferReason",
        "EntitlementModeEnum": "pricing.models.EntitlementMode",
        "IntervalEnum": "pricing.models.Interval",
        "LossReasonEnum": "accounts.models.LossReason",
        "MotionEnum": "portfolio.models.Motion",
        "OwnerModelEnum": "portfolio.models.OwnerModel",
        "ObjectionKindEnum": "accounts.models.ObjectionKind",
        "OwnerRoleEnum": "accounts.models.OwnerRole",
        "PathKindEnum": "pricing.models.PathKind",
        "PlanKindEnum": "pricing.models.PlanKind",
        "PlaybookStateEnum": "accounts.models.PlaybookState",
        "PriceIntervalEnum": "pricing.models.PriceInterval",
        "PriceModelEnum": "pricing.amounts.model_choices",
        "ReminderOutcomeEnum": "accounts.models.ReminderOutcome",
        "ReleaseTreatmentEnum": "pricing.models.ReleaseTreatment",
        "StageEnum": "accounts.models.Stage",
        "TreatmentEnum": "pricing.models.Treatment",
        "UsageKindEnum": "accounts.models.UsageKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.outbox.api.schema.describe_webhooks",
        "config.api.schema.complete",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "persistAuthorization": False},
}

# Webhooks go to public addresses on these ports, over TLS. The hosts named second are trusted by
# name: any address, any port, no TLS needed. For tests and one's own machine.
WEBHOOK_PORTS = [443, 8443]
WEBHOOK_PRIVATE_HOSTS: list[str] = []
# How often a connection asks the statements of every request before the server keeps their plans;
# None, which poolers by transaction may need: never.
PREPARE_AFTER = 5
# What one API key or person may ask of one process; see config.api.rates.
RATE_LIMIT = {"requests": 2000, "seconds": 10}

# When nightly work begins, on the organisation's clock, and how many days is kept what is needed no
# more; see config.retention. Events of the last week are kept by the database itself.
NIGHTLY_AT = os.environ.get("NIGHTLY_AT", "02:30")
KEEP_EVENTS_DAYS = whole("KEEP_EVENTS_DAYS", 90, least=8)
KEEP_DELIVERIES_DAYS = whole("KEEP_DELIVERIES_DAYS", 30, least=8)

# How many metrics the database computes at once, and how long a statement of one may take.
METRIC_SLOTS = 4
METRIC_TIMEOUT = "15s"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JSONFormatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"portico": {"handlers": ["lines"], "level": "INFO"}},
}

# Spreadsheets are shut to everybody until both are named: who exports needs the permission
# `export`, who imports `change`, and here `add` too (config.admin.spreadsheets).
IMPORT_EXPORT_SKIP_ADMIN_CONFIRM = False

UNFOLD = theme.UNFOLD
FORMAT_MODULE_PATH = ["config.admin.formats"]

# The limits on signing in and the codes already used hold for all processes, so they are kept in
# the database.
# Answers of metrics are kept as bytes under the state of the data they stand on: an entry is
# never wrong, only unasked for.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond that, what counts attempts might be dropped
    },
    "rates": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rates",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "metrics": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "metrics",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
