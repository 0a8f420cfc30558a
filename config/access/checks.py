"""Whether single sign-on is set up in earnest."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from config.access.openid import PROVIDER


@register(Tags.security)
def single_sign_on(**_) -> list[Error]:
    """The role for new people must exist, and the provider must be asked over TLS."""
    # Here, for checks are registered before models.
    from config.access.roles import ROLES  # noqa: PLC0415
    from config.access.separation import FINANCE  # noqa: PLC0415

    problems = []
    if settings.OIDC_CREATE_ROLE and settings.OIDC_CREATE_ROLE not in ROLES:
        problems.append(
            Error(
                f"OIDC_CREATE_ROLE names no role: {settings.OIDC_CREATE_ROLE}.",
                hint=f"One of {', '.join(ROLES)}.",
                id="access.E001",
            )
        )
    if settings.OIDC_CREATE_ROLE in FINANCE:
        problems.append(
            Error(
                "OIDC_CREATE_ROLE lets everybody whom the provider knows work with prices.",
                hint="A superuser gives finance roles, person by person.",
                id="access.E003",
            )
        )
    plain = [url for url in _servers() if not url.startswith("https://")]
    if plain and not settings.DEBUG:
        problems.append(
            Error(
                f"The provider {PROVIDER} is asked without TLS.",
                hint="OIDC_SERVER_URL must begin with https://: who answers is trusted.",
                id="access.E002",
            )
        )
    return problems


def _servers() -> list[str]:
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [app["settings"]["server_url"] for app in apps]
