from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "config"
    verbose_name = "Frame"
