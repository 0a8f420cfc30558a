"""A table of the admin as a sheet: what django-import-export calls a resource.

A row of the file goes through the very form that a person would fill in, so no rule is written
down twice: fields that are written once, references that one may see, constraints, reasons.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from config.access.scoping import visible
from config.admin.refusals import REFUSALS, sentence
from config.admin.spreadsheets.columns import VERSION, RowColumn, RowsColumn, columns_of
from config.admin.spreadsheets.report import MOST_SHOWN, NOTHING, Outcome, Report, Wrong
from config.admin.stating import REASON
from config.api.idempotency import check_constraints
from config.sheets.table import Table
from config.versions import Versioned

CHANGED_MEANWHILE = (
    "Somebody changed this row after it was exported. Export it again, and repeat your change."
)
NO_VERSION = "There is such a row already: export it, change it there, and keep its version."
GONE = "There is no such row any more. Leave the version empty to add it."
MOST_CHANGES = 500  # each costs some twenty small statements
ONCE = "It is written once, when the row is made."
SHOWN = "It is not typed in: leave it empty."


@dataclass(frozen=True)
class Exported:
    """What is written to a file."""

    title: str
    header: list[str]
    rows: list[list]


@dataclass
class Line:
    """A row of the file: its cells spelled the one way, and the stored row that it names.

    What its `wrong` columns say cannot be read; the others are still looked at.
    """

    number: int
    version: str
    texts: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    row: Model | None = None


class Sheet:
    """The rows that somebody may see, out to a file and back."""

    def __init__(self, page, request, **_: object) -> None:
        self.page, self.request, self.model = page, request, page.model
        self.columns = columns_of(page, request)
        self.versioned = issubclass(self.model, Versioned)
        self.needed = {name for name in page.sheet_key if not page.opts.get_field(name).null}
        self.forms: dict[bool, type] = {}

    @classmethod
    def get_display_name(cls) -> str:
        return cls.__name__

    def get_user_visible_fields(self) -> list:
        return []  # the pages name the columns themselves

    @property
    def header(self) -> list[str]:
        return [*self.columns, *([VERSION] if self.versioned else [])]

    def export(self, queryset: QuerySet, **_: object) -> Exported:
        cells = [
            [
                *(column.cell(row) for column in self.columns.values()),
                *([row.version] if self.versioned else []),
            ]
            for row in self._with_names(queryset)
        ]
        return Exported(str(self.model._meta.verbose_name_plural), self.header, cells)

    def _with_names(self, rows: QuerySet) -> QuerySet:
        """The rows with all that their cells name, in a few queries for all of them."""
        one = [name for name, column in self.columns.items() if type(column) is RowColumn]
        many = [name for name, column in self.columns.items() if type(column) is RowsColumn]
        return (rows.select_related(*one) if one else rows).prefetch_related(*many)

    def import_data(self, table: Table, dry_run: bool = False, **_: object) -> Report:
        """Adds and changes what the table says, all or nothing; nothing at all in a dry run."""
        report = Report(table.name)
        self._check_header(table, report)
        if report.problems:
            return report
        try:
            with transaction.atomic():
                for line in self._lines(table, report):
                    if len(report.problems) >= MOST_SHOWN:
                        break  # enough to mend
                    self._take(line, report)
                if not report.problems:
                    check_constraints()
                if dry_run or report.problems:
                    transaction.set_rollback(True)
        except REFUSALS as error:
            if not sentence(error):
                raise
            report.add_problem(None, sentence(error))
        return report

    def _check_header(self, table: Table, report: Report) -> None:
        known = ", ".join(self.header)
        for name in table.header:
            if name not in self.header:
                report.add_problem(
                    None, f"There is no such column. Known are: {known}.", column=name[:80]
                )
        for name in self.page.sheet_key:
            if name not in table.header:
                report.add_problem(None, "The column that names the row is missing.", column=name)

    def _lines(self, table: Table, report: Report) -> list[Line]:
        """The rows that can be read, each with the stored row that it names, which is locked."""
        lines: dict[tuple, Line] = {}
        for number, cells in table.rows:
            line = self._read(number, cells, report)
            if line is None:
                continue
            key = tuple(line.texts[name] for name in self.page.sheet_key)
            if key in lines:
                reason = f"Row {lines[key].number} names the same row."
                report.add_problem(number, reason, column=self.page.sheet_key[0], cell=key[0])
            else:
                lines[key] = line
        first = self.columns[self.page.sheet_key[0]]
        path = f"{first.name}__{first.key}" if isinstance(first, RowColumn) else first.name
        rows = visible(self.model._default_manager.all(), self.request.user)
        named = Q(**{f"{path}__in": {key[0] for key in lines}})
        if any(not key[0] for key in lines):
            named |= Q(**{first.name: None})  # a criterion that is blank fits anything
        for row in self._with_names(rows.filter(named).order_by("pk")).select_for_update(
            of=("self",), no_key=True
        ):
            names = self.page.sheet_key
            stored = tuple(self.columns[name].spell(self.columns[name].cell(row)) for name in names)
            if stored in lines:
                lines[stored].row = row
        self.typed = {
            name: column.typed(
                {line.texts[name] for line in lines.values() if name in line.texts},
                self.request.user,
            )
            for name, column in self.columns.items()
        }
        return list(lines.values())

    def _read(self, number: int, cells: dict, report: Report) -> Line | None:
        """The row, unless what names it cannot be read."""
        version = cells.get(VERSION)
        line = Line(number, "" if version is None else str(version).strip())
        for name, cell in cells.items():
            if name == VERSION:
                continue
            try:
                line.texts[name] = self.columns[name].spell(cell)
                if name in self.needed and not line.texts[name]:
                    raise Wrong("It names the row, so it is needed.")
            except Wrong as error:
                report.add_problem(number, str(error), column=name, cell=cell)
                line.texts[name] = str(cell)
                line.wrong.add(name)
        return None if line.wrong & set(self.page.sheet_key) else line

    def _take(self, line: Line, report: Report) -> None:
        stored = self._stored(line.row or self.model())
        changed = {
            name: text
            for name, text in line.texts.items()
            if line.row is None or text != stored.get(name)
        }
        if line.row is not None and not changed:
            report.unchanged += 1
        elif len(report.outcomes) == MOST_CHANGES:
            reason = f"More than {MOST_CHANGES} rows change: send them in parts."
            report.add_problem(line.number, reason)
        elif self._may(line, changed, report) and self._save(line, stored, report):
            cells = [
                (name, "" if line.row is None else stored[name] or NOTHING, text or NOTHING)
                for name, text in changed.items()
            ]
            key = " ".join(line.texts[name] for name in self.page.sheet_key)
            report.outcomes.append(Outcome(line.number, key, line.row is None, cells))

    def _stored(self, row: Model) -> dict[str, str]:
        cells = {name: column.cell(row) for name, column in self.columns.items()}
        return {
            name: "" if cell is None else self.columns[name].spell(cell)
            for name, cell in cells.items()
        }

    def _may(self, line: Line, changed: dict[str, str], report: Report) -> bool:
        """Whether the row may be added or changed like this by whoever asks, as it is now."""
        before = len(report.problems)
        if line.row is None:
            if line.version:
                report.add_problem(line.number, GONE, column=VERSION, cell=line.version)
            given, shown = self._stored(self.model()), self.page.get_readonly_fields(self.request)
            for name in changed.keys() & set(shown):
                if changed[name] not in ("", given[name]):
                    report.add_problem(line.number, SHOWN, column=name, cell=changed[name])
            return len(report.problems) == before
        if not self.page.has_change_permission(self.request, line.row):
            report.add_problem(line.number, "You may not change this row.")
        fixed = self.page.get_readonly_fields(self.request, line.row)
        for name in changed.keys() & set(fixed):
            report.add_problem(line.number, ONCE, column=name, cell=changed[name])
        if self.versioned and line.version != str(line.row.version):
            reason = CHANGED_MEANWHILE if line.version else NO_VERSION
            report.add_problem(line.number, reason, column=VERSION, cell=line.version)
        return len(report.problems) == before

    def _save(self, line: Line, stored: dict[str, str], report: Report) -> bool:
        """Fills the form in and saves it, or says what the form says."""
        is_new = line.row is None
        form = self._form(line, stored, report)
        if form is None:
            return False
        if not form.is_valid() or line.wrong:
            for name, faults in form.errors.as_data().items():
                if name in line.wrong:
                    continue  # said already
                column = name if name in self.columns else ""
                for text in (text for fault in faults for text in fault.messages):
                    report.add_problem(line.number, text, column=column, cell=line.texts.get(name))
            return False
        try:
            with transaction.atomic():
                row = self.page.save_form(self.request, form, change=not is_new)
                self.page.save_model(self.request, row, form, change=not is_new)
                form.save_m2m()
        except REFUSALS as error:
            if not sentence(error):
                raise
            report.add_problem(line.number, sentence(error))
            return False
        return True

    def _form(self, line: Line, stored: dict[str, str], report: Report):
        kind = self._form_class(line.row)
        before, data = len(report.problems), {REASON: self.request.change_reason}
        if line.row is not None and self.versioned:
            data["opened"] = line.row.version
        for name in kind.base_fields.keys() & self.columns.keys():
            text = line.texts.get(name, stored[name])
            typed = self.typed[name] if name in line.texts else self._typed(name, text)
            if text in typed:
                data[name] = typed[text]
            else:
                what = self.columns[name].field.related_model._meta.verbose_name
                report.add_problem(
                    line.number,
                    f"There is no such {what} that you may see.",
                    column=name,
                    cell=text,
                )
        if len(report.problems) > before:
            return None
        return kind(data, instance=line.row or self.model())

    def _typed(self, name: str, text: str) -> dict:
        return self.columns[name].typed({text}, self.request.user)

    def _form_class(self, row: Model | None) -> type:
        change = row is not None
        if change not in self.forms:
            self.forms[change] = self.page.get_form(self.request, row, change=change)
        return self.forms[change]
