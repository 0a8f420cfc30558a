"""The columns of a sheet: those of the form, and how a cell of each is written and read."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model

from config.access.models import User
from config.access.scoping import may_view, visible
from config.admin.spreadsheets.report import Wrong
from config.api.fields import WHOLE, canonical, day_of, decimal_of
from config.outbox.events import key_field
from config.sheets.table import Cell

SIGNIFICANT = 15  # digits that a number of a spreadsheet has
VERSION = "version"


class Column:
    """Text, as it stands; a number in its place is its digits."""

    def __init__(self, field: models.Field) -> None:
        self.field, self.name = field, field.name

    def cell(self, row: Model) -> Cell | Decimal:
        return self.field.value_from_object(row)

    def spell(self, cell: Cell | Decimal) -> str:
        """The one spelling of a cell, by which cells are compared; "" for an empty one.

        Raises Wrong for a cell that cannot be read.
        """
        return "" if cell is None or cell == "" else self.read(cell)

    def read(self, cell: Cell | Decimal) -> str:
        if isinstance(cell, str):
            return cell.replace("\r\n", "\n").replace("\r", "\n")
        if isinstance(cell, bool):
            return "true" if cell else "false"
        return _digits(cell) if isinstance(cell, int | float) else str(cell)

    def typed(self, texts: Iterable[str], actor) -> dict[str, object]:
        """What a form would get for each of the texts that can be had."""
        return {text: text for text in texts}


class DayColumn(Column):
    def read(self, cell: Cell) -> str:
        day = day_of(cell.strip()) if isinstance(cell, str) else cell
        if not isinstance(day, date):
            raise Wrong("A day is written as 2026-01-31.")
        return day.isoformat()


class NumberColumn(Column):
    def read(self, cell: Cell | Decimal) -> str:
        if isinstance(cell, bool | date):
            raise Wrong("A number is written as 19.99.")
        text = cell.strip() if isinstance(cell, str) else _digits(cell)
        number = decimal_of(text)
        if number is None:
            raise Wrong("A number is written as 19.99.")
        return canonical(number)


class WholeColumn(Column):
    def read(self, cell: Cell) -> str:
        text = cell.strip() if isinstance(cell, str) else _digits(cell)
        if isinstance(cell, bool | date) or not WHOLE.fullmatch(text):
            raise Wrong("A whole number is needed here.")
        return text


class YesColumn(Column):
    def spell(self, cell: Cell) -> str:
        text = str(cell).strip().lower()
        if text not in ("true", "false"):
            raise Wrong("Say true or false.")
        return text


class RowColumn(Column):
    """Another row, by what people call it: its code, a person's e-mail, else its number."""

    def __init__(self, field: models.Field) -> None:
        super().__init__(field)
        of_people = field.related_model is User
        self.key = User.USERNAME_FIELD if of_people else key_field(field.related_model)

    def cell(self, row: Model) -> Cell:
        if getattr(row, self.field.attname) is None:
            return None
        return getattr(getattr(row, self.name), self.key)

    def typed(self, texts: Iterable[str], actor) -> dict[str, object]:
        wanted = {text for text in texts if text}
        if self.key == "pk":
            wanted = {text for text in wanted if WHOLE.fullmatch(text)}
        rows = self.field.related_model._default_manager.filter(**{f"{self.key}__in": wanted})
        found = visible(rows, actor).values_list(self.key, "pk")
        return {"": "", **{str(key): pk for key, pk in found}}


class RowsColumn(RowColumn):
    """Other rows, by their codes with commas between."""

    def cell(self, row: Model) -> Cell:
        if row.pk is None:
            return ""
        return ", ".join(sorted(str(getattr(each, self.key)) for each in _related(row, self.name)))

    def read(self, cell: Cell) -> str:
        return ", ".join(sorted(_names(super().read(cell))))

    def typed(self, texts: Iterable[str], actor) -> dict[str, object]:
        lists = {text: _names(text) for text in texts}
        known = super().typed({name for names in lists.values() for name in names}, actor)
        return {
            text: [known[name] for name in names]
            for text, names in lists.items()
            if all(name in known for name in names)
        }


KINDS = (
    (models.ManyToManyField, RowsColumn),
    (models.ForeignKey, RowColumn),
    (models.BooleanField, YesColumn),
    (models.DateField, DayColumn),
    (models.DecimalField, NumberColumn),
    (models.IntegerField, WholeColumn),
    (models.Field, Column),
)


def columns_of(page, request) -> dict[str, Column]:
    """The columns of the model's form, by name, as far as whoever asks may see what they name."""
    names = dict.fromkeys([*page.sheet_key, *flatten_fieldsets(page.get_fieldsets(request))])
    found = {}
    for name in names:
        try:
            field = page.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # a column of the page, not of the table
        if field.related_model is None or may_view(field.related_model, request.user):
            found[name] = next(kind for base, kind in KINDS if isinstance(field, base))(field)
    return found


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _related(row: Model, name: str):
    return getattr(row, name).all()


def _digits(number: float | Decimal) -> str:
    if isinstance(number, float):
        number = Decimal(format(number, f".{SIGNIFICANT}g"))
    return f"{number:f}" if isinstance(number, Decimal) else str(number)
