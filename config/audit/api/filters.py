"""What the audit trail can be asked."""

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from config.api.filters import DateTimeFilter, FilterSet, IntegerFilter
from config.audit.actors import references
from config.audit.coverage import audited_tables, models_by_table
from config.audit.models import Event, Operation


def table_choices() -> list[tuple[str, str]]:
    return [(table, table) for table in sorted(audited_tables())]


def model_choices() -> list[tuple[str, str]]:
    models = models_by_table()
    return sorted((models[table]._meta.label_lower, table) for table in audited_tables())


class AuditEventFilter(FilterSet):
    table = django_filters.ChoiceFilter("table_name", choices=table_choices)
    model = django_filters.ChoiceFilter(
        choices=model_choices, method="of_model", help_text="Such as portfolio.product."
    )
    row = IntegerFilter("row_id")
    actor = django_filters.CharFilter(
        method="by", help_text="An e-mail, a key's prefix, or the reference that events give."
    )
    operation = django_filters.ChoiceFilter(choices=Operation.choices)
    since = DateTimeFilter("at", lookup_expr="gte")
    until = DateTimeFilter("at", lookup_expr="lt")
    request_id = django_filters.CharFilter()

    class Meta:
        model = Event
        fields = []

    @extend_schema_field(OpenApiTypes.STR)
    def of_model(self, events: QuerySet, _name: str, label: str) -> QuerySet:
        return events.filter(table_name=dict(model_choices())[label])

    def by(self, events: QuerySet, _name: str, text: str) -> QuerySet:
        exact, beginning = references(text)
        by = Q(actor=exact)
        return events.filter(by if exact == beginning else by | Q(actor__startswith=beginning))
