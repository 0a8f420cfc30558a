"""The demo's products belong together in a way that makes sense."""

from datetime import date

import pytest

from config.invariants import invariants
from metrics.demo.catalog import BY_CODE
from metrics.demo.loading import load_catalog
from metrics.demo.relations import (
    INTEGRATIONS,
    JUDGEMENTS,
    NEEDS,
    PERSONAS,
    PURPOSES,
    SEQUENCES,
    WORKFLOWS,
)
from portfolio.coherence import coherence_of
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

TODAY = date(2026, 6, 30)


@pytest.fixture
def catalog(db):
    load_catalog(on=TODAY)


def test_every_product_has_people_and_needs(catalog):
    assert PURPOSES.keys() == BY_CODE.keys()
    assert not Product.objects.filter(personas=None).exists()
    assert not Product.objects.filter(needs=None).exists()


def test_every_row_is_there(catalog):
    rows = {
        Persona: PERSONAS,
        CustomerNeed: NEEDS,
        Integration: INTEGRATIONS,
        WorkflowEdge: WORKFLOWS,
        Sequence: SEQUENCES,
        CoherenceOverride: JUDGEMENTS,
    }
    assert {model: model.objects.count() for model in rows} == {
        model: len(facts) for model, facts in rows.items()
    }
    assert list(invariants["sequences_form_no_circle"].violations()) == []


def test_what_somebody_changed_stays_changed(catalog):
    crm = Product.objects.get(code="crm")
    crm.personas.set([Persona.objects.get(code="marketer")])
    Integration.objects.update(better_together="Ours now")

    assert load_catalog(on=TODAY) == 0
    assert [persona.code for persona in crm.personas.all()] == ["marketer"]
    assert set(Integration.objects.values_list("better_together", flat=True)) == {"Ours now"}


def test_the_anchor_holds_it_together(catalog):
    found = coherence_of(portfolio=Portfolio.objects.get(), on=TODAY)

    means = {
        product.code: sum(pair.value for pair in found.pairs if product in (pair.a, pair.b))
        for product in found.products
    }
    assert max(means, key=means.get) == "crm"
    assert min(means, key=means.get) == "mailroom"
    assert round(found.value, 2) == 0.17
