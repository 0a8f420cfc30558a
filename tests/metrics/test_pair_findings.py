"""S25: a pair that is offered says why to have both."""

import pytest

from config.findings import Asked, Severity, asked_kinds
from portfolio.models import Integration, Product
from tests.factories import IntegrationFactory
from tests.factories.people import of_role
from tests.metrics.test_role_findings import ANCHOR, BEFORE, Shop, minimum
from tests.portfolio.asking import ON, found

pytestmark = pytest.mark.django_db

CODE = "strong-pair-without-statement"


@pytest.fixture
def shop() -> Shop:
    """Of three customers of the CRM two have Voice too, and everybody else has Desk."""
    minimum(1)
    shop = Shop()
    shop.product("crm", ANCHOR)
    shop.product("desk")
    shop.product("voice")
    shop.customer("crm", "voice")
    shop.customer("crm", "voice")
    shop.customer("crm")
    shop.customer("desk")
    shop.customer("desk")
    return shop


def product(code: str) -> Product:
    return Product.objects.get(code=code)


def test_s25_a_strong_pair_without_a_statement_is_warned_of_once(shop):
    (only,) = found(CODE)

    assert only.kind.severity == Severity.WARNING
    assert only.found.row == product("crm")  # everybody with Voice has it
    assert only.found.about == {"portfolio": "home", "product": "crm"}
    assert only.found.facts["other"] == "voice"
    assert only.found.facts["rate"] == 1
    assert "Of the customers of voice, 100 % hold crm too" in only.found.sentence


def test_s25_the_integration_is_the_row_to_mend(shop):
    row = IntegrationFactory(product_a=product("crm"), product_b=product("voice"))

    (only,) = found(CODE)
    assert only.found.row == row
    assert only.subject == f"/integrations/{row.pk}/"

    Integration.objects.update(better_together="Every call beside its deal.")
    assert found(CODE) == []


@pytest.mark.parametrize(
    "facts",
    [{"role": "sunset", "end_of_sale_on": "2027-01-01"}, {"end_of_sale_on": "2026-01-01"}],
)
def test_s25_what_is_not_offered_needs_no_statement(shop, facts):
    Product.objects.filter(code="voice").update(**facts)

    assert found(CODE) == []


def test_s25_before_anybody_held_them_nothing_is_strong(shop):
    assert found(CODE, on=BEFORE.replace(year=2024)) == []


def test_s25_who_sees_not_every_account_is_not_asked(shop):
    codes = [kind.code for kind in asked_kinds(Asked(of_role("sales"), ON))]

    assert CODE not in codes
