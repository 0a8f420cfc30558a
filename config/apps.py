from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "config"
    verbose_name = "Frame"
    not_audited = {
        "config_storedresponse": "answers kept for three days, for requests that are sent again",
        "config_nightlyjob": "when nightly work is due, and what came of it",
    }
    keeps_copies = {
        "config_storedresponse": ("path", "key", "headers", "body"),
        "config_nightlyjob": ("said",),
    }

    def ready(self) -> None:
        from config.postgresql import lookups  # noqa: F401, PLC0415  (registers itself)
