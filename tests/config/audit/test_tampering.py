"""What the application could try to write, change, forge or suppress events."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from config.access.models import User
from config.audit.context import summarising
from config.audit.invariants import the_trail_is_out_of_reach
from config.audit.models import Event
from config.database import owner
from config.postgresql.owner import as_owner
from portfolio.models import Segment
from tests.config.audit.customer_rows import account, line
from tests.config.audit.trail import MAKERS, ask, mark, since

EVENT = "(table_name, operation) VALUES ('portfolio_product', 'U')"
NOTHING = "suppress_redundant_updates_trigger()"
REFUSED = [
    f"INSERT INTO audit_event {EVENT}",
    "UPDATE audit_event SET actor = 'nobody'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    f"MERGE INTO audit_event e USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT {EVENT}",
    "DROP TABLE audit_event",
    "ALTER TABLE audit_event ADD COLUMN note text",
    "ALTER TABLE audit_event OWNER TO CURRENT_USER",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "CREATE RULE hide AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    f"CREATE TRIGGER hide BEFORE INSERT ON audit_event EXECUTE FUNCTION {NOTHING}",
    "SELECT setval('audit_event_id_seq', 1)",
    "SELECT nextval('audit_event_id_seq')",
    "LOCK TABLE audit_event IN EXCLUSIVE MODE",
    "DROP TRIGGER audit_update ON portfolio_product",
    "ALTER TABLE portfolio_product DISABLE TRIGGER audit_update",
    "ALTER TABLE portfolio_product DISABLE TRIGGER ALL",
    "ALTER TABLE portfolio_product RENAME TO other",
    "ALTER TRIGGER audit_update ON portfolio_product RENAME TO other",
    f"CREATE OR REPLACE TRIGGER audit_update AFTER UPDATE ON auth_group EXECUTE FUNCTION {NOTHING}",
    "CREATE RULE hide AS ON UPDATE TO portfolio_product DO INSTEAD NOTHING",
    "TRUNCATE portfolio_product",
    "DROP FUNCTION audit_record()",
    "ALTER FUNCTION audit_record() RESET ALL",
    "ALTER FUNCTION audit_record() SECURITY INVOKER",
    "CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION audit_record(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "ALTER ROLE portico_audit LOGIN",
    "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "COPY audit_event (table_name, operation) FROM PROGRAM 'true'",
    "SELECT audit_record()",
]
BECOMING_ANOTHER = [
    "SET ROLE portico_audit",
    "SET SESSION AUTHORIZATION portico_audit",
    "GRANT portico_audit TO CURRENT_USER",
]
NO = r"permission denied|must be|cannot|can only be called as triggers|grant options"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_is_refused(statement):
    with pytest.raises(DatabaseError, match=NO):
        ask(statement)


@pytest.mark.parametrize("statement", BECOMING_ANOTHER)
def test_the_application_becomes_nobody_else(own_login, statement):
    with pytest.raises(DatabaseError, match=NO):
        ask(statement)


def test_the_application_does_not_become_the_owner(own_login):
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(f'SET ROLE "{owner()["USER"]}"')


@pytest.mark.django_db
def test_a_grant_of_what_one_does_not_have_gives_nothing():
    ask("GRANT INSERT, UPDATE, DELETE, TRUNCATE ON audit_event TO CURRENT_USER")  # a warning

    assert list(the_trail_is_out_of_reach()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["INSERT", "UPDATE", "DELETE"])
def test_a_table_of_ones_own_forges_no_event(event):
    ask("CREATE TEMP TABLE portfolio_product (id bigint, name text)")
    with pytest.raises(ProgrammingError, match=r"permission denied for function .*audit_record"):
        ask(
            f"CREATE TRIGGER forge AFTER {event} ON portfolio_product"
            " EXECUTE FUNCTION public.audit_record('{}', '{}', 'false')"
        )


@pytest.mark.django_db
def test_tables_and_operators_in_front_of_ours_change_nothing():
    before = mark()
    ask("CREATE TEMP TABLE audit_event (LIKE public.audit_event)")
    ask("CREATE TEMP TABLE pg_attribute (attrelid oid, attname name, attnum int)")
    ask("SET LOCAL search_path = pg_temp, public, pg_catalog")
    row = MAKERS["portfolio_segment"]()
    row.save()
    ask("UPDATE portfolio_segment SET name = 'Other' WHERE id = %s", row.pk)

    assert ask("SELECT count(*) FROM pg_temp.audit_event") == [(0,)]
    ask("DROP TABLE pg_temp.audit_event")
    assert [e.operation for e in since(before, "portfolio_segment")] == ["I", "U"]


@pytest.mark.django_db
def test_a_summary_hides_no_change():
    held, other = line(), MAKERS["portfolio_segment"]()
    held.save()
    before = mark()
    with summarising():
        other.save()
        type(held).objects.filter(pk=held.pk).update(mrr=0)
        type(held).objects.filter(pk=held.pk).delete()

    assert [(e.table_name, e.operation, e.row_id) for e in since(before)] == [
        ("portfolio_segment", "I", other.pk),
        ("accounts_subscriptionline", "U", held.pk),
        ("accounts_subscriptionline", "D", held.pk),
    ]
    assert since(before)[1].before["mrr"] == 100


@pytest.mark.django_db
def test_a_summary_tells_how_many_and_which():
    before = mark()
    with summarising():
        customer = account()

    (event,) = since(before)
    assert event.row_id is None
    assert event.after == {"rows": 1, "first": customer.pk, "last": customer.pk}


@pytest.mark.django_db
def test_nonsense_in_place_of_a_context_refuses_the_write():
    ask("SELECT set_config('portico.context', 'nonsense', true)")
    with pytest.raises(DatabaseError, match="json"), transaction.atomic():
        ask("UPDATE portfolio_segment SET name = name")


@pytest.mark.django_db
def test_who_is_signed_in_to_the_database_is_not_stated_but_known():
    ask('SELECT set_config(\'portico.context\', \'{"database_user": "x", "actor": "y"}\', true)')
    ask("SET LOCAL application_name = 'somebody else'")
    before = mark()
    Segment.objects.create(code="s", name="S", rank=1)

    (event,) = since(before)
    assert (event.database_user,) == ask("SELECT session_user")[0]
    assert event.actor == "y"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET actor = NULL", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_not_even_the_owner_edits_events_by_the_way(statement):
    User.objects.create(email="ann@example.org")
    with as_owner(connection), pytest.raises(DatabaseError, match=r"only appended to|permission"):
        ask(statement)

    assert Event.objects.filter(table_name="access_user").exists()
