"""Whose events one may see: those of rows that one may see anyway."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Model, QuerySet

from config.access.models import User
from config.access.scoping import scope_rows
from config.audit.coverage import audited_tables, models_by_table
from config.audit.models import Event

OF_PEOPLE = (Group, Permission)  # who may do what is told to whoever may see people


def shown_with(model: type[Model]) -> type[Model]:
    """The model whose permission opens the events of a model."""
    if model._meta.auto_created:
        model = model._meta.auto_created
    return User if model in OF_PEOPLE else model


def may_see(actor, model: type[Model]) -> bool:
    meta = shown_with(model)._meta
    return actor.has_perm(f"{meta.app_label}.view_{meta.model_name}")


def visible_tables(actor) -> list[str]:
    """Audited tables of models that the actor may see."""
    models = models_by_table()
    return sorted(table for table in audited_tables() if may_see(actor, models[table]))


def of_visible_tables(events: QuerySet, actor) -> QuerySet:
    tables = visible_tables(actor)
    # Unfiltered, a list of millions is counted by estimate.
    everything = len(tables) == len(audited_tables())
    return events if everything else events.filter(table_name__in=tables)


scope_rows(Event, of_visible_tables)
