from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "config"
    verbose_name = "Frame"
    not_audited = {
        "config_storedresponse": "answers kept for three days, for requests that are sent again",
    }
