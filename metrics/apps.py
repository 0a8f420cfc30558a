from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"

    def ready(self) -> None:
        from metrics.demo import checks  # noqa: F401, PLC0415  (registers itself)
