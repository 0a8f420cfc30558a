"""What still refers to a row, and therefore keeps it."""

from django.db.models import DO_NOTHING, PROTECT, RESTRICT, Model

KEEPS = (PROTECT, RESTRICT, DO_NOTHING)


def kept_by(row: Model) -> list[str]:
    """The kinds of rows that refer to this one and are not deleted with it, in plain words."""
    kinds = {
        _named(relation.related_model): None
        for relation in row._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and getattr(relation, "on_delete", None) in KEEPS
        and relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
    }
    return list(kinds)


def _named(model: type[Model]) -> str:
    """What refers to the row; a link between two models belongs to the one that declares it."""
    return (model._meta.auto_created or model)._meta.verbose_name_plural
