import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from config.access.keys import issue
from config.access.models import ApiKey
from config.audit.actors import request_facts
from config.audit.context import Door, in_command, stating
from config.audit.models import Event
from portfolio.models import Segment, Threshold
from tests.config.audit.catalog_rows import numbers
from tests.config.audit.trail import FACTS, mark, since

committed = pytest.mark.django_db(transaction=True)


def add() -> None:
    Segment.objects.create(code=f"s{next(numbers)}", name="S", rank=next(numbers))


def actors(mark: int) -> list[str | None]:
    return [event.actor for event in since(mark)]


def tellings(queries) -> int:
    return sum("portico.context" in query["sql"] for query in queries)


@committed
def test_a_transaction_is_told_once_and_reads_pay_nothing():
    with (
        stating(**FACTS),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        list(Segment.objects.all())
        with transaction.atomic():
            list(Segment.objects.all())
        assert tellings(queries) == 0
        with transaction.atomic():
            add()
            add()
            Segment.objects.update(name="T")
        assert tellings(queries) == 1


@committed
def test_every_transaction_is_told_anew_and_nothing_is_left_behind():
    before = mark()
    with stating(**FACTS):
        add()
        with transaction.atomic():
            add()
    add()
    with transaction.atomic():
        with stating(**FACTS):
            add()
        add()

    assert actors(before) == ["user:7", "user:7", None, "user:7", None]


@committed
def test_a_statement_inside_another_adds_to_it():
    before = mark()
    with stating(actor="user:1", door="api"), transaction.atomic():
        with stating(reason="Because"):
            add()
        add()

    assert [(e.actor, e.reason, e.door) for e in since(before)] == [
        ("user:1", "Because", "api"),
        ("user:1", None, "api"),
    ]


@committed
def test_a_savepoint_that_is_undone_takes_no_name_with_it():
    before = mark()
    with stating(**FACTS), transaction.atomic():
        for _ in range(2):
            with transaction.atomic():
                add()
                transaction.set_rollback(True)
        add()
    with transaction.atomic():
        with stating(**FACTS):
            add()
        with transaction.atomic():
            add()
            transaction.set_rollback(True)
        add()

    assert actors(before) == ["user:7", "user:7", None]


@committed
def test_another_thread_states_nothing():
    before = mark()

    def elsewhere():
        add()
        connection.close()

    with stating(**FACTS):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert actors(before) == [None]


@pytest.mark.django_db
def test_a_command_names_whoever_runs_it(roles, monkeypatch):
    monkeypatch.setenv("LOGNAME", "maria")
    before = mark()
    with in_command():
        call_command("create_api_key", "till", scopes="catalog:read")

    found = {(e.actor, e.door) for e in since(before)}
    assert found == {("os:maria", "command")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "kept"), [("abc-1", True), ("", False), ("x" * 201, False), ("a b", False)]
)
def test_a_request_keeps_its_name_or_gets_one(header, kept, person):
    request = RequestFactory().get("/", headers={"X-Request-Id": header})
    request.user = person("viewer")

    facts = request_facts(request, Door.API)

    assert (facts["request_id"] == header) == kept
    assert facts["request_id"]
    assert facts["actor"] == f"user:{request.user.pk}"


@pytest.mark.django_db
def test_the_api_names_person_key_request_and_reason(program):
    client = program("product_ops")
    before = mark()
    segment = {"code": "smb", "name": "SMB", "rank": 1}
    told = {"headers": {"X-Request-Id": "r-77"}, "content_type": "application/json"}
    assert client.post("/api/v1/segments/", segment, **told).status_code == 201
    assert client.patch("/api/v1/segments/smb/", {"name": "Small"}, **told).status_code == 200
    assert (
        client.delete("/api/v1/segments/smb/", headers={"X-Request-Id": "r-77"}).status_code == 204
    )

    key = ApiKey.objects.get()
    actor = f"user:{key.owner_id} key:{key.prefix}"
    assert [(e.operation, e.actor, e.door, e.request_id) for e in since(before)] == [
        (operation, actor, "api", "r-77") for operation in "IUD"
    ]


@pytest.mark.django_db
def test_a_reason_that_the_request_brings_is_kept(person):
    request = RequestFactory().get("/")
    request.user = person("viewer")
    request.change_reason = "Typing mistake"

    assert request_facts(request, Door.API)["reason"] == "Typing mistake"


@pytest.mark.django_db
def test_the_admin_names_person_and_request(client, person):
    ann = person("product_ops", "user_admin", is_staff=True)
    client.force_login(ann)
    segment = Segment.objects.create(code="smb", name="SMB", rank=1)
    key, _ = issue(name="till", owner=person(email="x@example.org"), scopes=["catalog:read"])
    before = mark()
    address = f"/admin/portfolio/segment/{segment.pk}"
    client.post(f"{address}/change/", {"name": "Small", "rank": 1, "opened": 1})
    client.post(f"{address}/delete/", {"post": "yes"})
    client.post("/admin/access/apikey/", {"action": "revoke", "_selected_action": [key.pk]})

    events = [e for e in since(before) if e.table_name != "access_user"]
    assert [(e.table_name, e.operation) for e in events] == [
        ("portfolio_segment", "U"),
        ("portfolio_segment", "D"),
        ("access_apikey", "U"),
    ]
    assert {(e.actor, e.door) for e in events} == {(f"user:{ann.pk}", "admin")}
    assert all(e.request_id for e in events)


@pytest.mark.django_db
def test_signing_in_is_the_admins(client, person):
    ann = person("viewer", is_staff=True)
    before = mark()
    client.post("/signin/", {"login": ann.email, "password": "secret"})

    assert [(e.table_name, e.door, e.row_id) for e in since(before)] == [
        ("access_user", "admin", ann.pk)
    ]


@committed
def test_a_test_that_commits_leaves_no_trail_to_the_next_run():
    """The tables are emptied as Django empties them after each such test."""
    Segment.objects.create(code="smb", name="SMB", rank=1)
    assert Event.objects.exists()

    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)

    assert not Event.objects.exists()
    assert Threshold.objects.exists()
    with connection.cursor() as cursor:
        guard = "SELECT tgenabled FROM pg_trigger WHERE tgname = 'audit_event_is_append_only'"
        cursor.execute(guard)
        assert cursor.fetchall() == [("O",)]
