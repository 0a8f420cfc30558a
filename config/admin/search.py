"""What the command palette finds: a few rows of every model the person may see."""

from django.contrib import admin
from django.urls import reverse
from unfold.dataclasses import SearchResult

ROWS_PER_MODEL = 5


def find(request, text: str) -> list[SearchResult]:
    """The first rows of each searchable model that contain the text."""
    return [
        SearchResult(
            title=str(row),
            description=row._meta.verbose_name,
            link=reverse(
                f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]
            ),
            icon=getattr(model_admin, "icon", "tag"),
        )
        for model_admin in admin.site._registry.values()
        if model_admin.get_search_fields(request) and model_admin.has_view_permission(request)
        for row in _rows(model_admin, request, text)
    ]


def _rows(model_admin, request, text: str):
    rows, _ = model_admin.get_search_results(request, model_admin.get_queryset(request), text)
    return rows[:ROWS_PER_MODEL]
