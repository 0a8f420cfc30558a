"""Putting the demo's catalog into the database; what is there already stays as it is."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from metrics.demo.catalog import PORTFOLIO, PRODUCTS, REGIONS, SEGMENTS, DemoProduct, Market
from metrics.demo.exchange import load_rates
from metrics.demo.market import load_market
from metrics.demo.plans import load_extras, load_features, load_parts
from metrics.demo.relating import load_relations
from metrics.demo.rows import ensure
from portfolio.models import Portfolio, Product, Region, Segment
from pricing.models import Plan


@transaction.atomic
def load_catalog(*, on: date) -> int:
    """Add what is missing of the demo's catalog, with days counted from `on`.

    Returns how many rows were added. Raises ValidationError when a row of somebody else is in
    the way, such as a region with the same rank.
    """
    portfolio, added = ensure(
        Portfolio,
        {"code": PORTFOLIO["code"]},
        {"name": PORTFOLIO["name"], "model": PORTFOLIO["model"]},
    )
    return (
        added
        + _load_markets(Segment, SEGMENTS)
        + _load_markets(Region, REGIONS)
        + sum(_load_product(facts, portfolio=portfolio, on=on) for facts in PRODUCTS)
        + load_extras(portfolio, on=on)
        + load_relations(on=on)
        + load_market(on=on)
        + load_rates(on=on)
    )


def _load_markets(model: type[Segment] | type[Region], markets: Sequence[Market]) -> int:
    return sum(
        ensure(model, {"code": market.code}, {"name": market.name, "rank": rank})[1]
        for rank, market in enumerate(markets, start=1)
    )


def _load_product(facts: DemoProduct, *, portfolio: Portfolio, on: date) -> int:
    columns = facts.facts(on=on)
    product, added = ensure(Product, {"code": facts.code}, {"portfolio": portfolio, **columns})
    features, new_features = load_features(product)
    days = {name: columns[name] for name in ("available_from", "end_of_sale_on", "end_of_life_on")}
    for rank, tier in enumerate(facts.tiers, start=1):
        plan, is_new = ensure(
            Plan,
            {"code": f"{facts.code}-{tier.code}"},
            {"product": product, "name": f"{facts.name} {tier.name}", "rank": rank, **days},
        )
        grants = {feature: offer.grants[rank - 1] for feature, offer in features.items()}
        added += is_new + load_parts(plan, starts_on=columns["available_from"], grants=grants)
    return added + new_features
