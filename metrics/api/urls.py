"""Where the metrics is found under /api/v1/."""

app_name = "metrics"
urlpatterns = []
