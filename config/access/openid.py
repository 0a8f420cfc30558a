"""Which OpenID Connect provider people may sign in with: none, or the one in the environment."""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
PROVIDER = "sso"


def providers(environment: Mapping[str, str]) -> dict:
    """The setting SOCIALACCOUNT_PROVIDERS.

    Raises ImproperlyConfigured when only some of the variables are there.
    """
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    if not any(given.values()):
        return {}
    if missing := [name for name, value in given.items() if not value]:
        raise ImproperlyConfigured(f"Single sign-on also needs {' and '.join(missing)}.")
    url, client, secret = given.values()
    return {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": PROVIDER,
                    "name": environment.get("OIDC_NAME") or "single sign-on",
                    "client_id": client,
                    "secret": secret,
                    "settings": {"server_url": url.rstrip("/"), "oauth_pkce_enabled": True},
                }
            ]
        }
    }
