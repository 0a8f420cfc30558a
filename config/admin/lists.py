"""Lists of rows: as they are on a day, and silent about results where nobody has searched."""

from datetime import date

from unfold.decorators import display
from unfold.views import ChangeList as ThemedChangeList

from config.admin import asof

VOID = "Never held"
TO_COME, IN_FORCE, OVER = "To come", "In force", "Over"
COLOURS = {IN_FORCE: "success", TO_COME: "info", OVER: "warning", VOID: "danger"}


class ChangeList(ThemedChangeList):
    """A list that may be asked about a day, which paging, filters and search keep."""

    def __init__(self, request, *args, **kwargs) -> None:
        self.on, self.on_problem = asof.day(request)
        self.on_asked = asof.is_asked(request)
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params=None) -> dict:
        lookups = super().get_filters_params(params)
        if self.model_admin.as_of:
            lookups.pop(asof.PARAMETER, None)
        return lookups

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        narrows = isinstance(self.model_admin.as_of, str) and self.on_asked
        return getattr(rows, self.model_admin.as_of)(on=self.on) if narrows else rows

    def get_results(self, request) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count
        if self.model_admin.as_of:
            self.result_list = list(self.result_list)
            for row in self.result_list:
                row.shown_on = self.on

    def without_day(self) -> str:
        """The address of the same list of today."""
        return self.get_query_string({asof.PARAMETER: None})

    def other_parameters(self) -> list[tuple[str, str]]:
        """What the form that asks for a day sends along."""
        return [
            (name, value)
            for name, values in self.filter_params.items()
            if name != asof.PARAMETER
            for value in values
        ]


class OnADay:
    """A list of rows that change with the day, and a column that says how they stand on it.

    `as_of` is the name of the queryset method that answers the rows of a day, or True where all
    rows stay and only their columns are of the day.
    """

    as_of: bool | str = False
    list_before_template = "admin/asof.html"

    @display(description="status", label=COLOURS)
    def standing(self, row) -> str:
        """Whether a dated row applies on the day of the list."""
        return standing(row, on=row.shown_on)


def standing(row, *, on: date) -> str:
    if getattr(row, "voided_at", None):
        return VOID
    if row.starts_on > on:
        return TO_COME
    return OVER if row.ends_on and row.ends_on <= on else IN_FORCE
