import pytest
from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.urls import resolve, reverse

from config.access.models import User
from config.api.fallback import NothingHere
from config.errors import DomainError
from config.outbox import emit
from config.outbox.kinds import kinds
from config.outbox.models import Event
from portfolio.models import Portfolio, Product

pytestmark = pytest.mark.django_db

CHANGED = ("product.changed", "/products/crm/", {"change": "changed"})


def told() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("id").values_list("kind", "subject"))


def test_an_event_names_its_transaction():
    emit(*CHANGED)
    emit(*CHANGED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (xid,) = cursor.fetchone()
    assert {event.xid for event in Event.objects.all()} == {int(xid)}


def test_a_rollback_tells_nothing():
    def change_and_fail():
        with transaction.atomic():
            emit(*CHANGED)
            raise DomainError

    with pytest.raises(DomainError):
        change_and_fail()

    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_an_event_shares_the_fate_of_its_cause():
    with pytest.raises(TransactionManagementError, match="transaction of its cause"):
        emit(*CHANGED)


def test_an_event_is_of_a_known_kind_about_a_path_and_thin():
    with pytest.raises(KeyError):
        emit("product.eaten", "/products/crm/", {})
    with pytest.raises(ValueError, match="thin"):
        emit("product.changed", "/products/crm/", {"text": "x" * 20_000})
    with pytest.raises(IntegrityError, match="event_subject_is_a_path"):
        emit("product.changed", "crm", {})


@pytest.mark.parametrize(
    "statement", ["UPDATE outbox_event SET payload = '{}'", "DELETE FROM outbox_event"]
)
def test_the_database_keeps_events_as_they_were_written(statement):
    emit(*CHANGED)

    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert told() == [CHANGED[:2]]


@pytest.mark.parametrize("code", list(kinds))
def test_a_kind_says_what_it_means_and_what_it_is_about(code):
    kind = kinds[code]
    meta = apps.get_model(kind.about)._meta

    assert resolve(f"/api/v1{kind.subject}").func.cls is not NothingHere
    assert kind.meaning.endswith(".")
    assert kind.example
    assert get_permission_codename("view", meta)


def test_writes_of_the_api_are_told(curator):
    Portfolio.objects.create(code="suite", name="Suite")
    body = {"code": "crm", "name": "CRM", "portfolio": "suite"}
    json = {"content_type": "application/json"}
    curator.post("/api/v1/products/", body, **json)
    curator.patch("/api/v1/products/crm/", {"name": "Customers"}, **json)
    curator.patch("/api/v1/products/crm/", {"name": ""}, **json)
    curator.delete("/api/v1/products/crm/")

    assert told() == [("product.changed", "/products/crm/")] * 3
    changes = Event.objects.order_by("id").values_list("payload__change", flat=True)
    assert list(changes) == ["added", "changed", "deleted"]


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root@example.org", "secret", name="Root"))
    return client


def product_form(product, **changes) -> dict:
    fields = {field.name: getattr(product, field.attname) for field in product._meta.fields}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def test_writes_of_the_admin_are_told(admin):
    portfolio = Portfolio.objects.create(code="suite", name="Suite")
    product = Product.objects.create(code="crm", name="CRM", portfolio=portfolio)
    page = reverse("admin:portfolio_product_change", args=[product.pk])
    admin.post(page, product_form(product, name="Customers") | {"opened": 1})
    admin.post(page, product_form(product, name="Customers") | {"opened": 2})  # nothing new
    admin.post(reverse("admin:portfolio_product_delete", args=[product.pk]), {"post": "yes"})

    assert not Product.objects.exists()
    assert told() == [("product.changed", "/products/crm/")] * 2


def test_an_added_charge_is_told_where_it_was_added_inside_a_plan(admin):
    portfolio = Portfolio.objects.create(code="suite", name="Suite")
    product = Product.objects.create(code="crm", name="CRM", portfolio=portfolio)
    form = {"name": "Pro", "code": "crm-pro", "product": product.pk, "rank": 1}
    rows = {
        "charges-TOTAL_FORMS": 1,
        "charges-INITIAL_FORMS": 0,
        "charges-0-code": "seats",
        "charges-0-cadence": "recurring",
        "versions-TOTAL_FORMS": 0,
        "versions-INITIAL_FORMS": 0,
        "paths-TOTAL_FORMS": 0,
        "paths-INITIAL_FORMS": 0,
    }
    answer = admin.post(reverse("admin:pricing_tier_add"), {**form, **rows})

    assert answer.status_code == 302, answer.context["errors"]
    assert [kind for kind, _ in told()] == ["plan.changed", "charge.changed"]
