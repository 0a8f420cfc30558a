from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "config.access"
    label = "access"
    verbose_name = "People and keys"

    def ready(self) -> None:
        from config.access import checks, journal  # noqa: F401, PLC0415
