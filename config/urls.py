"""Every URL of the site on one screen."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from config import health
from config.api.document import DocumentView
from config.api.fallback import NothingHere

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("signin/", include("config.access.urls")),
    path("api/v1/", include("config.audit.api.urls")),
    path("api/v1/", include("config.outbox.api.urls")),
    path("api/v1/", include("portfolio.api.urls")),
    path("api/v1/", include("pricing.api.urls")),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("metrics.api.urls")),
    path("api/schema/", DocumentView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    re_path(r"^api/", NothingHere.as_view()),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "config.api.fallback.bad_request"
handler403 = "config.api.fallback.permission_denied"
handler404 = "config.api.fallback.page_not_found"
handler500 = "config.api.fallback.server_error"
