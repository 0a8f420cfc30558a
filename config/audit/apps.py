from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "config.audit"
    label = "audit"
    verbose_name = "Audit"
    # Tables of Django and of this app; every other app lists its own in its configuration.
    not_audited = {
        "audit_event": "the trail itself",
        "auth_permission": "follows from the models, rewritten after every migration",
        "django_admin_log": "the admin's own notes on what the trail records",
        "django_content_type": "follows from the models",
        "django_migrations": "written by migrate alone",
        "django_session": "who is signed in, and nothing about the business",
    }
    keeps_copies = {"django_admin_log": ("object_repr", "change_message")}

    def ready(self) -> None:
        from config.audit import scope  # noqa: F401, PLC0415  (registers itself)
