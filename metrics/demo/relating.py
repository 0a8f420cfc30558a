"""Putting into the database how the demo's products belong together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from metrics.demo.relations import (
    INTEGRATIONS,
    JUDGEMENTS,
    NEEDS,
    PERSONAS,
    PURPOSES,
    SEQUENCES,
    WORKFLOWS,
)
from metrics.demo.rows import ensure
from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Product,
    Sequence,
    WorkflowEdge,
)
from portfolio.sequencing import usual_adoption


def load_relations(*, on: date) -> int:
    """Add what is missing of the relations, once their products are there; returns how many."""
    products = {product.code: product for product in Product.objects.filter(code__in=PURPOSES)}
    purposes = _load_purposes(products)
    return purposes + sum(added for _, added in _related(products, on=on))


def _load_purposes(products: dict[str, Product]) -> int:
    """Personas and needs; a product that names some already keeps what it names."""
    found, added = {}, 0
    for model, texts in ((Persona, PERSONAS), (CustomerNeed, NEEDS)):
        for code, (name, description) in texts.items():
            facts = {"name": name, "description": description}
            found[model, code], is_new = ensure(model, {"code": code}, facts)
            added += is_new
    for code, (personas, needs) in PURPOSES.items():
        product = products[code]
        if not product.personas.exists():
            product.personas.set(found[Persona, name] for name in personas)
        if not product.needs.exists():
            product.needs.set(found[CustomerNeed, name] for name in needs)
    return added


def _related(products: dict[str, Product], *, on: date) -> Iterator[tuple]:
    """Every row of two products, and whether it was added."""
    usual = usual_adoption(on=on)
    for each in INTEGRATIONS:
        facts = {
            "depth": each.depth,
            "status": each.status,
            "shares_data": each.shares_data,
            "syncs_workflow": each.syncs_workflow,
            "better_together": each.why,
        }
        yield ensure(Integration, _pair(products, each.pair), facts)
    for source, target, text in WORKFLOWS:
        way = {"from_product": products[source], "to_product": products[target]}
        yield ensure(WorkflowEdge, way, {"description": text})
    for before, after, kind, adoption in SEQUENCES:
        step = {"before": products[before], "after": products[after]}
        least = usual if adoption is None else Decimal(adoption)
        yield ensure(Sequence, step, {"kind": kind, "min_adoption": least})
    for pair, question, score, note in JUDGEMENTS:
        asked = {**_pair(products, pair), "question": question}
        yield ensure(CoherenceOverride, asked, {"score": Decimal(score), "note": note})


def _pair(products: dict[str, Product], codes: tuple[str, str]) -> dict[str, Product]:
    a, b = sorted((products[code] for code in codes), key=lambda product: product.pk)
    return {"product_a": a, "product_b": b}
