"""In which order a list comes: by an allowlist, and always to the last row."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

from config.api.problems import input_error


@dataclass(frozen=True)
class Term:
    """One step of an order, such as `-name`."""

    path: str
    descending: bool
    field: Field

    @property
    def expression(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    @property
    def decides(self) -> bool:
        """Whether no two rows are equal in it."""
        return self.field.unique and not self.field.null and "__" not in self.path

    def reversed(self) -> "Term":
        return replace(self, descending=not self.descending)

    def value(self, row: Model) -> object:
        """What the row has for this term."""
        for name in self.path.split("__"):
            row = None if row is None else getattr(row, name)
        return row

    def parse(self, value: object) -> object:
        """A value that came back in a cursor.

        Raises ValueError or ValidationError if the term cannot have it.
        """
        if value is None and self.field.null:
            return None
        if not isinstance(value, str | int | float):
            raise ValidationError("no value of an order")
        return self.field.to_python(value)

    def from_here(self, value: object) -> Q:
        """Rows not before the value, in a form that an index can start from."""
        if value is None or self.field.null:
            return Q()
        return Q(**{f"{self.path}__{'lte' if self.descending else 'gte'}": value})

    def after(self, value: object) -> Q | None:
        """Rows later than the value; PostgreSQL puts nulls last, and first when descending."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if self.descending else None
        later = Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})
        if self.field.null and not self.descending:
            later |= Q(**{f"{self.path}__isnull": True})
        return later


def terms_of(view, parameters, queryset: QuerySet) -> list[Term]:
    """The order asked for by `?ordering=name,-code`, else the view's; ends with the id.

    Raises Refusal (400) for a name that the view's `ordering_fields` does not list.
    """
    names = list(view.ordering)
    if "ordering" in parameters:
        names = parameters["ordering"].split(",")
        strangers = [name for name in names if name.removeprefix("-") not in view.ordering_fields]
        if strangers or len(names) > len(view.ordering_fields):
            known = ", ".join(view.ordering_fields)
            raise input_error("ordering", "ordering", f"Must be of: {known}; - for descending.")
    terms = [_term(name, queryset) for name in names]
    if not any(term.decides for term in terms):
        terms.append(_term("pk", queryset))
    return terms


def _term(name: str, queryset: QuerySet) -> Term:
    path = name.removeprefix("-")
    if path in queryset.query.annotations:
        field = queryset.query.annotations[path].output_field
    else:
        field = _field(queryset.model, path)
    return Term(path, name.startswith("-"), field)


def _field(model: type[Model], path: str) -> Field:
    *relations, last = path.split("__")
    for name in relations:
        model = model._meta.get_field(name).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)
