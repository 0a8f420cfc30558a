"""Which tables are audited, and what finds one that is not."""

import pytest
from django.apps import apps
from django.db import connection

from config.audit import coverage
from config.audit.coverage import audited_tables, models_by_table, not_audited, unattached
from config.audit.invariants import audited_tables_have_their_triggers, the_trail_is_out_of_reach
from config.audit.operations import AuditTables
from config.postgresql.owner import as_owner
from tests.config.audit.trail import MAKERS, ask, mark, since

TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit\\_%' AND tgenabled = 'O'"


@pytest.mark.django_db
def test_every_table_is_audited_or_left_out_for_a_reason():
    assert list(unattached()) == []
    assert all(reason.strip() for reason in not_audited().values())


@pytest.mark.django_db
def test_every_table_of_the_database_is_a_models_or_left_out():
    tables = {
        name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }

    assert tables == audited_tables() | not_audited().keys()


@pytest.mark.django_db
def test_a_table_that_was_forgotten_is_found(monkeypatch):
    config = apps.get_app_config("accounts")
    monkeypatch.setattr(config, "not_audited", {})

    assert "accounts_ledgerentry has no trigger audit_insert" in list(unattached())


@pytest.mark.django_db
def test_no_table_is_both_audited_and_left_out():
    attached = {
        name
        for (name,) in ask(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'audit\\_insert'"
        )
    }

    assert attached == audited_tables()
    assert not_audited().keys() <= models_by_table().keys() | {"django_migrations", "shared_cache"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("event", ["insert", "update", "delete", "truncate"])
def test_a_trigger_that_is_off_is_found(event):
    turn = "ALTER TABLE portfolio_segment {} TRIGGER audit_" + event
    with as_owner(connection):
        ask(turn.format("DISABLE"))
    try:
        assert list(audited_tables_have_their_triggers()) == [
            f"portfolio_segment has no trigger audit_{event}"
        ]
    finally:
        with as_owner(connection):
            ask(turn.format("ENABLE"))


@pytest.mark.django_db(transaction=True)
def test_a_right_too_many_is_found():
    with as_owner(connection):
        role = ask(
            "SELECT grantee::regrole::text FROM pg_class, aclexplode(relacl) "
            "WHERE relname = 'audit_event' AND grantee <> session_user::regrole::oid "
            "AND grantee <> relowner"
        )[0][0]
        ask(f"GRANT INSERT ON audit_event TO {role}")
    try:
        assert list(the_trail_is_out_of_reach()) == [f"{role} may INSERT events"]
    finally:
        with as_owner(connection):
            ask(f"REVOKE INSERT ON audit_event FROM {role}")


@pytest.mark.django_db(transaction=True)
def test_tables_are_put_under_audit_and_taken_out_again():
    operation = AuditTables("made_later", masked=["secret"], unwatched=["seen"])
    with as_owner(connection):
        ask("CREATE TABLE made_later (id bigint, name text, secret text, seen int)")
        with connection.schema_editor() as editor:
            operation.database_forwards("audit", editor, None, None)
            operation.database_forwards("audit", editor, None, None)
    try:
        before = mark()
        ask("INSERT INTO made_later VALUES (1, 'a', 'b', 1)")
        ask("UPDATE made_later SET seen = 2")
        ask("UPDATE made_later SET seen = 3, name = 'c', secret = 'd'")
        assert [(e.before, e.after) for e in since(before)] == [
            (None, {"id": 1, "name": "a"}),
            (
                {"id": 1, "name": "a", "secret": "changed"},
                {"id": 1, "name": "c", "secret": "changed"},
            ),
        ]
        with as_owner(connection), connection.schema_editor() as editor:
            operation.database_backwards("audit", editor, None, None)
        before = mark()
        ask("DELETE FROM made_later")
        assert since(before) == []
    finally:
        with as_owner(connection):
            ask("DROP TABLE made_later")


def test_the_operation_can_be_written_down():
    name, tables, options = AuditTables("a", "b", masked=["c"]).deconstruct()

    assert (name, tables, options) == ("AuditTables", ("a", "b"), {"masked": ("c",)})
    assert AuditTables("a", "b").describe() == "Audit a, b"
    assert coverage.models_by_table()["access_user"].__name__ == "User"
    assert len(MAKERS) == len(audited_tables())
