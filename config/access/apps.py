from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "config.access"
    label = "access"
    verbose_name = "People and keys"
    not_audited = {
        "shared_cache": "what processes share for a minute: attempts to sign in",
        "account_emailaddress": "a copy of users' e-mails, kept by the sign-in library",
        "account_emailconfirmation": "never written: nobody registers",
        "socialaccount_socialaccount": "never written: a person is found by e-mail each time",
        "socialaccount_socialapp": "never written: the provider is configuration",
        "socialaccount_socialtoken": "never written: no token is kept",
    }

    def ready(self) -> None:
        from config.access import checks, erasing, journal  # noqa: F401, PLC0415
