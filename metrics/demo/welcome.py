"""What the demo tells its visitor: where to look, who to be, and how to ask with a program."""

from pathlib import Path

from config.access.scopes import Scope
from metrics.demo.people import PASSWORD, PERSONAS

READ = ",".join(scope for scope in Scope.values if scope.endswith(":read"))


def welcome(*, site: str, readme: Path, key: str | None, is_served: bool) -> str:
    """The text for a visitor; `key` is the API key when one was just made."""
    lines = [
        f"Admin      {site}/admin/",
        f"API docs   {site}/api/docs/",
        f"README     {readme}",
        "",
        f"Sign in as one of these, with the password {PASSWORD}",
        *(f"  {persona.email:30}{persona.does}" for persona in PERSONAS),
        "",
        *_about_the_key(key),
        "",
        f"curl -H 'Authorization: Bearer {key or 'KEY'}' {site}/api/v1/products/",
        "",
        "Webhooks are sent here too: change a product, and watch them arrive below."
        "\nCtrl-C stops everything."
        if is_served
        else "Nothing is served now; python3 manage.py demo does that.",
    ]
    return "\n".join(lines)


def _about_the_key(key: str | None) -> list[str]:
    if key:
        return [f"API key    {key}", "           shown this once; it may read everything"]
    return [
        "API key    as shown by an earlier run, which nobody can repeat. Another one:",
        f"           python3 manage.py create_api_key NAME --scopes {READ}",
    ]
