"""What subscription lines rely on stays as it is, at every door."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import SubscriptionLine
from pricing.models import Charge, Plan
from tests.factories import ChargeFactory, LineFactory, PlanFactory, ProductFactory, program

JSON = "application/json"
LINES = "Subscription lines refer to it as it is."
CADENCE = (
    "Subscription lines use this charge: their recurring revenue follows from its cadence. "
    "Add another charge instead."
)


@pytest.fixture
def line(db) -> SubscriptionLine:
    return LineFactory(charge=ChargeFactory(plan__code="crm-pro"), amount=100)


@pytest.mark.parametrize("what", ["product", "cadence"])
def test_over_rest_it_is_refused_in_words(what, line, db):
    other = ProductFactory(code="desk")
    path, body, sentence = {
        "product": ("plans/crm-pro", {"product": "desk"}, LINES),
        "cadence": (f"charges/{line.charge_id}", {"cadence": "usage"}, CADENCE),
    }[what]

    answer = program().patch(f"/api/v1/{path}/", body, content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert answer.json()["detail"] == sentence
    assert Plan.objects.get().product != other
    assert Charge.objects.get().cadence == "recurring"


def test_a_charge_of_lines_can_change_what_they_do_not_rely_on(line):
    answer = program().patch(
        f"/api/v1/charges/{line.charge_id}/",
        {"code": "fee", "cadence": "recurring"},
        content_type=JSON,
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["plans", "charges"])
def test_what_no_line_uses_can_change(path, db):
    charge = ChargeFactory(plan__code="crm-pro")
    ProductFactory(code="desk")
    key, body = {
        "plans": ("crm-pro", {"product": "desk"}),
        "charges": (charge.pk, {"cadence": "usage"}),
    }[path]

    assert program().patch(f"/api/v1/{path}/{key}/", body, content_type=JSON).status_code == 200


def test_the_page_of_a_charge_says_so_and_loses_nothing(line, admin_client):
    charge = line.charge
    answer = admin_client.post(
        reverse("admin:pricing_charge_change", args=[charge.pk]),
        {"opened": charge.version, "cadence": "usage"},
    )

    assert CADENCE in answer.text
    assert 'value="usage" selected' in answer.text
    assert Charge.objects.get().cadence == "recurring"


def test_the_row_below_its_tier_says_so(line, admin_client):
    charge = line.charge
    forms = {
        f"{name}-{count}_FORMS": int(name == "charges")
        for name in ("charges", "versions")
        for count in ("TOTAL", "INITIAL")
    }
    answer = admin_client.post(
        reverse("admin:pricing_plan_change", args=[charge.plan_id]),
        {
            **forms,
            "opened": charge.plan.version,
            "name": "Pro",
            "is_public": "on",
            "charges-0-id": charge.pk,
            "charges-0-plan": charge.plan_id,
            "charges-0-code": charge.code,
            "charges-0-cadence": "usage",
            "charges-0-opened": charge.version,
        },
    )

    assert CADENCE in answer.text
    assert Charge.objects.get().cadence == "recurring"


@pytest.mark.parametrize(
    "change",
    [
        lambda: Plan.objects.update(product=ProductFactory()),
        lambda: Charge.objects.update(cadence="usage"),
        lambda: SubscriptionLine.objects.update(product=ProductFactory()),
    ],
)
def test_the_database_refuses_it_too(change, line):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_a_line_has_the_product_of_its_plan(line):
    other = PlanFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SubscriptionLine.objects.update(plan=other)


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_being_added_counts():
    charge, added, done = ChargeFactory(), Signal(), Signal()

    def add() -> None:
        with transaction.atomic():
            LineFactory(charge=charge, amount=100)
            added.set()
            done.wait(1)  # the change of the cadence waits for this transaction meanwhile
        connection.close()

    def change() -> bool:
        added.wait(10)
        try:
            Charge.objects.filter(pk=charge.pk).update(cadence="usage")
            return True
        except IntegrityError:
            return False
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(add), pool.submit(change)
        first.result()
        assert second.result() is False
