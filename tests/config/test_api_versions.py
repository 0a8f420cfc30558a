import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import Account, Subscription
from config.versions import Versioned
from portfolio.models import Portfolio, Product, Segment
from pricing.models import Charge, Plan
from tests.config.racing import together

THREADS, CHANGES = 8, 25


@pytest.fixture
def segment():
    return Segment.objects.create(code="xs", name="Extra small", rank=901)


@pytest.fixture
def plan():
    shop = Portfolio.objects.create(code="shop", name="Shop")
    product = Product.objects.create(code="crm", name="CRM", portfolio=shop)
    return Plan.objects.create(code="crm-pro", name="Pro", product=product, rank=1)


def send(client, method: str, path: str, body: dict | None = None, **headers: str):
    return getattr(client, method)(
        f"/api/v1/{path}/", body, content_type="application/json", headers=headers
    )


@pytest.mark.django_db
def test_every_way_to_update_counts_the_version(segment):
    def version() -> int:
        return Segment.objects.values_list("version", flat=True).get(pk=segment.pk)

    assert version() == 1
    segment.name = "XS"
    segment.save()
    assert version() == 2
    Segment.objects.filter(pk=segment.pk).update(name="X", version=900)
    assert version() == 3
    Segment.objects.bulk_update([segment], ["name"])
    assert version() == 4
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_segment SET version = 1 WHERE id = %s", [segment.pk])
    assert version() == 5


@pytest.mark.django_db
def test_every_table_of_versions_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'version_counts'"
        )
        counted = {table for (table,) in cursor.fetchall()}

    versioned = {m._meta.db_table for m in apps.get_models() if issubclass(m, Versioned)}
    assert versioned == counted
    assert len(versioned) >= 10


@pytest.mark.django_db
def test_a_row_has_the_etag_of_its_version(curator):
    made = send(curator, "post", "segments", {"code": "xs", "name": "XS", "rank": 901})
    read = curator.get("/api/v1/segments/xs/")
    changed = send(curator, "patch", "segments/xs", {"name": "X"})

    assert (made["ETag"], read["ETag"], changed["ETag"]) == ('"1"', '"1"', '"2"')
    assert curator.get("/api/v1/segments/xs/")["ETag"] == '"2"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tags", "status"),
    [('"1"', 304), ('W/"1"', 304), ('"7", "1"', 304), ("*", 304), ('"2"', 200), ("1", 400)],
)
def test_who_has_the_row_is_not_sent_it_again(curator, segment, tags, status):
    answer = curator.get("/api/v1/segments/xs/", headers={"If-None-Match": tags})

    assert answer.status_code == status
    if status == 304:
        assert (answer["ETag"], answer.content) == ('"1"', b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tags", "status", "code"),
    [
        ('"1"', 200, None),
        ('"8", "1"', 200, None),
        ("*", 200, None),
        ('"2"', 412, "stale"),
        ('W/"1"', 412, "stale"),
        ('""', 412, "stale"),
        ("1", 400, "invalid"),
        ("", 400, "invalid"),
        ('"1",', 400, "invalid"),
        ("\xff", 400, "invalid"),
    ],
)
def test_a_change_meets_the_version_that_was_read(curator, segment, tags, status, code):
    answer = send(curator, "patch", "segments/xs", {"name": "X"}, **{"If-Match": tags})

    assert (answer.status_code, answer.json().get("code")[:7] if code else None) == (
        status,
        code and code[:7],
    )
    assert Segment.objects.get(pk=segment.pk).name == ("X" if status == 200 else "Extra small")
    if status == 412:
        assert answer["ETag"] == '"1"'


@pytest.mark.django_db
def test_plans_are_only_changed_by_who_has_read_them(curator, plan):
    Charge.objects.create(plan=plan)
    charge = f"charges/{Charge.objects.get().pk}"
    for path in ("plans/crm-pro", charge):
        for method in ("patch", "delete"):
            answer = send(curator, method, path, {} if method == "patch" else None)
            assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")

    assert send(curator, "delete", charge, **{"If-Match": '"2"'}).status_code == 412
    assert send(curator, "delete", charge, **{"If-Match": '"1"'}).status_code == 204
    assert send(curator, "patch", "plans/none", {}).status_code == 404


@pytest.mark.django_db
def test_a_verb_meets_the_version_too(curator, program):
    account = Account.objects.create(code="acme", name="Acme", created_on="2026-01-01")
    held = Subscription(code="s", account=account, currency="USD", starts_on="2026-01-01")
    held.save()
    seller = program("revops")

    def cancel(tag: str, key: str):
        sent = {"If-Match": tag, "Idempotency-Key": key}
        return send(seller, "post", "subscriptions/s/cancel", {"on": "2026-06-01"}, **sent)

    assert cancel('"2"', "a").status_code == 412
    done = cancel('"1"', "a")
    again = cancel('"1"', "a")
    assert (done.status_code, done["ETag"]) == (200, '"2"')
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert cancel('"1"', "b").status_code == 412


def count_up(key: dict, *, guarded: bool) -> tuple[int, int]:
    """Threads that each add one, again and again: where they arrive, and how often they met."""
    Segment.objects.create(code="xs", name="0", rank=901)

    def work(_number: int) -> int:
        client, met = Client(headers=key), 0
        for _ in range(CHANGES):
            while True:
                read = client.get("/api/v1/segments/xs/")
                sent = {"If-Match": read["ETag"]} if guarded else {}
                body = {"name": str(int(read.json()["name"]) + 1)}
                status = send(client, "patch", "segments/xs", body, **sent).status_code
                if status == 200:
                    break
                assert status == 412
                met += 1
        return met

    met = sum(together(work, THREADS))
    return int(Segment.objects.get(code="xs").name), met


def test_no_update_is_lost_by_those_who_say_what_they_have_read(key):
    total, met = count_up(key, guarded=True)

    assert total == THREADS * CHANGES
    assert met > THREADS  # else nobody raced


def test_without_saying_it_updates_are_lost(key):
    assert count_up(key, guarded=False)[0] < THREADS * CHANGES


def test_without_the_lock_two_changes_of_one_version_both_pass(key, monkeypatch):
    monkeypatch.setattr("django.db.models.QuerySet.select_for_update", lambda rows, **_: rows)

    assert count_up(key, guarded=True)[0] < THREADS * CHANGES
