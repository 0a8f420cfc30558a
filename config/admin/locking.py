"""Who saves a page holds its row: nobody else changes it meanwhile."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet


class Locking:
    """Locks the row that is about to be saved. `locks_first` is as in the API."""

    locks_first: str | None = None

    def get_object(self, request, object_id, from_field=None):
        saves = request.method == "POST" and self.has_change_permission(request)
        if saves and connection.in_atomic_block:
            self._lock(object_id, from_field)
        return super().get_object(request, object_id, from_field)

    def _lock(self, object_id, from_field) -> None:
        """Nobody else changes the row until this is saved; a parent that goes first, goes first."""
        name = from_field or self.model._meta.pk.attname
        try:
            rows = self.model._base_manager.filter(**{name: object_id})
            if self.locks_first:
                parents = self.model._meta.get_field(self.locks_first).related_model
                ids = rows.values(self.locks_first)
                _locked(parents._base_manager.filter(pk__in=ids))
            _locked(rows)
        except (ValueError, ValidationError):
            return  # no such row; whoever asked is told so


def _locked(rows: QuerySet) -> None:
    # By id, not as lists are sorted: joins to what may be missing cannot be locked.
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
