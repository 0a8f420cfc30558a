"""What an API key may be allowed to do."""

from django.db import models


class Scope(models.TextChoices):
    """A key needs the scope of a call, and its owner the permission; neither replaces the other."""

    CATALOG_READ = "catalog:read", "read the catalog"
    CATALOG_WRITE = "catalog:write", "change the catalog"
    PRICES_READ = "prices:read", "read prices"
    PRICES_WRITE = "prices:write", "prepare prices"
    QUOTES_CREATE = "quotes:create", "ask for quotes"
    SUBSCRIPTIONS_WRITE = "subscriptions:write", "keep accounts and subscriptions"
    USAGE_WRITE = "usage:write", "report usage"
    OPPORTUNITIES_WRITE = "opportunities:write", "keep opportunities"
    ROUTING_EXECUTE = "routing:execute", "assign owners"
    METRICS_READ = "metrics:read", "read metrics"
    EVENTS_READ = "events:read", "read the event feed"
    WEBHOOKS_MANAGE = "webhooks:manage", "manage webhook endpoints"


def scope_choices() -> list[tuple[str, str]]:
    """Asked for when needed, so that a new scope is no migration."""
    return Scope.choices
