"""Which questions a list may be asked through its address: those that it declares."""

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import ForeignKey

# What the filters of Django and of the theme ask of a column.
QUESTIONS = ("", "__exact", "__in", "__isnull", "__gt", "__gte", "__lt", "__lte", "_from", "_to")
OF_A_RELATION = ("__id__exact", "__id__in", "__pk__exact")
OF_A_HIERARCHY = ("__year", "__month", "__day", "__gte", "__lt")


def allowed_lookups(model, *, list_filter, date_hierarchy: str | None) -> set[str]:
    """Every parameter that a list's filters and its date hierarchy use, and no other."""
    allowed = {f"{date_hierarchy}{part}" for part in OF_A_HIERARCHY} if date_hierarchy else set()
    for item in list_filter:
        if isinstance(item, type) and issubclass(item, SimpleListFilter):
            allowed.add(item.parameter_name)
            continue
        path = item if isinstance(item, str) else item[0]
        allowed |= {f"{path}{question}" for question in QUESTIONS}
        if isinstance(get_fields_from_path(model, path)[-1], ForeignKey):
            allowed |= {f"{path}{question}" for question in OF_A_RELATION}
    return allowed
