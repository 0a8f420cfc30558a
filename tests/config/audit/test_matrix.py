"""Every audited table, written in every way, leaves who, when, why, before and after."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.audit.context import stating, tell
from config.audit.coverage import audited_tables
from config.postgresql.owner import as_owner
from config.roles import application_role
from tests.config.audit.catalog_rows import numbers
from tests.config.audit.trail import APPENDED, CHANGES, FACTS, MAKERS, ask, change_of, mark, since

TABLES = sorted(MAKERS)
KEPT = sorted(MAKERS.keys() - APPENDED)


def values(row) -> tuple[list[str], list[object]]:
    fields = [
        f for f in row._meta.local_concrete_fields if not f.primary_key and not f.has_db_default()
    ]
    prepared = [f.get_db_prep_save(f.pre_save(row, add=True), connection) for f in fields]
    return [f.column for f in fields], prepared


def insert(row):
    columns, given = values(row)
    places = ", ".join(["%s"] * len(given))
    ask(f"INSERT INTO {row._meta.db_table} ({', '.join(columns)}) VALUES ({places})", *given)


def copy(row):
    columns, given = values(row)
    tell()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {row._meta.db_table} ({', '.join(columns)}) FROM STDIN") as lines,
    ):
        lines.write_row(given)


ADDING = {
    "save": lambda row: row.save(),
    "bulk_create": lambda row: type(row)._base_manager.bulk_create([row]),
    "sql": insert,
    "copy": copy,
}


def changed(row, column, value):
    setattr(row, column, value)
    return row


CHANGING = {
    "save": lambda row, column, value: changed(row, column, value).save(),
    "update": lambda row, column, value: (
        type(row)._base_manager.filter(pk=row.pk).update(**{column: value})
    ),
    "bulk_update": lambda row, column, value: type(row)._base_manager.bulk_update(
        [changed(row, column, value)], [column.removesuffix("_id")]
    ),
    "sql": lambda row, column, value: ask(
        f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", value, row.pk
    ),
    "upsert": lambda row, column, value: ask(
        f"INSERT INTO {row._meta.db_table} SELECT * FROM {row._meta.db_table} WHERE id = %s"
        f" ON CONFLICT (id) DO UPDATE SET {column} = %s",
        row.pk,
        value,
    ),
}
REMOVING = {
    "delete": lambda row: row.delete(),
    "queryset": lambda row: type(row)._base_manager.filter(pk=row.pk).delete(),
    "sql": lambda row: ask(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk),
}


def the_one(events, operation):
    """The only event, which says who, when, why and through which door."""
    (event,) = events
    assert event.operation == operation
    assert {name: getattr(event, name) for name in FACTS} == FACTS
    assert (event.database_user,) == ask("SELECT session_user")[0]
    assert (event.transaction,) == ask("SELECT pg_current_xact_id()::text::bigint")[0]
    assert abs((timezone.now() - event.at).total_seconds()) < 60
    return event


def test_every_audited_table_is_tried():
    assert audited_tables() == set(MAKERS)
    assert set(CHANGES) <= set(MAKERS)


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("way", ADDING)
def test_an_added_row_is_recorded(table, way):
    row = MAKERS[table]()
    before = mark()
    with stating(**FACTS):
        ADDING[way](row)

    event = the_one(since(before, table), "I")
    stored = type(row)._base_manager.order_by("-pk").values().first()
    assert event.row_id == stored["id"] == event.after["id"]
    assert event.before is None
    column = CHANGES.get(table, ("name",))[0]
    assert event.after.get(column) == (
        None if table == "access_user" and column == "name" else stored[column]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("way", CHANGING)
def test_a_changed_row_is_recorded_with_what_it_was(table, way):
    row = MAKERS[table]()
    row.save()
    column, value = change_of(table)
    was, before = getattr(row, column), mark()
    with stating(**FACTS):
        CHANGING[way](row, column, value)

    event = the_one(since(before, table), "U")
    assert (event.row_id, event.before, event.after) == (
        row.pk,
        {"id": row.pk, column: was},
        {"id": row.pk, column: value},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("way", REMOVING)
def test_a_deleted_row_is_recorded_with_what_it_was(table, way):
    row = MAKERS[table]()
    row.save()
    pk, before = row.pk, mark()
    with stating(**FACTS):
        REMOVING[way](row)

    event = the_one(since(before, table), "D")
    assert (event.row_id, event.before["id"], event.after) == (pk, pk, None)


@pytest.mark.django_db
def test_what_goes_with_a_row_is_recorded_too():
    membership = MAKERS["access_user_groups"]()
    membership.save()
    before = mark()
    with stating(**FACTS):
        membership.user.delete()

    assert [(e.table_name, e.operation) for e in since(before)] == [
        ("access_user_groups", "D"),
        ("access_user", "D"),
    ]


@pytest.mark.django_db
def test_a_change_of_nothing_is_no_event():
    row = MAKERS["portfolio_segment"]()
    row.save()
    before = mark()
    row.save()

    assert since(before) == []


@pytest.mark.django_db
def test_a_changed_id_is_an_end_and_a_beginning():
    row = MAKERS["portfolio_segment"]()
    row.save()
    before, pk = mark(), 10**9 + next(numbers)
    ask("UPDATE portfolio_segment SET id = %s WHERE id = %s", pk, row.pk)

    told = {e.row_id: (e.before, e.after) for e in since(before)}
    assert told[row.pk][0]["code"] == told[pk][1]["code"] == row.code
    assert told[row.pk][1] is None is told[pk][0]


@pytest.mark.django_db
def test_what_is_rolled_back_was_never():
    before = mark()
    with transaction.atomic():
        MAKERS["portfolio_segment"]().save()
        transaction.set_rollback(True)

    assert since(before) == []


@pytest.mark.django_db(transaction=True)
def test_an_emptied_table_is_recorded():
    before = mark()
    with as_owner(connection), stating(**FACTS):
        (owner,) = ask("SELECT session_user")[0]
        with transaction.atomic():
            ask(f"TRUNCATE {', '.join(TABLES)} CASCADE")

    events = [e for e in since(before) if e.operation == "T"]
    assert sorted(e.table_name for e in events) == TABLES
    assert {(e.actor, e.reason, e.database_user) for e in events} == {("user:7", "Tidying", owner)}
    assert owner != application_role(connection)
