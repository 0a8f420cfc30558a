"""Where figures are found under /api/v1/."""

from django.urls import path, re_path

from config.api.views import CODE_IN_ADDRESS
from metrics.api.exports import ExportView
from metrics.api.role_views import RolesView
from metrics.api.views import CatalogView, MetricView

app_name = "metrics"
urlpatterns = [
    path("metrics/", CatalogView.as_view(), name="metric-list"),
    re_path(r"^metrics/(?P<code>[a-z-]{1,60})/$", MetricView.as_view(), name="metric-detail"),
    re_path(r"^exports/(?P<code>[a-z-]{1,60})/$", ExportView.as_view(), name="export"),
    re_path(
        rf"^portfolios/(?P<code>{CODE_IN_ADDRESS})/roles/$",
        RolesView.as_view(),
        name="portfolio-roles",
    ),
]
