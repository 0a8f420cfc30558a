"""Which rows an actor may see."""

from collections.abc import Callable

from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet

# What the Meta of a model says that goes out as a spreadsheet: `default_permissions = EXPORTED`.
EXPORTED = ("add", "change", "delete", "view", "export")

Provider = Callable[[QuerySet, object], QuerySet]

_providers: dict[type[Model], Provider] = {}


def scope_rows(model: type[Model], provider: Provider) -> None:
    """Let a provider narrow the rows of a model; an app calls it when it gets ready.

    The provider takes a queryset and the actor and answers the rows the actor may see: the very
    queryset where these are all.
    """
    if model in _providers:
        raise ValueError(f"{model.__name__} has a scope provider already")
    _providers[model] = provider


def may_view(model: type[Model], actor) -> bool:
    """Whether the actor may see any row of the model."""
    meta = model._meta
    return actor.has_perm(f"{meta.app_label}.{get_permission_codename('view', meta)}")


def narrowed(model: type[Model], actor) -> bool:
    """Whether an actor who may view the model may still not see all of its rows."""
    rows = model._default_manager.all()
    return visible(rows, actor) is not rows


def visible(queryset: QuerySet, actor) -> QuerySet:
    """The rows of the queryset that the actor may see; none without the view permission."""
    if not may_view(queryset.model, actor):
        return queryset.none()
    provider = _providers.get(queryset.model._meta.concrete_model)
    return provider(queryset, actor) if provider else queryset
