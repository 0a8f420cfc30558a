"""S36: a platform is sold of products that work together."""

from decimal import Decimal
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.findings import Severity
from portfolio.models import Depth, Threshold
from pricing.models import PlanKind
from tests.factories import (
    BundleFactory,
    IntegrationFactory,
    NeedFactory,
    PersonaFactory,
    PortfolioFactory,
    ProductFactory,
)
from tests.portfolio.asking import found, rows

pytestmark = pytest.mark.django_db

CODE = "platform-of-point-solutions"


def portfolio(code: str, *, products: int = 3, kind=PlanKind.PLATFORM, **facts):
    """Products that have nothing to do with one another, and a plan of all of them."""
    made = PortfolioFactory(code=code, name=code)
    BundleFactory(portfolio=made, kind=kind, code=f"{code}-all", name="All of it", **facts)
    return made, [ProductFactory(portfolio=made) for _ in range(products)]


def test_s36_a_platform_of_point_solutions_is_warned_of():
    portfolio("loose")
    (only,) = found(CODE)

    assert (only.kind.severity, only.found.row.code) == (Severity.WARNING, "loose")
    assert only.found.facts == {"coherence": 0, "platform": 0.6, "plans": ["loose-all"]}
    assert only.found.sentence == (
        "loose sells All of it as a platform, and its coherence is 0.00, below 0.6."
    )


def test_s36_coherent_products_and_bundles_are_as_they_should_be():
    portfolio("bundled", kind=PlanKind.BUNDLE)
    portfolio("drafted", available_from=None)
    portfolio("alone", products=1)
    _, products = portfolio("whole")
    need, persona = NeedFactory(), PersonaFactory()
    for product in products:
        product.needs.add(need)
        product.personas.add(persona)
    for a, b in combinations(products, 2):
        IntegrationFactory(product_a=a, product_b=b, depth=Depth.DEEP)

    # same needs, same people, deeply integrated, no workflow: three of four questions
    assert found(CODE) == []
    Threshold.objects.filter(code="coherence-platform").update(value=Decimal("0.76"))
    assert rows(CODE) == ["whole"]


def test_s36_many_portfolios_cost_the_queries_of_one(django_assert_num_queries):
    portfolio("first")
    with CaptureQueriesContext(connection) as one:
        found(CODE)
    for n in range(3):
        portfolio(f"more-{n}")
    with django_assert_num_queries(len(one)):
        assert len(found(CODE)) == 4
