"""Which columns are about a person, and what stands there once the person is erased.

One line beneath a model says it: `personal(Contact, name="", email="", phone="")`. Its table's
audit masks these columns (checked by an invariant), and `config.erasure.erase` blanks them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model

Blank = object | Callable[[Model], object]
Step = Callable[[Model], None]


@dataclass
class Personal:
    """The personal columns of a model, with what replaces them; what else erasing a row does."""

    columns: Mapping[str, Blank]
    steps: list[Step] = field(default_factory=list)

    def blanks(self, row: Model) -> dict[str, object]:
        """What the row's personal columns hold once it is erased."""
        return {
            name: blank(row) if callable(blank) else blank for name, blank in self.columns.items()
        }


declared: dict[type[Model], Personal] = {}


def personal(model: type[Model], **columns: Blank) -> None:
    """Declare the personal columns of a model; a blank may be a function of the row."""
    if model in declared:
        raise ValueError(f"{model.__name__} is declared twice")
    declared[model] = Personal(columns)


def when_erased(model: type[Model]) -> Callable[[Step], Step]:
    """Let a function do its part, in the same transaction, when a row of the model is erased."""

    def register(step: Step) -> Step:
        declared[model].steps.append(step)
        return step

    return register
