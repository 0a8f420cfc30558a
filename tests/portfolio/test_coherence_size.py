"""A portfolio of 200 products with 2,000 relations is answered with as many queries as a small one.

`PORTICO_TIMES=1 pytest -s` prints how long the answers take.
"""

import os
import time
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Portfolio,
    Product,
    Sequence,
    WorkflowEdge,
)
from tests.factories import PortfolioFactory

pytestmark = pytest.mark.django_db

DEPTHS = ("none", "surface", "deep")
SECONDS = 5  # generous: what is promised is a second, on a machine of its own


def relate(home: Portfolio, count: int, each: int) -> list[Product]:
    """So many products on sale, and about eight relations of every kind times `each`."""
    products = Product.objects.bulk_create(
        Product(
            code=f"{home.code}-{n:03}",
            name=f"Product {n:03}",
            portfolio=home,
            role="attach",
            available_from="2020-01-01",
        )
        for n in range(count)
    )
    personas = Persona.objects.bulk_create(
        Persona(code=f"{home.code}-p{n}", name=f"Persona {n}") for n in range(12)
    )
    needs = CustomerNeed.objects.bulk_create(
        CustomerNeed(code=f"{home.code}-n{n}", name=f"Need {n}") for n in range(12)
    )
    for links, rows, column in (
        (Product.personas.through, personas, "persona_id"),
        (Product.needs.through, needs, "customerneed_id"),
    ):
        links.objects.bulk_create(
            links(**{"product_id": product.pk, column: rows[(n + k * 5) % len(rows)].pk})
            for n, product in enumerate(products)
            for k in range(2)
        )
    pairs = [pair for n, pair in enumerate(combinations(products, 2)) if n % 7 == 0][:each]
    Integration.objects.bulk_create(
        Integration(product_a=a, product_b=b, depth=DEPTHS[n % 3]) for n, (a, b) in enumerate(pairs)
    )
    WorkflowEdge.objects.bulk_create(WorkflowEdge(from_product=b, to_product=a) for a, b in pairs)
    Sequence.objects.bulk_create(
        Sequence(before=a, after=b, kind="requires", min_adoption=Decimal("0.6"))
        for a, b in pairs[: each // 2]
    )
    CoherenceOverride.objects.bulk_create(
        CoherenceOverride(product_a=a, product_b=b, question="needs", score=1, note="Seen.")
        for a, b in pairs[: each // 4]
    )
    return products


@pytest.fixture
def sizes() -> list[list[Product]]:
    return [
        relate(PortfolioFactory(code="small"), 4, 4),
        relate(PortfolioFactory(code="large"), 200, 450),
    ]


def test_the_large_one_is_as_large_as_promised(sizes):
    kinds = (Integration, WorkflowEdge, Sequence, CoherenceOverride)
    links = (Product.personas.through, Product.needs.through)

    assert sum(model.objects.count() for model in (*kinds, *links)) >= 2000


@pytest.mark.parametrize("place", ["map", "portfolio", "product", "pair", "api"])
def test_s10_coherence_costs_the_same_queries_however_large(admin_client, sizes, place):
    asked = []
    for products in sizes:
        home, first, last = products[0].portfolio, products[0], products[-1]
        address = {
            "map": reverse("admin:portfolio_portfolio_coherence", args=[home.pk]),
            "portfolio": reverse("admin:portfolio_portfolio_change", args=[home.pk]),
            "product": reverse("admin:portfolio_product_change", args=[first.pk]),
            "pair": reverse("admin:portfolio_product_pair", args=[first.pk, last.pk]),
            "api": f"/api/v1/portfolios/{home.code}/coherence/",
        }[place]
        admin_client.get(address)  # sessions, content types
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            answer = admin_client.get(address)
            seconds = time.perf_counter() - began
        assert answer.status_code == 200
        asked.append(len(queries))
        if os.environ.get("PORTICO_TIMES"):
            print(f"{place}: {len(products)} products, {len(queries)} queries, {seconds:.2f} s")  # noqa: T201

    assert asked[0] == asked[1]
    assert seconds < SECONDS


def test_s15_a_long_chain_of_many_products_is_checked(sizes):
    products = sizes[1]
    Sequence.objects.all().delete()

    Sequence.objects.bulk_create(
        Sequence(before=a, after=b, kind="requires", min_adoption=1) for a, b in pairwise(products)
    )

    assert Sequence.objects.count() == len(products) - 1
