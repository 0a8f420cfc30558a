"""Which query parameters a call may have: those it names, each once, each with a value."""

from config.api.parsing import UNCLEAN
from config.api.problems import INVALID, InputError, Refusal

LONGEST_VALUE = 2000


def known_parameters(view) -> set[str]:
    """Names of the query parameters that the view's current action reads."""
    names = set(view.parameters)
    if view.query_serializer_class:
        names |= view.query_serializer_class().fields.keys()
    if len(view.get_renderers()) > 1:
        names.add("format")
    return names | (_of_a_list(view) if getattr(view, "lists", False) else set())


def _of_a_list(view) -> set[str]:
    names = set()
    if getattr(view, "filterset_class", None):
        names |= view.filterset_class.base_filters.keys()
    if view.pagination_class:
        names |= set(view.pagination_class.parameters)
    return names | {"ordering"} if view.ordering_fields else names


def check_parameters(view, parameters) -> None:
    """Raises Refusal (400) naming every parameter that is unknown, repeated, empty or unclean."""
    known = known_parameters(view)
    errors = [
        error
        for name, values in parameters.lists()
        if (error := _fault(name, values, known)) is not None
    ]
    if errors:
        raise Refusal(INVALID, errors[0].message, errors=errors)


def _fault(name: str, values: list[str], known: set[str]) -> InputError | None:
    if name not in known:
        allowed = f"Known here: {', '.join(sorted(known))}." if known else "None is known here."
        return InputError(name[:100], "unknown", f"There is no such parameter. {allowed}")
    if len(values) > 1:
        return InputError(name, "repeated", f"Give {name} once.")
    (value,) = values
    if not value:
        return InputError(name, "empty", f"Give {name} a value or leave it out.")
    if len(value) > LONGEST_VALUE or UNCLEAN.search(value):
        return InputError(name, "invalid", f"The value of {name} is too long or not clean text.")
    return None
