"""Rows that come by the thousand: read at once, by few queries, every fault with its place."""

from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Model, QuerySet

from config.access.scoping import visible
from config.api.fields import day_of
from config.api.problems import INVALID, InputError, Refusal

ABSENT = object()
Reader = Callable[[object], object]  # raises ValueError((code, message))


def fault(code: str, message: str) -> ValueError:
    return ValueError(code, message)


def read_day(value: object) -> date:
    found = day_of(value)
    if found is None:
        raise fault("invalid", "Must be a day such as 2026-01-31.")
    return found


def read_code(value: object) -> str:
    if not isinstance(value, str):
        raise fault("invalid", "Must be a code.")
    return value


class Faults:
    """What is wrong with the rows of a batch."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []

    def add(self, row: int, name: str, code: str, message: str) -> None:
        self.errors.append(InputError(f"rows.{row}.{name}", code, message))

    def check(self) -> None:
        """Raises Refusal (400) with every fault, if there is any."""
        if self.errors:
            first = self.errors[0]
            detail = f"No row is taken. {first.path}: {first.message}"
            raise Refusal(INVALID, detail, errors=self.errors[:500])


def read_rows(
    rows: Sequence[dict], readers: dict[str, Reader], *, optional: dict[str, object], faults: Faults
) -> list[dict]:
    """The rows with typed members; strangers, missing and unreadable members become faults."""
    read = []
    for number, row in enumerate(rows):
        values = dict(optional)
        for name, value in row.items():
            reader = readers.get(name)
            if reader is None:
                faults.add(number, name, "unknown", "There is no such member.")
                continue
            try:
                values[name] = reader(value)
            except ValueError as wrong:
                faults.add(number, name, *wrong.args)
                values[name] = None
        for name in readers:
            if name not in values:
                faults.add(number, name, "required", "This member is required.")
                values[name] = None
        read.append(values)
    return read


def resolve_codes(
    rows: Sequence[dict], name: str, queryset: QuerySet[Model], *, actor, faults: Faults
) -> dict[str, Model]:
    """The rows that the codes in a member name, of those that the actor may see; one query."""
    codes = {row[name] for row in rows if row[name] is not None}
    usable = [code for code in codes if "\0" not in code]
    found = {row.code: row for row in visible(queryset, actor).filter(code__in=usable)}
    for number, row in enumerate(rows):
        if row[name] is not None and row[name] not in found:
            faults.add(number, name, "does_not_exist", "There is no such row.")
    return found


def check_once(keys: Sequence[object], faults: Faults, name: str) -> None:
    """A key that stands twice in one batch is a fault: which of the two holds?"""
    seen: dict[object, int] = {}
    for number, key in enumerate(keys):
        if key in seen:
            faults.add(number, name, "duplicate", f"Row {seen[key]} tells of the same day.")
        seen.setdefault(key, number)
