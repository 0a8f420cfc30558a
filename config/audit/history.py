"""What happened to one row, newest first."""

from collections.abc import Iterable

from django.db.models import Model, Q, QuerySet

from config.audit.models import Event, Operation


def history_of(row: Model) -> QuerySet[Event]:
    """The row's events, those of its links to others, and the bulk in which it was added.

    A bulk tells a range of ids; it counts for rows that have no addition of their own.
    """
    table = row._meta.db_table
    own = Q(table_name=table, row_id=row.pk)
    if not Event.objects.filter(own, operation=Operation.INSERT).exists():
        own |= Q(
            table_name=table,
            operation=Operation.INSERT,
            row_id=None,
            after__first__lte=row.pk,
            after__last__gte=row.pk,
        )
    for field in row._meta.many_to_many:
        column = field.m2m_column_name()
        link = Q(**{f"after__{column}": row.pk}) | Q(**{f"before__{column}": row.pk})
        own |= Q(table_name=field.m2m_db_table()) & link
    return Event.objects.filter(own)


def last_of(rows: Iterable[Model]) -> list[Event]:
    """The last event of each row of one model; of a row that was there before the trail, none."""
    rows = list(rows)
    if not rows:
        return []
    of_rows = Event.objects.filter(
        table_name=rows[0]._meta.db_table, row_id__in=[row.pk for row in rows]
    )
    return list(of_rows.order_by("row_id", "-id").distinct("row_id"))
