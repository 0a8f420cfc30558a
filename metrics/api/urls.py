"""Where figures are found under /api/v1/."""

from django.urls import path, re_path

from metrics.api.views import CatalogView, MetricView

app_name = "metrics"
urlpatterns = [
    path("metrics/", CatalogView.as_view(), name="metric-list"),
    re_path(r"^metrics/(?P<code>[a-z-]{1,60})/$", MetricView.as_view(), name="metric-detail"),
]
