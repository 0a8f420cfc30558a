"""Events in the words of the fields they are about: labels, choices, names of related rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import BooleanField, DateTimeField, Field, ForeignKey, Model
from django.utils import timezone
from django.utils.text import capfirst

from config.access.scoping import visible
from config.audit.coverage import models_by_table
from config.audit.models import Event

NOTHING = "–"
KEPT_PRIVATE = "changed; the value is not recorded"


@dataclass(frozen=True)
class Change:
    """One field before and after; an added row has no before, a deleted one no after."""

    label: str
    before: str
    after: str


class Words:
    """Tells the changes of some events; related rows are read once, as far as one may see them."""

    def __init__(self, events: Iterable[Event], actor) -> None:
        wanted = defaultdict(set)
        for event in events:
            for field, values in _columns(event):
                if isinstance(field, ForeignKey):
                    wanted[field.related_model] |= {value for value in values if value is not None}
        self.names = {model: _names(model, ids, actor) for model, ids in wanted.items()}

    def changes(self, event: Event) -> list[Change]:
        if event.row_id is None:
            return []
        return [
            self._change(field, before, after)
            for field, (before, after) in _columns(event)
            if before not in (None, "") or after not in (None, "")
        ]

    def _change(self, field: Field | str, before, after) -> Change:
        if before == after:
            return Change(_label(field), "", KEPT_PRIVATE)
        return Change(_label(field), self._say(field, before), self._say(field, after))

    def _say(self, field: Field | str, value) -> str:
        if value in (None, ""):
            return NOTHING
        if isinstance(field, ForeignKey):
            known = self.names[field.related_model]
            return known.get(value, f"{field.related_model._meta.verbose_name} {value}")
        if isinstance(field, Field) and field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return _plain(field, value)


def sentence(event: Event) -> str:
    """What happened, for events of more rows than one; "" where the changes say it."""
    if event.operation == "T":
        return "The whole table was emptied."
    if event.row_id is None and event.after and "erased" in event.after:
        return f"What {event.after['erased']:,} events said of somebody was erased."
    if event.row_id is None and event.after:
        rows, first, last = (event.after[name] for name in ("rows", "first", "last"))
        return f"Added together: {rows:,} rows, {first} to {last}."
    return ""


def model_name(event: Event) -> str:
    """What a row of the event's table is called."""
    model = models_by_table().get(event.table_name)
    return str(capfirst(model._meta.verbose_name)) if model else event.table_name


def _columns(event: Event) -> Iterator[tuple[Field | str, tuple]]:
    """Fields of the event in the order of the model, each with its values before and after."""
    before, after = event.before or {}, event.after or {}
    model = models_by_table().get(event.table_name)
    fields = {f.column: f for f in model._meta.concrete_fields} if model else {}
    names = before.keys() | after.keys()
    for name in [*fields, *sorted(names - fields.keys())]:
        if name in names and name != "id":
            yield fields.get(name, name), (before.get(name), after.get(name))


def _names(model: type[Model], ids: set, actor) -> dict:
    rows = visible(model._base_manager.filter(pk__in=ids), actor).select_related()
    return {row.pk: str(row) for row in rows}


def _label(field: Field | str) -> str:
    return str(capfirst(field.verbose_name)) if isinstance(field, Field) else field


def _plain(field: Field | str, value) -> str:
    if isinstance(field, BooleanField):
        return "yes" if value else "no"
    if isinstance(field, DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
