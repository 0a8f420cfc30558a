"""Filters of lists that name no row their reader may not see."""

from collections.abc import Iterator

from unfold.contrib.filters.admin import AutocompleteSelectFilter

from config.access.scoping import visible


class AutocompleteFilter(AutocompleteSelectFilter):
    """By a row of another model, found by typing.

    The theme would show the name of any row whose id stands in the address.
    """

    def choices(self, changelist) -> Iterator[dict]:
        for choice in super().choices(changelist):
            field = choice["form"].fields[self.lookup_kwarg]
            field.queryset = visible(field.queryset.all(), self.request.user)
            yield choice
